"""Metrics of all splits from one forward pass: what `Trainer.metrics` gives for each, but cheaper."""

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from dl_core.activations import ACTIVATIONS
from dl_core.inference import Inference
from dl_core.losses import LogitLoss, mean
from dl_core.metrics import scores, summary, variance
from dl_core.splits import SPLITS
from dl_core.trainer import Trainer


class Evaluation:
    """A trainer's samples, all splits one after the other, and its network on them. One network."""

    def __init__(self, trainer: Trainer) -> None:
        data = trainer.data[0]
        self.inference = Inference.shared(
            trainer.network, np.concatenate([data.x[split] for split in SPLITS]), ACTIVATIONS["linear"]
        )
        self.t = np.concatenate([data.t[split] for split in SPLITS])
        self.rows, end = {}, 0
        for split in SPLITS:
            self.rows[split] = slice(end, end := end + len(data.x[split]))
        self.variance = {split: variance(data.t[split]) for split in SPLITS if len(data.t[split])}


evaluations: WeakKeyDictionary[Trainer, Evaluation] = WeakKeyDictionary()
"""Of each living trainer."""


def evaluate(trainer: Trainer) -> dict[str, dict[str, Any] | None]:
    """Metrics of each split now; None for an empty one."""
    here = evaluations.get(trainer) or evaluations.setdefault(trainer, Evaluation(trainer))
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(SPLITS)
    with np.errstate(all="ignore"):
        here.inference.network.take_after(trainer.network)
        z = here.inference([(-1, slice(None))])[0].mT
        y = trainer.activation.forward(z)
        losses = trainer.loss.of(z if isinstance(trainer.loss, LogitLoss) else y, here.t)
        right = scores(trainer.task, y, here.t, trainer.threshold)
        sound = bool(np.isfinite(y).all())
        for split, spread in here.variance.items():
            rows = here.rows[split]
            score = right[rows].mean(dtype=np.float64)
            if trainer.task.name != "regression" and not sound and not np.isfinite(y[rows]).all():
                score = np.nan
            metrics = {"loss": mean(losses[rows]), **summary(trainer.task, score, spread)}
            found[split] = {name: float(value) for name, value in metrics.items()}
    return found
