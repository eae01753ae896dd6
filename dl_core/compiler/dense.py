"""The part of a dense layer: products arranged for speed around the recorded rules of its activation.

With the bias as the last row of ``V = [W; b]``, which is how parameters are stored in the flat vector, and a
row of ones below the inputs, ``V^T x`` is the whole affine map and ``x dz^T`` the gradient of weights and
bias, one product each.
"""

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.blocks import Block, affine_matrix, block_without_ones, blocks, split_flat
from dl_core.compiler.parts import Part, Step
from dl_core.nn.activations import ACTIVATIONS, Activation
from dl_core.nn.layers.dense import Dense


class ActivationGroup:
    """Logits, outputs and slopes of all dense layers with the same activation, one after the other.

    So all slopes are computed by one call, which for small layers takes no longer than for one of them.

    Attributes
    ----------
    logits, outputs : dict of int to Block
        By the layer's number.
    """

    def __init__(self, step: Step, activation: Activation) -> None:
        self.writer, self.activation = step.writer, activation
        layers = {
            i: layer
            for i, layer in enumerate(step.network.layers)
            if type(layer) is Dense and layer.activation is activation
        }
        units = [layer.out_shape[0] for layer in layers.values()]
        self.flat_outputs, outputs = blocks(step.axes, units, step.batch)
        self.flat_logits, logits = blocks(step.axes, units, step.batch)
        self.outputs, self.logits = (dict(zip(layers, views, strict=True)) for views in (outputs, logits))
        if activation is ACTIVATIONS["linear"]:
            self.logits = self.outputs
        last = len(step.network.layers) - 1
        if last in layers:
            self.outputs[last] = block_without_ones((*step.axes, units[-1], step.batch))
        self.slopes: dict[int, Array] = {}

    @classmethod
    def of(cls, step: Step, activation: Activation) -> "ActivationGroup":
        if activation not in step.shared:
            step.shared[activation] = cls(step, activation)
        group: ActivationGroup = step.shared[activation]
        return group

    def backward(self, i: int, da: Block, into: Block) -> None:
        """Append dloss/dz of layer i; lines for all slopes when one is first asked for.

        The product is taken with the last row too, which nobody reads: so it runs over contiguous arrays.
        """
        writer, activation = self.writer, self.activation
        if activation.slope is None or activation is ACTIVATIONS["linear"]:
            z, a = self.logits[i].values, self.outputs[i].values
            writer.record(activation.backward, z, a, da.values, into=into.values)
            return
        if not self.slopes:
            sample = np.asarray(activation.slope(self.flat_logits[:1], self.flat_outputs[:1]))
            flat = np.zeros(self.flat_outputs.shape, sample.dtype)
            curve = activation.forward.__name__
            for array, name in ((self.flat_logits, "z"), (self.flat_outputs, "a"), (flat, "slope")):
                writer.name(array, f"{name}_{curve}")
            writer.record(activation.slope, self.flat_logits, self.flat_outputs, into=flat)
            views = split_flat(flat, [block.with_ones.shape for block in self.outputs.values()])
            self.slopes = dict(zip(self.outputs, views, strict=True))
        writer.name(self.slopes[i], f"slope{i + 1}")
        writer.record(np.multiply, da.with_ones, self.slopes[i], into=into.with_ones)


class DensePart(Part):
    """``z = V^T x``, ``y = f(z)``; ``dV = x dz^T``, ``dx = W dz``; with a skip connection x and dy on top."""

    layer: Dense

    def __init__(self, step: Step, i: int, x: Block) -> None:
        super().__init__(step, i, x)
        writer, layer, n = step.writer, self.layer, i + 1
        start = step.network.offsets[i]["W"]
        self.V, self.dV = (
            affine_matrix(flat, layer, start) for flat in (step.network.params, step.network.grads)
        )
        self.group = ActivationGroup.of(step, layer.activation)
        z, self.y = self.group.logits[i], self.group.outputs[i]
        writer.name(transposed := self.V.mT, f"V{n}_T")
        writer.name(self.dV, f"dV{n}")
        writer.name(z.values, f"z{n}")
        writer.name(self.y.values, f"a{n}")
        writer.name(self.y.with_ones, f"a{n}_ones")
        writer.product(transposed, x.with_ones, z.values)
        writer.record(layer.activation.forward, z.values, into=self.y.values)
        if layer.residual:
            a, self.y = self.y, step.block(layer.out_shape, f"y{n}")
            writer.record(np.add, x.values, a.values, into=self.y.values)

    def backward(self, dy: Block, further: bool) -> Block:
        step, writer, n = self.step, self.step.writer, self.i + 1
        skips = self.layer.residual and further
        dz = step.block(self.layer.out_shape, f"dz{n}") if skips else dy
        self.group.backward(self.i, dy, dz)
        if self.learns:
            writer.name(transposed := dz.values.mT, f"{writer.name(dz.values)}_T")
            writer.product(self.x.with_ones, transposed, self.dV)
        if not further:
            return dy
        dx = step.block(self.layer.in_shape, f"d{n - 1}")
        writer.name(W := self.V[..., :-1, :], f"W{n}")
        writer.product(W, dz.values, dx.values)
        if skips:
            writer.record(np.add, dx.with_ones, dy.with_ones, into=dx.with_ones)
        return dx
