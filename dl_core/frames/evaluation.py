"""Metrics of all splits from one forward pass: what `Trainer.metrics` gives for each, but cheaper."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array
from dl_core.data.metrics import scores, summary, variance
from dl_core.data.splits import SPLITS
from dl_core.frames.view import View
from dl_core.nn.losses import LogitLoss
from dl_core.training.trainer import Trainer


class Metrics(View):
    """Loss and accuracy, or r2 and rmse, of each split; None for an empty one. One network."""

    units = ((-1, slice(None)),)
    with_samples = True

    def __init__(self, trainer: Trainer) -> None:
        super().__init__(trainer, 0)
        targets = trainer.data[0].t
        self.targets = np.concatenate([targets[split] for split in SPLITS])
        self.splits = [split for split in SPLITS if len(targets[split])]
        self.sizes = [len(targets[split]) for split in self.splits]
        self.starts = np.cumsum([0, *self.sizes[:-1]])
        self.variances = [variance(targets[split]) for split in self.splits]

    def inputs(self) -> Array:
        return np.concatenate([self.trainer.data[0].x[split] for split in SPLITS])

    def draw(self, outputs: Sequence[Array]) -> dict[str, dict[str, float | None] | None]:
        trainer = self.trainer
        z = outputs[0].mT
        y = trainer.activation.forward(z)
        losses = self.means(trainer.loss.of(z if isinstance(trainer.loss, LogitLoss) else y, self.targets))
        means = self.means(scores(trainer.task, y, self.targets, trainer.threshold))
        if trainer.task.name != "regression" and not isfinite(sum(losses)):  # an output may be NaN
            means = [mean + nothing for mean, nothing in zip(means, self.means(0 * y), strict=True)]
        metrics: dict[str, dict[str, float | None] | None] = dict.fromkeys(SPLITS)
        for split, loss, mean, spread in zip(self.splits, losses, means, self.variances, strict=True):
            named = {"loss": loss} | summary(trainer.task, mean, spread)
            metrics[split] = {name: finite_or_none(float(value)) for name, value in named.items()}
        return metrics

    def means(self, values: NDArray[Any]) -> list[float]:
        """Means of a column of numbers over the samples of each split."""
        sums = np.add.reduceat(values, self.starts, dtype=np.float64)
        sums = sums.astype(np.result_type(values, np.float32)).tolist()  # may overflow
        return [sum(row) / (size * len(row)) for row, size in zip(sums, self.sizes, strict=True)]


def finite_or_none(value: float) -> float | None:
    return value if isfinite(value) else None
