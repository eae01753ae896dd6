"""Metrics of all splits from one forward pass: what `Trainer.metrics` gives for each, but cheaper.

The same pass goes over the cells of the units' small maps: for so few points it is calls that take the time.
"""

from math import isfinite
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array
from dl_core.compiler.inference import Inference
from dl_core.data.metrics import scores, summary, variance
from dl_core.data.splits import SPLITS
from dl_core.frames.maps import centres, mapped_layers
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LogitLoss
from dl_core.training.trainer import Trainer


class Evaluation:
    """A trainer's samples, all splits one after the other, and its network on them. One network.

    Attributes
    ----------
    inference : Inference
        The network at the samples, and then at the cells of a map of cells x cells.
    """

    def __init__(self, trainer: Trainer, cells: int) -> None:
        data = trainer.data[0]
        points = [data.x[split] for split in SPLITS] + ([data.inputs(centres(cells))] if cells else [])
        self.inference = Inference.shared(trainer.network, np.concatenate(points), ACTIVATIONS["linear"])
        self.t = np.concatenate([data.t[split] for split in SPLITS])
        self.splits = [split for split in SPLITS if len(data.t[split])]
        self.sizes = [len(data.t[split]) for split in self.splits]
        self.starts = np.cumsum([0, *self.sizes[:-1]])
        self.variances = [variance(data.t[split]) for split in self.splits]

    def means(self, values: NDArray[Any]) -> list[float]:
        """Means of a column of numbers over the samples of each split."""
        sums = np.add.reduceat(values, self.starts, dtype=np.float64)
        sums = sums.astype(np.result_type(values, np.float32)).tolist()  # may overflow
        return [sum(row) / (size * len(row)) for row, size in zip(sums, self.sizes, strict=True)]


evaluations: WeakKeyDictionary[Trainer, dict[int, Evaluation]] = WeakKeyDictionary()
"""Of each living trainer, by cells."""


def evaluate(trainer: Trainer, cells: int = 0) -> tuple[dict[str, dict[str, Any] | None], list[Array]]:
    """Metrics of each split now, None for an empty one; and outputs of the hidden dense layers over a map.

    Those are (units, cells^2) each, and there are none without cells.
    """
    known = evaluations.setdefault(trainer, {})
    here = known.get(cells) or known.setdefault(cells, Evaluation(trainer, cells))
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(SPLITS)
    with np.errstate(all="ignore"):
        here.inference.network.copy_from(trainer.network)
        layers = [-1, *mapped_layers(trainer)] if cells else [-1]
        logits, *hidden = here.inference([(i, slice(None)) for i in layers])
        n = len(here.t)
        z = logits[:, :n].mT
        y = trainer.activation.forward(z)
        losses = here.means(trainer.loss.of(z if isinstance(trainer.loss, LogitLoss) else y, here.t))
        right = here.means(scores(trainer.task, y, here.t, trainer.threshold))
        if trainer.task.name != "regression" and not isfinite(sum(losses)):  # an output may be NaN
            right = [score + nothing for score, nothing in zip(right, here.means(0 * y), strict=True)]
        for split, loss, score, spread in zip(here.splits, losses, right, here.variances, strict=True):
            metrics = summary(trainer.task, score, spread)
            found[split] = {"loss": loss} | {name: float(value) for name, value in metrics.items()}
    return found, [outputs[:, n:] for outputs in hidden]
