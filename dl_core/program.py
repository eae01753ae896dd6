"""A training step as straight-line code: the textbook's rules, recorded, around products arranged for speed.

Arrays lie (features, batch), so each layer's numbers are one contiguous block. Below each block lies a row
of ones: with the bias as the last row of ``V = [W; b]``, which is how parameters lie in the flat vector,
``V^T x`` is the whole affine map and ``x dz^T`` the gradient of weights and bias, one product each. All the
rest (activations, loss, penalties, optimizer) is recorded from the definitions that the textbook path runs.

To add a kind of layer, write its part and give it a case in `Program`.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from dl_core.activations import ACTIVATIONS
from dl_core.arrays import Array
from dl_core.layers import Dense, Dropout
from dl_core.network import Network
from dl_core.recording import Lines


class Block(NamedTuple):
    """Numbers of a batch: `whole` ([R,] features + 1, B) ends in the row of ones, `rows` is what is above."""

    rows: Array
    whole: Array


def block(shape: Sequence[int]) -> Block:
    """A block for ([R,] features, B)."""
    *axes, features, batch = shape
    whole = np.zeros((*axes, features + 1, batch), np.float32)
    whole[..., -1, :] = 1
    return Block(whole[..., :-1, :], whole)


def product(lines: Lines, a: Array, b: Array, out: Array) -> None:
    """Append ``out[...] = a @ b``.

    A bound `dot` is the cheapest product of two matrices; `matmul` serves R of them, each the same to the
    bit.
    """
    if out.ndim == 2:
        lines.call(a.dot, b, out)
    else:
        lines.call(np.matmul, a, b, out)


class DensePart:
    """``z = V^T x``, ``y = f(z)``; ``dV = x dz^T``, ``dx = W dz``."""

    learns = True

    def __init__(self, lines: Lines, layer: Dense, x: Block, V: Array, dV: Array) -> None:
        """Append the forward lines."""
        self.lines, self.layer, self.x, self.V, self.dV = lines, layer, x, V, dV
        self.y = block((*V.shape[:-2], layer.units, x.rows.shape[-1]))
        linear = layer.activation is ACTIVATIONS["linear"]
        self.z = self.y.rows if linear else np.zeros(self.y.rows.shape, np.float32)
        product(lines, V.mT, x.whole, self.z)
        lines.record(layer.activation.forward, self.z, into=self.y.rows)

    def backward(self, dy: Array, further: bool) -> Array:
        """Append the backward lines; dloss/dx only if a layer below learns from it."""
        self.lines.record(self.layer.activation.backward, self.z, self.y.rows, dy, into=dy)
        product(self.lines, self.x.whole, dy.mT, self.dV)
        if not further:
            return dy
        W = self.V[..., :-1, :]
        dx = np.zeros((*dy.shape[:-2], W.shape[-2], dy.shape[-1]), np.float32)
        product(self.lines, W, dy, dx)
        return dx


class DropoutPart:
    """``y = x * drawn``, ``dx = dy * drawn``."""

    learns = False

    def __init__(self, lines: Lines, layer: Dropout, x: Block, axes: tuple[int, ...], drawn: Array) -> None:
        """Append the forward lines."""
        self.lines, self.drawn = lines, drawn
        self.y = block((*axes, *x.rows.shape[-2:]))
        lines.record(np.multiply, x.rows, drawn, into=self.y.rows)

    def backward(self, dy: Array, further: bool) -> Array:
        """Append the backward line."""
        if further:
            self.lines.record(np.multiply, dy, self.drawn, into=dy)
        return dy


class Program:
    """Steps of one batch size.

    Attributes
    ----------
    run : (xs, ts, *drawn) -> None
        A step for each batch along the first axis: inputs ([R,] D, B), targets ([R,] C, B), and what each
        layer that draws has drawn ([R,] units, B).
    source : str
        The code of `run`.
    """

    def __init__(
        self,
        network: Network,
        feeds: Sequence[tuple[int, ...]],
        gradient: Callable[[Any, Any], Any],
        update: Callable[..., None],
        state: Sequence[Array],
    ) -> None:
        """Write the code.

        Parameters
        ----------
        feeds : list of shapes
            Of one batch's inputs, targets and draws, as `run` will get them.
        gradient : (z, t) -> dloss/dz
        update : (params, grads, *state) -> None
            Penalties and optimizer in place; `state` are the optimizer's own arrays.
        """
        lines = Lines()
        x = block(feeds[0])
        t, *drawn = (np.zeros(shape, np.float32) for shape in feeds[1:])
        inputs = [x.rows, t, *drawn]
        axes = network.params.shape[:-1]
        parts: list[DensePart | DropoutPart] = []
        for layer, offsets in zip(network.layers, network.offsets, strict=True):
            if isinstance(layer, Dense):
                V, dV = (joined(flat, layer, offsets["W"]) for flat in (network.params, network.grads))
                parts.append(DensePart(lines, layer, x, V, dV))
            elif isinstance(layer, Dropout):
                parts.append(DropoutPart(lines, layer, x, axes, drawn.pop(0)))
            x = parts[-1].y
        z = x.rows
        d = np.zeros(z.shape, np.float32)
        lines.record(gradient, z, t, into=d)
        for i in reversed(range(len(parts))):
            d = parts[i].backward(d, any(part.learns for part in parts[:i]))
        lines.record(update, network.params, network.grads, *state, transposed=False)
        self.run, self.source = lines.loop(inputs)


def joined(flat: Array, layer: Dense, start: int) -> Array:
    """``V = [W; b]`` within a flat vector, ([R,] in + 1, units)."""
    rows, columns = layer.shapes["W"]
    return flat[..., start : start + (rows + 1) * columns].reshape(*flat.shape[:-1], rows + 1, columns)
