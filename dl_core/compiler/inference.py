"""A network at points that stay the same: forward only, recorded once, over arrays that are used again.

The points go through in pieces, so that the arrays between the layers stay small and in the processor's
cache. Networks that are built alike and evaluated at the same points share all of it through an
`InferenceCache`: a class that trains one network has it in memory once. Arrays are (features, points), as in
`program`.
"""

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.blocks import Block, block, fed, product
from dl_core.compiler.codegen import Lines
from dl_core.compiler.program import joined
from dl_core.nn.activations import Activation, ByExp
from dl_core.nn.layers.dense import Dense
from dl_core.nn.layers.layer import Layer
from dl_core.nn.network import Network

PIECE = 131_072
"""Numbers of the widest layer in one piece."""

MOST_EXPONENT = 85
"""Of what float32 has an exponential for, above and below 0."""


class InferenceCache:
    """Forward passes that networks built alike share, as long as somebody uses them.

    Their arrays are written over in each call, so a cache belongs to one thread at a time.
    """

    def __init__(self) -> None:
        self._passes: WeakValueDictionary[tuple[Any, ...], Inference] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._passes)

    def inference(self, network: Network, x: Array, output: Activation, *, side: int = 0) -> "Inference":
        """The pass of all networks that are built like this one; arguments as those of `Inference`."""
        key = (repr(network.built), x.shape, x.tobytes(), output, side)
        shared = self._passes.get(key) or Inference(network, x, output, side=side)
        self._passes[key] = shared
        return shared


class Inference:
    """Outputs of a network's layers at fixed points, for any network of one architecture.

    Attributes
    ----------
    network : Network
        A copy, which takes over the parameters of the network that is to be evaluated.
    """

    def __init__(self, network: Network, x: Array, output: Activation, *, side: int = 0) -> None:
        """Write the code.

        Parameters
        ----------
        network : Network
            One, without the R axis; its architecture counts, not its parameters.
        x : ndarray of shape (G, D)
            The network's inputs.
        output : Activation
            What the logits go through.
        side : int
            If the points are a grid, row by row, the length of a row.
        """
        self.network = network = network.like()
        self.output, self.n_points = output, len(x)
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

    def __call__(self, network: Network, wanted: Sequence[tuple[int, slice]]) -> list[Array]:
        """Outputs of the wanted units of layers, each (units, G), which the next call may write over.

        `network` is one of the same architecture; `wanted` names layers by number, and units by a slice.
        """
        self.network.copy_from(network)
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
        curve = inference.activation(first).by_exp
        if curve is None:
            return None
        grid = x.reshape(-1, side, x.shape[-1])
        rows, columns = grid[:, 0], grid[0] - grid[0, 0]
        if not np.allclose(rows[:, None] + columns, grid, atol=1e-5):
            return None
        return cls(inference, first, curve, rows, columns)

    def __init__(self, inference: Inference, first: Dense, curve: ByExp, rows: Array, columns: Array) -> None:
        """Write the code."""
        side, y = len(columns), inference.blocks[0]
        self.V = joined(inference.network.params, first, 0)
        self.x = block((rows.shape[-1], side + len(rows))).whole
        self.x[:-1] = np.concatenate([columns, rows]).T
        self.x[-1, :side] = 0  # the bias belongs to the rows
        self.x *= curve.factor
        # Next to the factors stand ones: [a 1] [b 1]^T is a b + 1.
        self.columns = np.ones((first.out_shape[-1], 2, side), np.float32)
        self.rows = np.ones((first.out_shape[-1], len(rows), 2), np.float32)
        self.feeds = [self.rows[:, piece.start // side : piece.stop // side] for piece in inference.pieces]
        piece = np.zeros((first.out_shape[-1], y.rows.shape[-1] // side, 2), np.float32)
        lines = Lines()
        lines.feed(piece, "row0")
        product(lines, piece, self.columns, y.rows.reshape(first.out_shape[-1], -1, side))
        lines.record(curve.of, y.rows, into=y.rows)
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
    curve = activation.by_exp
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
