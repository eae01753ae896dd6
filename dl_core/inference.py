"""A network at points that stay the same: forward only, recorded once, over arrays that are used again.

The points go through in pieces, so that what lies between the layers stays small and in the processor's
cache. Arrays lie (features, points), as in `program`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dl_core.activations import ACTIVATIONS, Activation
from dl_core.arrays import Array
from dl_core.layers import Dense, Layer
from dl_core.network import Network
from dl_core.program import Block, block, joined, product
from dl_core.recording import Lines

PIECE = 65_536
"""Numbers of the widest layer in one piece."""

BY_EXP: dict[Callable[[Array], Array], Callable[[Array], Array]] = {
    ACTIVATIONS["tanh"].forward: lambda z: 1 - 2 / (np.exp(2 * z) + 1),
    ACTIVATIONS["sigmoid"].forward: lambda z: 1 / (np.exp(-z) + 1),
}
"""The same curves to within 1e-6: without AVX-512, NumPy's exp takes half the time of its tanh."""


class Inference:
    """Outputs of a network's layers at fixed points, at its present parameters."""

    def __init__(self, network: Network, x: Array, output: Activation) -> None:
        """Write the code.

        Parameters
        ----------
        network : Network
            One, without the R axis.
        x : ndarray of shape (G, D)
            The network's inputs.
        output : Activation
            What the logits go through.
        """
        widest = max(x.shape[-1], *(layer.units for layer in network.layers))
        count = -(-len(x) * widest // PIECE)
        size = -(-len(x) // count)
        # The last piece ends at the last point; it may begin with some that the one before it has had.
        starts = [min(k * size, len(x) - size) for k in range(count)]
        self.pieces = [slice(start, start + size) for start in starts]
        self.x = [np.ascontiguousarray(x[piece].T) for piece in self.pieces]
        self.n_points = len(x)

        lines = Lines()
        inputs = y = block((x.shape[-1], size))
        self.rows: list[Array] = []
        for layer, offsets in zip(network.layers, network.offsets, strict=True):
            if isinstance(layer, Dense):
                activation = output if layer is network.layers[-1] else layer.activation
                y = dense(lines, joined(network.params, layer, offsets["W"]), y, activation)
            else:
                y = other(lines, layer, y)
            self.rows.append(y.rows)
        self.run, self.source = lines.loop([inputs.rows])

    def __call__(self, wanted: Sequence[tuple[int, slice]]) -> list[Array]:
        """Outputs of the wanted units of layers, each (units, G)."""
        found = [self.rows[layer][units] for layer, units in wanted]
        outputs = [np.empty((len(rows), self.n_points), np.float32) for rows in found]
        for x, piece in zip(self.x, self.pieces, strict=True):
            self.run((x,))
            for whole, rows in zip(outputs, found, strict=True):
                whole[:, piece] = rows
        return outputs


def dense(lines: Lines, V: Array, x: Block, activation: Activation) -> Block:
    """Append ``y = f(V^T x)``."""
    y = block((V.shape[-1], x.rows.shape[-1]))
    product(lines, V.mT, x.whole, y.rows)
    lines.record(BY_EXP.get(activation.forward, activation.forward), y.rows, into=y.rows)
    return y


def other(lines: Lines, layer: Layer, x: Block) -> Block:
    """Append any other layer's own forward."""
    y = block((layer.units, x.rows.shape[-1]))

    def forward(rows: Any, out: Any) -> None:
        """`layer.forward`, features by points."""
        out[...] = layer.forward(rows.mT).mT

    lines.call(forward, x.rows, y.rows)
    return y
