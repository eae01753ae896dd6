"""An epoch is drawn when it begins: the order of the samples, and what the layers draw for each of them.

So it is a function of the training seed and the epoch's number, and training may stop and go on anywhere
within it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dl_core import rng as random
from dl_core.arrays import Array
from dl_core.config import Config
from dl_core.data import Data
from dl_core.network import Network
from dl_core.side_by_side import distinct, stacked


class Epoch(NamedTuple):
    """Training samples in the order of their visit.

    Attributes
    ----------
    x, t : ndarray of shape ([R,] N, D) and ([R,] N, C)
        Inputs, and targets as training sees them.
    weights : ndarray of shape ([R,] N, 1), or None
        How much each sample's error counts; None if all count the same.
    drawn : list of (ndarray of shape ([R,] N, units) or None)
        What each layer drew for each sample.
    """

    x: Array
    t: Array
    weights: Array | None
    drawn: list[Array | None]

    def batch(self, start: int, stop: int) -> "Epoch":
        """The samples from `start` to `stop`."""
        weights, *drawn = (
            rows if rows is None else rows[..., start:stop, :] for rows in (self.weights, *self.drawn)
        )
        return Epoch(self.x[..., start:stop, :], self.t[..., start:stop, :], weights, drawn)


def draw_epoch(configs: Sequence[Config], data: Sequence[Data], network: Network, epoch: int) -> Epoch:
    """Draw epoch number `epoch` for networks side by side; what all share is kept once."""
    n = len(data[0].x["train"])
    seeds = [one.training.seed for one in distinct(configs, lambda one: one.training.seed)]
    if configs[0].training.shuffle:
        orders = [random.generator(seed, "shuffle", epoch=epoch).permutation(n) for seed in seeds]
    else:
        orders = [np.arange(n)]
    # A list of one serves every network.
    pairs = [(data[r % len(data)], orders[r % len(orders)]) for r in range(max(len(data), len(orders)))]
    draws = [network.draw(seed, epoch, n) for seed in seeds]
    return Epoch(
        x=stacked([one.x["train"][order] for one, order in pairs]),
        t=stacked([one.goals[order] for one, order in pairs]),
        weights=stacked_or_none(
            [None if one.weights is None else one.weights[order] for one, order in pairs]
        ),
        drawn=[stacked_or_none(layer) for layer in zip(*draws, strict=True)],
    )


def stacked_or_none(drawn: Sequence[Array | None]) -> Array | None:
    """One layer's draws for all networks; None if it draws nothing."""
    rows = [one for one in drawn if one is not None]
    return stacked(rows) if rows else None
