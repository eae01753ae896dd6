"""A training step as straight-line code: the textbook's rules, recorded, around products arranged for speed.

Arrays lie (features, batch), so each layer's numbers are one contiguous block. Below each block lies a row
of ones: with the bias as the last row of ``V = [W; b]``, which is how parameters lie in the flat vector,
``V^T x`` is the whole affine map and ``x dz^T`` the gradient of weights and bias, one product each. All the
rest (activations, loss, penalties, optimizer) is recorded from the definitions that the textbook path runs.

Layers that leave the number of features as it is are recorded whole.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.blocks import Block, bare, block, blocks, fed, parted, product
from dl_core.compiler.codegen import Lines
from dl_core.nn.activations import ACTIVATIONS, Activation
from dl_core.nn.layers.dense import Dense
from dl_core.nn.layers.layer import Layer
from dl_core.nn.network import Network


class Slab:
    """Logits, outputs and slopes of all dense layers with the same activation, one after the other.

    So the slopes are worked out in one go, which for small layers costs no more than for one of them.
    """

    def __init__(self, lines: Lines, activation: Activation, shapes: Sequence[tuple[int, ...]]) -> None:
        """`shapes` of the layers' outputs, ([R,] units, B)."""
        self.lines, self.activation = lines, activation
        *axes, _, batch = shapes[0]
        units = [shape[-2] for shape in shapes]
        self.a, self.outputs = blocks(tuple(axes), units, batch)
        self.z, self.logits = blocks(tuple(axes), units, batch)
        if activation is ACTIVATIONS["linear"]:
            self.z, self.logits = self.a, self.outputs
        self.slopes: list[Array] = []
        self.taken = 0

    def take(self) -> int:
        """Number of the next layer's place."""
        self.taken += 1
        return self.taken - 1

    def backward(self, i: int, da: Block, into: Block) -> None:
        """Append dloss/dz of the layer at place i; lines for all slopes when one is first asked for.

        The product is taken with the last row too, which nobody reads: so it runs over contiguous arrays.
        """
        lines, activation = self.lines, self.activation
        if activation.slope is None or activation is ACTIVATIONS["linear"]:
            z, a = self.logits[i].rows, self.outputs[i].rows
            lines.record(activation.backward, z, a, da.rows, into=into.rows)
            return
        if not self.slopes:
            one = activation.slope(self.z[:1], self.a[:1])
            slab = np.zeros(self.a.shape, one.dtype)
            lines.record(activation.slope, self.z, self.a, into=slab)
            self.slopes = parted(slab, [block.whole.shape for block in self.outputs])
        lines.record(np.multiply, da.whole, self.slopes[i], into=into.whole)


class DensePart:
    """``z = V^T x``, ``y = f(z)``; ``dV = x dz^T``, ``dx = W dz``; with a skip connection x and dy on top."""

    def __init__(self, lines: Lines, layer: Dense, x: Block, V: Array, dV: Array, slab: Slab) -> None:
        """Append the forward lines."""
        self.lines, self.layer, self.x, self.V, self.dV, self.slab = lines, layer, x, V, dV, slab
        self.learns = layer.trainable
        self.place = slab.take()
        a, z = slab.outputs[self.place], slab.logits[self.place]
        product(lines, V.mT, x.whole, z.rows)
        lines.record(layer.activation.forward, z.rows, into=a.rows)
        self.y = a
        if layer.residual:
            self.y = block(a.rows.shape)
            lines.record(np.add, x.rows, a.rows, into=self.y.rows)

    def backward(self, dy: Block, further: bool) -> Block:
        """Append the backward lines; dloss/dx only if a layer below learns from it."""
        skips = self.layer.residual and further
        dz = block(dy.rows.shape) if skips else dy
        self.slab.backward(self.place, dy, dz)
        if self.learns:
            product(self.lines, self.x.whole, dz.rows.mT, self.dV)
        if not further:
            return dy
        W = self.V[..., :-1, :]
        dx = block((*dy.rows.shape[:-2], W.shape[-2], dy.rows.shape[-1]))
        product(self.lines, W, dz.rows, dx.rows)
        if skips:
            self.lines.record(np.add, dx.whole, dy.whole, into=dx.whole)
        return dx


