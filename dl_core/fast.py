"""The same training without overhead: a step is recorded once and then replayed.

`FastTrainer` changes how steps are taken, not what a step is. Runs of whole batches go through a `Program`,
written for the batch's size when it is first needed; a partial last batch has one of its own.
"""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from dl_core.arrays import Array
from dl_core.checkpoint import Checkpoint
from dl_core.config import Config
from dl_core.program import Program
from dl_core.trainer import Trainer


class FastTrainer(Trainer):
    """A trainer whose steps are replayed from straight-line code.

    Attributes
    ----------
    programs : dict of int to Program
        By batch size.
    slots : list of ndarray
        The optimizer's arrays, which the programs change in place.
    counts : dict of str to ndarray
        Its counts, as arrays without axes for the same purpose.
    """

    def __init__(self, config: Config | Sequence[Config], checkpoint: Checkpoint | None = None) -> None:
        super().__init__(config, checkpoint)
        self.programs: dict[int, Program] = {}
        self.slots: list[Array] = [getattr(self.optimizer, name) for name in self.optimizer.slots]
        self.counts: dict[str, Array] = {name: np.zeros(()) for name in self.optimizer.counts}

    def take_steps(self, most: int) -> None:
        """Take from 1 to `most` steps, all within the present epoch and of one batch size."""
        left = self.n_train - self.position
        size = min(self.batch_size, left)
        count = min(most, left // size)
        epoch = self.present_epoch()
        flows = [flow for flow in (epoch.x, epoch.t, *epoch.drawn) if flow is not None]
        feeds = [batches(flow[..., self.position : self.position + size * count, :], count) for flow in flows]
        changing = [self.network.params, *self.slots]
        before = [array.copy() for array in changing]
        for name, array in self.counts.items():
            array[...] = getattr(self.optimizer, name)

        self.program(size, [feed.shape[1:] for feed in feeds]).run(*feeds)

        sound = self.sound()
        just_lost = any(not fine and lost is None for fine, lost in zip(sound, self.lost, strict=True))
        if count > 1 and just_lost:  # which step was it? Again from before, in smaller pieces
            for array, saved in zip(changing, before, strict=True):
                array[...] = saved
            self.take_steps(count // 2)
            return
        for name, array in self.counts.items():
            setattr(self.optimizer, name, int(array))
        self.advance(count, size * count, sound)

    def program(self, size: int, shapes: list[tuple[int, ...]]) -> Program:
        """The program for batches of `size` samples."""
        if size not in self.programs:
            state = [*self.slots, *self.counts.values()]
            self.programs[size] = Program(self.network, shapes, self.gradient, self.update, state)
        return self.programs[size]

    def update(self, params: Any, grads: Any, *state: Any) -> None:
        """What `descend` does, with the optimizer's arrays and counts given."""
        optimizer = copy.copy(self.optimizer)
        for name, value in zip((*optimizer.slots, *optimizer.counts), state, strict=True):
            setattr(optimizer, name, value)
        self.descend(params, grads, optimizer)


def batches(rows: Array, count: int) -> Array:
    """Rows ([R,] N, features) as `count` batches of equal size, (count, [R,] features, B)."""
    *axes, n, features = rows.shape
    pieces = rows.reshape(*axes, count, n // count, features).mT
    return np.ascontiguousarray(np.moveaxis(pieces, -3, 0))
