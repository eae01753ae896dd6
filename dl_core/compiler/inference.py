"""A network at points that stay the same: forward only, compiled once, over arrays that are used again.

The points go through in pieces, so that the arrays between the layers stay small and in the processor's
cache. Networks that are built alike and evaluated at the same points share all of it through an
`InferenceCache`: a class that trains one network has it in memory once. Arrays are (features, points), as in
`program`.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.blocks import Block, affine_matrix, as_features, as_samples, block, input_block
from dl_core.compiler.codegen import CodeWriter
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

    Its own `network` takes over the parameters of the one that is to be evaluated.
    """

    def __init__(self, network: Network, x: Array, output: Activation, *, side: int = 0) -> None:
        """Write the code for one network, without the R axis, at inputs x (G, D).

        `output` is what the logits go through; `side` the length of a row, if the points are a grid.
        """
        self.network = network = Network(*network.built)
        self.output, self.n_points = output, len(x)
        widest = max(x.shape[-1], *(math.prod(layer.out_shape) for layer in network.layers))
        row = side or 1
        rows = len(x) // row
        count = -(-len(x) * widest // PIECE)
        size = -(-rows // count)
        # The last piece ends at the last point; it may begin with some that the one before it has had.
        starts = [min(k * size, rows - size) for k in range(count)]
        self.pieces = [slice(start * row, (start + size) * row) for start in starts]
        ones = np.ones((len(x), 1), np.float32)
        self.x = [np.ascontiguousarray(np.hstack([x, ones])[piece].T) for piece in self.pieces]
        self.blocks = [block((math.prod(layer.out_shape), size * row)) for layer in network.layers]

        writer = CodeWriter()
        self.append(writer, input_block(writer, self.x[0]), 0)
        self.run, self.source = writer.loop(["x"])
        self.grid = GridInference.over(self, x, side) if side else None

    def append(self, writer: CodeWriter, x: Block, start: int) -> None:
        for i, layer in list(enumerate(self.network.layers))[start:]:
            append = LAYER_CODE.get(type(layer), append_call)
            append(self, writer, i, x, self.blocks[i])
            x = self.blocks[i]

    def activation(self, i: int) -> Activation:
        """What the sums of dense layer number `i` go through."""
        layer = self.network.layers[i]
        assert isinstance(layer, Dense)
        return self.output if i == len(self.network.layers) - 1 else layer.activation

    def __call__(self, network: Network, wanted: Sequence[tuple[int, slice]]) -> list[Array]:
        """Outputs of the wanted units of layers, each (units, G), which the next call may write over.

        `network` is one of the same architecture; `wanted` names layers by number, and units by a slice.
        """
        self.network.params[...] = network.params
        self.network.statistics[...] = network.statistics
        values = [self.blocks[layer].values[units] for layer, units in wanted]
        run, feeds = self.run, self.x
        if self.grid and (factors := self.grid.factors()) is not None:
            run, feeds = self.grid.run, factors
        if len(self.pieces) == 1:
            run((feeds[0],))
            return values
        outputs = [np.empty((len(rows), self.n_points), np.float32) for rows in values]
        for feed, piece in zip(feeds, self.pieces, strict=True):
            run((feed,))
            for whole, rows in zip(outputs, values, strict=True):
                whole[:, piece] = rows
        return outputs


class GridInference:
    """The first layer over a grid, where ``exp(a + b) = exp(a) exp(b)`` saves most of the exponentials.

    It holds when inputs are a sum of what belongs to a point's row and what belongs to its column, which
    all features but ``x1*x2`` are.
    """

    @classmethod
    def over(cls, inference: Inference, x: Array, side: int) -> "GridInference | None":
        """None if it does not hold here."""
        first = inference.network.layers[0]
        if type(first) is not Dense or first.residual:
            return None
        curve = inference.activation(0).by_exp
        if curve is None:
            return None
        grid = x.reshape(-1, side, x.shape[-1])
        rows, columns = grid[:, 0], grid[0] - grid[0, 0]
        if not np.allclose(rows[:, None] + columns, grid, atol=1e-5):
            return None
        return cls(inference, curve, rows, columns)

    def __init__(self, inference: Inference, curve: ByExp, rows: Array, columns: Array) -> None:
        side, y = len(columns), inference.blocks[0].values
        units = len(y)
        self.V = affine_matrix(inference.network.params, inference.network.layers[0], 0)
        self.x = block((rows.shape[-1], side + len(rows))).with_ones
        self.x[:-1] = np.concatenate([columns, rows]).T
        self.x[-1, :side] = 0  # the bias belongs to the rows
        self.x *= curve.factor
        # Next to the factors stand ones: [a 1] [b 1]^T is a b + 1.
        self.columns = np.ones((units, 2, side), np.float32)
        self.rows = np.ones((units, len(rows), 2), np.float32)
        self.feeds = [self.rows[:, piece.start // side : piece.stop // side] for piece in inference.pieces]
        piece = np.zeros((units, y.shape[-1] // side, 2), np.float32)
        writer = CodeWriter()
        writer.feed(piece, "rows")
        writer.product(piece, self.columns, y.reshape(units, -1, side))
        writer.record(curve.of, y, into=y)
        inference.append(writer, inference.blocks[0], 1)
        self.run, self.source = writer.loop(["rows"])

    def factors(self) -> list[Array] | None:
        """Factors of the rows of each piece; None if an exponential is out of reach."""
        exponents = self.V.T.dot(self.x)
        if not np.abs(exponents).max() < MOST_EXPONENT:
            return None
        np.exp(exponents, exponents)
        side = self.columns.shape[-1]
        self.columns[:, 0], self.rows[:, :, 0] = exponents[:, :side], exponents[:, side:]
        return self.feeds


def append_dense(inference: Inference, writer: CodeWriter, i: int, x: Block, y: Block) -> None:
    """Append ``y = f(V^T x)``, with a skip connection ``y = x + f(V^T x)``."""
    network, activation = inference.network, inference.activation(i)
    layer = network.layers[i]
    V = affine_matrix(network.params, layer, network.offsets[i]["W"])
    curve = activation.by_exp
    if curve is None:
        writer.product(V.mT, x.with_ones, y.values)
        writer.record(activation.forward, y.values, into=y.values)
    else:
        scaled = np.zeros(V.shape, np.float32)
        writer.call(np.multiply, V, np.asarray(curve.factor, np.float32), scaled)
        writer.product(scaled.mT, x.with_ones, y.values)
        writer.record(lambda z: curve.of(np.exp(z) + 1), y.values, into=y.values)
    if isinstance(layer, Dense) and layer.residual:
        writer.record(np.add, x.values, y.values, into=y.values)


def append_call(inference: Inference, writer: CodeWriter, i: int, x: Block, y: Block) -> None:
    layer = inference.network.layers[i]

    def forward(x: Array, y: Array) -> None:
        y[...] = as_features(layer.forward(as_samples(x, layer.in_shape)), layer.out_shape)

    writer.call(forward, x.values, y.values)


LAYER_CODE: dict[type[Layer], Callable[[Inference, CodeWriter, int, Block, Block], None]] = {
    Dense: append_dense
}
"""Layers with code of their own; the forward of any other is called."""
