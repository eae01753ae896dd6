"""A network at points that stay the same: forward only, recorded once, over arrays that are used again.

The points go through in pieces, so that what lies between the layers stays small and in the processor's
cache. Networks that are built alike and drawn at the same points share all of it, so that a class that trains
one network has it in the cache once. Arrays lie (features, points), as in `program`.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple
from weakref import WeakValueDictionary

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.blocks import Block, block, fed, product
from dl_core.compiler.codegen import Lines
from dl_core.compiler.program import joined
from dl_core.nn.activations import ACTIVATIONS, Activation
from dl_core.nn.layers.dense import Dense
from dl_core.nn.layers.layer import Layer
from dl_core.nn.network import Network

PIECE = 131_072
"""Numbers of the widest layer in one piece."""

MOST_EXPONENT = 85
"""Of what float32 has an exponential for, above and below 0."""


class ByExp(NamedTuple):
    """An activation as a function of ``exp(factor z) + 1``."""

    factor: float
    of: Callable[[Array], Array]


BY_EXP = {
    ACTIVATIONS["tanh"].forward: ByExp(2, lambda d: 1 - 2 / d),
    ACTIVATIONS["sigmoid"].forward: ByExp(-1, lambda d: 1 / d),
}
"""The same curves to within 1e-6: without AVX-512, NumPy's exp takes half the time of its tanh."""


