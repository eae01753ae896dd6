"""A training step as straight-line code: the textbook's rules, recorded, around products arranged for speed.

Arrays lie (features, batch), so each layer's numbers are one contiguous block. Below each block lies a row
of ones: with the bias as the last row of ``V = [W; b]``, which is how parameters lie in the flat vector,
``V^T x`` is the whole affine map and ``x dz^T`` the gradient of weights and bias, one product each. All the
rest (activations, loss, penalties, optimizer) is recorded from the definitions that the textbook path runs.

Layers that leave the number of features as it is are recorded whole.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from dl_core.activations import ACTIVATIONS
from dl_core.arrays import Array
from dl_core.layer import Layer
from dl_core.layers import Dense
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
    """``z = V^T x``, ``y = f(z)``; ``dV = x dz^T``, ``dx = W dz``; with a skip connection x and dy on top."""

    def __init__(self, lines: Lines, layer: Dense, x: Block, V: Array, dV: Array) -> None:
        """Append the forward lines."""
        self.lines, self.layer, self.x, self.V, self.dV = lines, layer, x, V, dV
        self.learns = layer.trainable
        shape = (*V.shape[:-2], layer.units, x.rows.shape[-1])
        self.y = block(shape)
        self.a = np.zeros(shape, np.float32) if layer.residual else self.y.rows
        linear = layer.activation is ACTIVATIONS["linear"]
        self.z = self.a if linear else np.zeros(shape, np.float32)
        product(lines, V.mT, x.whole, self.z)
        lines.record(layer.activation.forward, self.z, into=self.a)
        if layer.residual:
            lines.record(np.add, x.rows, self.a, into=self.y.rows)

    def backward(self, dy: Array, further: bool) -> Array:
        """Append the backward lines; dloss/dx only if a layer below learns from it."""
        skips = self.layer.residual and further
        dz = np.zeros(dy.shape, np.float32) if skips else dy
        self.lines.record(self.layer.activation.backward, self.z, self.a, dy, into=dz)
        if self.learns:
            product(self.lines, self.x.whole, dz.mT, self.dV)
        if not further:
            return dy
        W = self.V[..., :-1, :]
        dx = np.zeros((*dy.shape[:-2], W.shape[-2], dy.shape[-1]), np.float32)
        product(self.lines, W, dz, dx)
        if skips:
            self.lines.record(np.add, dx, dy, into=dx)
        return dx


class LayerPart:
    """Any layer that leaves the number of features as it is: its own forward and backward, recorded whole."""

    def __init__(
        self, lines: Lines, layer: Layer, x: Block, axes: tuple[int, ...], drawn: Array | None
    ) -> None:
        """Append the forward lines."""
        self.lines = lines
        self.learns = layer.trainable and bool(layer.shapes)
        self.y = block((*axes, *x.rows.shape[-2:]))
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

    def backward(self, dy: Array, further: bool) -> Array:
        """Append the backward lines."""

        def backward(dy: Any, *rest: Any) -> Any:
            """The layer's, in terms of symbols."""
            self.hold(dict(zip(self.arrays, rest, strict=True)))
            return self.twin.backward(dy)

        self.lines.record(backward, dy, *self.arrays.values(), into=dy)
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
    ) -> None:
        """Write the code.

        Parameters
        ----------
        feeds : dict of arrays, one step's entry along the first axis
            "x", the inputs ([R,] D, B); "t", the targets ([R,] C, B); "weights", if samples have any
            ([R,] 1, B); "lr", if it changes, () or (R, 1); and what each layer has drawn ([R,] units, B).
            Their shapes are looked at, not their values.
        gradient : (z, t[, weights]) -> dloss/dz
        update : (params, grads, *state[, lr]) -> None
            In place; `state` are the optimizer's own arrays.
        """
        lines = Lines()
        x = block(feeds["x"].shape[1:])
        inputs = {name: np.zeros(feed.shape[1:], feed.dtype) for name, feed in feeds.items()}
        inputs["x"] = x.rows
        parts: list[DensePart | LayerPart] = []
        for i, (layer, at) in enumerate(zip(network.layers, network.offsets, strict=True)):
            if isinstance(layer, Dense):
                V, dV = (joined(flat, layer, at["W"]) for flat in (network.params, network.grads))
                parts.append(DensePart(lines, layer, x, V, dV))
            else:
                parts.append(LayerPart(lines, layer, x, network.params.shape[:-1], inputs.get(f"drawn{i}")))
            x = parts[-1].y
        z = x.rows
        d = np.zeros(z.shape, np.float32)
        lines.record(gradient, z, *(inputs[name] for name in ("t", "weights") if name in inputs), into=d)
        first = next((i for i, part in enumerate(parts) if part.learns), len(parts))
        for i in reversed(range(first, len(parts))):
            d = parts[i].backward(d, i > first)
        lr = [inputs["lr"]] if "lr" in inputs else []
        lines.record(update, network.params, network.grads, *state, *lr, transposed=False)
        self.run, self.source = lines.loop(list(inputs.values()))


def joined(flat: Array, layer: Dense, start: int) -> Array:
    """``V = [W; b]`` within a flat vector, ([R,] in + 1, units)."""
    rows, columns = layer.shapes["W"]
    return flat[..., start : start + (rows + 1) * columns].reshape(*flat.shape[:-1], rows + 1, columns)
