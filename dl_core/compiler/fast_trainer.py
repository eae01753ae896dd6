"""The same training without overhead: a step is compiled once into straight-line code that takes all of them.

`FastTrainer` changes how steps are taken, not what a step is. Whole batches go through a `Program`, written
for the batch's size when it is first needed; a partial last batch has one of its own. Several epochs are
drawn at once, and where nothing is to be done between them, steps run on from one to the next.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dl_core.arrays import Array
from dl_core.checkpoint import MOST_EPOCHS, Checkpoint
from dl_core.compiler.program import Program
from dl_core.config.config import Config
from dl_core.training.divergence import is_finite
from dl_core.training.epochs import Epoch
from dl_core.training.trainer import Trainer

MOST_CACHED = 16  # feeds that are the same in each epoch
MOST_ROWS = 2048  # samples, of all networks together, of epochs that are drawn at once


class FastTrainer(Trainer):
    """A trainer whose steps are straight-line code, which changes the optimizer's arrays in place."""

    drawn_together: Epoch  # several epochs, drawn at once; `drawn_range` holds their numbers

    def __init__(self, config: Config | Sequence[Config], checkpoint: Checkpoint | None = None) -> None:
        super().__init__(config, checkpoint)
        self.programs: dict[int, Program] = {}  # by batch size
        # Feeds that are the same in each epoch, by position, batch size and count.
        self.feeds_cache: dict[tuple[int, int, int], dict[str, Array]] = {}
        self.drawn_range = range(0)
        self.slots: list[Array] = [getattr(self.optimizer, name) for name in self.optimizer.slots]
        self.counts: dict[str, Array] = {name: np.zeros(()) for name in self.optimizer.counts}

    def take_steps(self, most: int) -> None:
        """Take from 1 to `most` steps of one batch size."""
        left = self.samples_left()
        size = min(self.batch_size, left)
        count = min(most, left // size)
        feeds = self.feeds(size, count)
        changing = [self.network.params, self.network.statistics, *self.slots]
        before = [array.copy() for array in changing]
        for name, array in self.counts.items():
            array[...] = getattr(self.optimizer, name)

        self.program(size, feeds).run(*feeds.values())

        finite = is_finite(self.network.params)
        just_diverged = not finite.all() and (finite < self.active).any()
        if count > 1 and just_diverged:  # which step was it? Again from before, in smaller pieces
            for array, saved in zip(changing, before, strict=True):
                array[...] = saved
            self.take_steps(count // 2)
            return
        for name, array in self.counts.items():
            setattr(self.optimizer, name, int(array))
        completed = (self.position + size * count - 1) // self.n_train  # before the epoch of the last step
        self.epoch += completed
        self.advance(count, size * count - self.n_train * completed, finite)

    def samples_left(self) -> int:
        """How many are to come in this epoch; in all that are drawn if nothing is to be done in between."""
        if self.epoch not in self.drawn_range:
            count = max(1, MOST_ROWS // (self.n_train * len(self.configs)))
            count = min(count, MOST_EPOCHS - self.epoch)
            self.drawn_range = range(self.epoch, self.epoch + count)
            self.drawn_together = self.epochs.draw(self.epoch, count)
        left = self.n_train - self.position
        if self.n_train % self.batch_size or self.stopping or self.update.scheduled:
            return left
        return left + self.n_train * (self.drawn_range[-1] - self.epoch)

    def feeds(self, size: int, count: int) -> dict[str, Array]:
        """What the next `count` steps of `size` samples take in, one entry for each along the first axis."""
        key = self.position, size, count
        feeds = self.feeds_cache.get(key) or self.make_feeds(size, count)
        if self.epochs.alike and len(self.feeds_cache) < MOST_CACHED:
            self.feeds_cache[key] = feeds
        if self.update.scheduled:
            return {**feeds, "lr": self.update.lrs(self.step, self.epoch, count)}
        return feeds

    def make_feeds(self, size: int, count: int) -> dict[str, Array]:
        """Inputs, targets, weights and draws of those steps."""
        drawn = self.drawn_together
        start = self.n_train * (self.epoch - self.drawn_range[0]) + self.position
        rows = slice(start, start + size * count)
        table = batches(drawn.table[..., rows, :], count)
        n_inputs, n_outputs = drawn.x.shape[-1], drawn.t.shape[-1]
        feeds = {
            "x": table[..., : n_inputs + 1, :],
            "t": table[..., n_inputs + 1 : n_inputs + 1 + n_outputs, :],
        }
        if drawn.weights is not None:
            feeds["weights"] = table[..., n_inputs + 1 + n_outputs :, :]
        for i, rows_of_layer in enumerate(drawn.drawn):
            if rows_of_layer is not None:
                feeds[f"drawn{i}"] = batches(rows_of_layer[..., rows, :], count)
        return feeds

    def program(self, size: int, feeds: Mapping[str, Array]) -> Program:
        if size not in self.programs:
            state = dict(zip(self.optimizer.slots, self.slots, strict=True)) | self.counts
            self.programs[size] = Program(self.network, feeds, self.gradient, self.traced_update, state)
        return self.programs[size]

    def traced_update(self, params: Any, grads: Any, *state: Any) -> None:
        """The update, given the optimizer's arrays and counts, and a changing rate."""
        optimizer = copy.copy(self.optimizer)
        names = (*optimizer.slots, *optimizer.counts)
        for name, value in zip(names, state, strict=False):
            setattr(optimizer, name, value)
        lr = state[-1] if self.update.scheduled else self.update.learning_rate
        self.update(params, grads, lr, optimizer)


def batches(rows: Array, count: int) -> Array:
    """Rows ([R,] N, features) as `count` batches of equal size, (count, [R,] features, B)."""
    *axes, n, features = rows.shape
    pieces = rows.reshape(*axes, count, n // count, features).mT
    return np.ascontiguousarray(np.moveaxis(pieces, -3, 0) if axes else pieces)