class Inference:
    """Outputs of a network's layers at fixed points, at its present parameters.

    Attributes
    ----------
    network : Network
        Whose; where others share it, one of its own that takes after each of them in turn.
    """

    known: ClassVar[WeakValueDictionary[tuple[Any, ...], "Inference"]] = WeakValueDictionary()
    """What is shared, as long as it is used. Its arrays are written over: one thread draws at a time."""

    @classmethod
    def shared(cls, network: Network, x: Array, output: Activation, *, side: int = 0) -> "Inference":
        """One for all networks that are built like this one."""
        key = (repr(network.built), x.shape, x.tobytes(), output, side)
        found = cls.known.get(key) or cls(network.like(), x, output, side=side)
        cls.known[key] = found
        return found

    def __init__(self, network: Network, x: Array, output: Activation, *, side: int = 0) -> None:
        """Write the code.

        Parameters
        ----------
        network : Network
            One, without the R axis.
        x : ndarray of shape (G, D)
            The network's inputs.
        output : Activation
            What the logits go through.
        side : int
            If the points are a grid, row by row, the length of a row.
        """
        self.network, self.output, self.n_points = network, output, len(x)
        widest = max(x.shape[-1], *(layer.out_shape[-1] for layer in network.layers))
        row = side or 1
        rows = len(x) // row
        count = -(-len(x) * widest // PIECE)
        size = -(-rows // count)
        # The last piece ends at the last point; it may begin with some that the one before it has had.
        starts = [min(k * size, rows - size) for k in range(count)]
        self.pieces = [slice(start * row, (start + size) * row) for start in starts]
        ones = np.ones((len(x), 1), np.float32)
        self.x = [np.ascontiguousarray(np.hstack([x, ones])[piece].T) for piece in self.pieces]
        self.blocks = [block((layer.out_shape[-1], size * row)) for layer in network.layers]

        lines = Lines()
        self.append(lines, fed(lines, self.x[0]), 0)
        self.run, self.source = lines.loop(1)
        self.products = Products.over(self, x, side) if side else None

    def append(self, lines: Lines, x: Block, start: int) -> None:
        """Append the layers from `start` on."""
        network = self.network
        for layer, offsets, y in list(zip(network.layers, network.offsets, self.blocks, strict=True))[start:]:
            if isinstance(layer, Dense):
                dense(lines, joined(network.params, layer, offsets["W"]), x, y, self.activation(layer))
                if layer.residual:
                    lines.record(np.add, x.rows, y.rows, into=y.rows)
            else:
                lines.call(rows_of(layer), x.rows, y.rows)
            x = y

    def activation(self, layer: Dense) -> Activation:
        """What the sums of a layer go through."""
        return self.output if layer is self.network.layers[-1] else layer.activation

    def __call__(self, wanted: Sequence[tuple[int, slice]]) -> list[Array]:
        """Outputs of the wanted units of layers, each (units, G); what the next call may write over."""
        found = [self.blocks[layer].rows[units] for layer, units in wanted]
        run, feeds = self.run, self.x
        if self.products and (factors := self.products.factors()) is not None:
            run, feeds = self.products.run, factors
        if len(self.pieces) == 1:
            run((feeds[0],))
            return found
        outputs = [np.empty((len(rows), self.n_points), np.float32) for rows in found]
        for feed, piece in zip(feeds, self.pieces, strict=True):
            run((feed,))
            for whole, rows in zip(outputs, found, strict=True):
                whole[:, piece] = rows
        return outputs


class Products:
    """The first layer over a grid, where ``exp(a + b) = exp(a) exp(b)`` saves most of the exponentials.

    It holds when inputs are a sum of what belongs to a point's row and what belongs to its column, which
    all features but ``x1*x2`` are.
    """

    @classmethod
    def over(cls, inference: Inference, x: Array, side: int) -> "Products | None":
        """None if it does not hold here."""
        first = inference.network.layers[0]
        if not isinstance(first, Dense) or first.residual:
            return None
        if inference.activation(first).forward not in BY_EXP:
            return None
        grid = x.reshape(-1, side, x.shape[-1])
        rows, columns = grid[:, 0], grid[0] - grid[0, 0]
        if not np.allclose(rows[:, None] + columns, grid, atol=1e-5):
            return None
        return cls(inference, first, rows, columns)

    def __init__(self, inference: Inference, first: Dense, rows: Array, columns: Array) -> None:
        """Write the code."""
        side, y = len(columns), inference.blocks[0]
        self.curve = BY_EXP[inference.activation(first).forward]
        self.V = joined(inference.network.params, first, 0)
        self.x = block((rows.shape[-1], side + len(rows))).whole
        self.x[:-1] = np.concatenate([columns, rows]).T
        self.x[-1, :side] = 0  # the bias belongs to the rows
        self.x *= self.curve.factor
        # Next to the factors stand ones: [a 1] [b 1]^T is a b + 1.
        self.columns = np.ones((first.out_shape[-1], 2, side), np.float32)
        self.rows = np.ones((first.out_shape[-1], len(rows), 2), np.float32)
        self.feeds = [self.rows[:, piece.start // side : piece.stop // side] for piece in inference.pieces]
        piece = np.zeros((first.out_shape[-1], y.rows.shape[-1] // side, 2), np.float32)
        lines = Lines()
        lines.feed(piece, "row0")
        product(lines, piece, self.columns, y.rows.reshape(first.out_shape[-1], -1, side))
        lines.record(self.curve.of, y.rows, into=y.rows)
        inference.append(lines, y, 1)
        self.run, self.source = lines.loop(1)

    def factors(self) -> list[Array] | None:
        """Factors of the rows of each piece; None if an exponential is out of reach."""
        exponents = self.V.T.dot(self.x)
        if not np.abs(exponents).max() < MOST_EXPONENT:
            return None
        np.exp(exponents, exponents)
        side = self.columns.shape[-1]
        self.columns[:, 0], self.rows[:, :, 0] = exponents[:, :side], exponents[:, side:]
        return self.feeds


def dense(lines: Lines, V: Array, x: Block, y: Block, activation: Activation) -> None:
    """Append ``y = f(V^T x)``."""
    curve = BY_EXP.get(activation.forward)
    if curve is None:
        product(lines, V.mT, x.whole, y.rows)
        lines.record(activation.forward, y.rows, into=y.rows)
    else:
        scaled = np.zeros(V.shape, np.float32)
        lines.call(np.multiply, V, np.asarray(curve.factor, np.float32), scaled)
        product(lines, scaled.mT, x.whole, y.rows)
        lines.record(lambda z: curve.of(np.exp(z) + 1), y.rows, into=y.rows)


def rows_of(layer: Layer) -> Callable[[Any, Any], None]:
    """A layer's own forward, features by points."""

    def forward(rows: Any, out: Any) -> None:
        """Write `out`."""
        out[...] = layer.forward(rows.mT).mT

    return forward