class LayerPart:
    """Any layer that leaves the number of features as it is: its own forward and backward, recorded whole."""

    def __init__(
        self, lines: Lines, layer: Layer, x: Block, axes: tuple[int, ...], drawn: Array | None
    ) -> None:
        """Append the forward lines."""
        self.lines = lines
        self.learns = layer.trainable and bool(layer.shapes)
        self.y = block((*axes, layer.out_shape[-1], x.rows.shape[-1]))
        self.twin = copy.copy(layer)  # holds symbols while it is recorded
        names = [*layer.shapes, *(f"d{name}" for name in layer.shapes), *layer.statistics]
        self.arrays = {name: getattr(layer, name).mT for name in names}

        def forward(x: Any, *rest: Any) -> Any:
            """The layer's, in terms of symbols."""
            rows = iter(rest)
            given = next(rows) if layer.draws else None
            self.hold(dict(zip(self.arrays, rows, strict=True)))
            return self.twin.forward(x, training=True, drawn=given)

        given = [] if drawn is None else [drawn]
        self.arrays |= lines.record(
            forward,
            *(x.rows, *given, *self.arrays.values()),
            into=self.y.rows,
            kept=lambda: vars(self.twin),
        )

    def hold(self, symbols: dict[str, Any]) -> None:
        """Put symbols in the place of the twin's arrays."""
        vars(self.twin).update(symbols)

    def backward(self, dy: Block, further: bool) -> Block:
        """Append the backward lines."""

        def backward(dy: Any, *rest: Any) -> Any:
            """The layer's, in terms of symbols."""
            self.hold(dict(zip(self.arrays, rest, strict=True)))
            return self.twin.backward(dy)

        self.lines.record(backward, dy.rows, *self.arrays.values(), into=dy.rows)
        return dy


class Program:
    """Steps of one batch size.

    Attributes
    ----------
    run : (*feeds) -> None
        A step for each entry along the feeds' first axis.
    source : str
        The code of `run`.
    """

    def __init__(
        self,
        network: Network,
        feeds: Mapping[str, Array],
        gradient: Callable[..., Any],
        update: Callable[..., None],
        state: Sequence[Array],
        *,
        linear: bool,
    ) -> None:
        """Write the code.

        Parameters
        ----------
        feeds : dict of arrays, one step's entry along the first axis
            "x", the inputs above a row of ones ([R,] D + 1, B); "t", the targets ([R,] C, B); "weights", if
            samples have any ([R,] 1, B); "lr", if it changes, () or (R, 1); and what each layer has drawn,
            "drawn<i>" ([R,] units, B). Their shapes are looked at, not their values.
        gradient : (z, t[, weights]) -> dloss/dz
        update : (scale, params, grads, *state[, lr]) -> None
            In place, gradients being ``scale * grads``; `state` are the optimizer's own arrays.
        linear : bool
            The update has use for another scale than 1, which saves a product.
        """
        lines = Lines()
        inputs = {name: np.zeros(feed.shape[1:], feed.dtype) for name, feed in feeds.items()}
        for i, array in enumerate(inputs.values()):
            lines.feed(array, f"row{i}")
        x = fed(lines, inputs["x"])
        axes, batch = network.params.shape[:-1], x.whole.shape[-1]
        dense = [layer for layer in network.layers if isinstance(layer, Dense)]
        slabs = {
            f: Slab(
                lines, f, [(*axes, layer.out_shape[-1], batch) for layer in dense if layer.activation is f]
            )
            for f in {layer.activation for layer in dense}
        }
        output = slabs[dense[-1].activation]
        output.outputs[-1] = bare((*axes, dense[-1].out_shape[-1], batch))
        parts: list[DensePart | LayerPart] = []
        for i, (layer, at) in enumerate(zip(network.layers, network.offsets, strict=True)):
            if isinstance(layer, Dense):
                V, dV = (joined(flat, layer, at["W"]) for flat in (network.params, network.grads))
                parts.append(DensePart(lines, layer, x, V, dV, slabs[layer.activation]))
            else:
                parts.append(LayerPart(lines, layer, x, axes, inputs.get(f"drawn{i}")))
            x = parts[-1].y
        z = x.rows
        d = bare(z.shape)
        lines.record(
            gradient,
            z,
            *(inputs[name] for name in ("t", "weights") if name in inputs),
            into=d.rows,
            scaled=linear,
        )
        scale = lines.scale
        first = next((i for i, part in enumerate(parts) if part.learns), len(parts))
        for i in reversed(range(first, len(parts))):
            d = parts[i].backward(d, i > first)
        lr = [inputs["lr"]] if "lr" in inputs else []

        def replayed(*arrays: Any) -> None:
            """The update, by so much."""
            update(scale, *arrays)

        lines.record(replayed, network.params, network.grads, *state, *lr, transposed=False)
        self.run, self.source = lines.loop(len(feeds))


def joined(flat: Array, layer: Dense, start: int) -> Array:
    """``V = [W; b]`` within a flat vector, ([R,] in + 1, units)."""
    rows, columns = layer.shapes["W"]
    return flat[..., start : start + (rows + 1) * columns].reshape(*flat.shape[:-1], rows + 1, columns)
