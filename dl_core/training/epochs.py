"""An epoch is drawn when it begins: the order of the samples, and what the layers draw for each of them.

So it is a function of the training seed and the epoch's number, and training may stop and go on anywhere
within it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dl_core import rng as random
from dl_core.arrays import Array
from dl_core.config.config import Config
from dl_core.config.side_by_side import distinct, stacked
from dl_core.nn.network import Network
from dl_core.training.data import Data


class Epoch(NamedTuple):
    """Training samples in the order of their visit, N of an epoch or of several in a row.

    A row of the table is all that training sees of a sample: inputs, 1, targets, and its weight if samples
    have any. `x`, `t` and `weights` are views of it.
    """

    table: Array  # ([R,] N, D + 1 + C [+ 1])
    x: Array  # ([R,] N, D)
    t: Array  # ([R,] N, C)
    weights: Array | None  # ([R,] N, 1)
    drawn: list[Array | None]  # what each layer drew for each sample, ([R,] N, units)

    def batch(self, start: int, stop: int) -> tuple[Array, Array, Array | None, list[Array | None]]:
        """Inputs, targets, weights and draws of the samples from `start` to `stop`."""
        weights, *drawn = (
            rows if rows is None else rows[..., start:stop, :] for rows in (self.weights, *self.drawn)
        )
        return self.x[..., start:stop, :], self.t[..., start:stop, :], weights, drawn


class Epochs:
    """Draws the epochs of networks side by side; what all share is kept once, without the R axis."""

    def __init__(self, configs: Sequence[Config], data: Sequence[Data], network: Network) -> None:
        self.network = network
        self.tables = [table(part) for part in data]
        self.n_samples, self.n_inputs = data[0].x["train"].shape
        self.n_outputs = data[0].goals.shape[1]
        self.weighted = data[0].weights is not None
        self.seeds = [
            config.training.seed for config in distinct(configs, lambda config: config.training.seed)
        ]
        self.shuffle = configs[0].training.shuffle
        self.draws = any(layer.draws for layer in network.layers)
        self.alike = not self.shuffle and not self.draws  # each epoch is as the one before

    def draw(self, epoch: int, count: int = 1) -> Epoch:
        """Epoch number `epoch`, or `count` in a row from there."""
        epochs = range(epoch, epoch + count)
        if self.shuffle:
            orders = [concatenated([self.order(seed, e) for e in epochs]) for seed in self.seeds]
            # A list of one serves every network.
            n_networks = max(len(self.tables), len(orders))
            tables = [
                self.tables[r % len(self.tables)].take(orders[r % len(orders)], axis=0)
                for r in range(n_networks)
            ]
        else:
            tables = [concatenated([rows] * count) for rows in self.tables]
        rows = stacked(tables)
        ends = self.n_inputs + 1, self.n_inputs + 1 + self.n_outputs
        return Epoch(
            table=rows,
            x=rows[..., : self.n_inputs],
            t=rows[..., ends[0] : ends[1]],
            weights=rows[..., ends[1] :] if self.weighted else None,
            drawn=self.drawn(epochs) if self.draws else [None] * len(self.network.layers),
        )

    def drawn(self, epochs: range) -> list[Array | None]:
        draws = []
        for seed in self.seeds:
            per_epoch = [self.network.draw(seed, epoch, self.n_samples) for epoch in epochs]
            draws.append([concatenated(layer) for layer in zip(*per_epoch, strict=True)])
        return [None if rows[0] is None else stacked(rows) for rows in zip(*draws, strict=True)]

    def order(self, seed: int, epoch: int) -> NDArray[np.int64]:
        return random.generator(seed, "shuffle", epoch=epoch).permutation(self.n_samples)


def table(data: Data) -> Array:
    """Inputs, 1, targets, and weights if there are any, side by side."""
    x, weights = data.x["train"], [] if data.weights is None else [data.weights]
    return np.concatenate([x, np.ones((len(x), 1), np.float32), data.goals, *weights], axis=1)


def concatenated(epochs: Sequence[Any]) -> Any:
    """Arrays of several epochs, one after the other; None if they are None."""
    return epochs[0] if len(epochs) == 1 or epochs[0] is None else np.concatenate(epochs)
