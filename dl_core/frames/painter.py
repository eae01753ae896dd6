"""A frame is one complete picture of training, as plain JSON; it depends on the trainer alone.

Whoever draws a run's frames owns its painter: what was prepared for the first frame serves all that follow.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from dl_core.arithmetic import arithmetic
from dl_core.arrays import Array
from dl_core.compiler.inference import InferenceCache
from dl_core.data.splits import SPLITS
from dl_core.frames.dataset_pictures import legend
from dl_core.frames.description import describe
from dl_core.frames.evaluation import Metrics, finite_or_none
from dl_core.frames.view import View
from dl_core.frames.views import DEFAULT_VIEWS, prepared_views
from dl_core.nn.activations import ACTIVATIONS
from dl_core.training.trainer import Trainer

Group: TypeAlias = list[tuple[str, View, Array]]
"""Names of views, the views, and the inputs at which they want outputs."""


class FramePainter:
    """Draws the frames of one trainer's run. One network.

    Parameters
    ----------
    views : list of str
        Names of what each frame shows; see `VIEWS`.
    resolution : int
        Cells of a large map along each axis.
    cache : InferenceCache
        For painters that share what is prepared for networks built alike; only one of them draws at a time.
        Without it the painter has one of its own.
    """

    def __init__(
        self,
        trainer: Trainer,
        views: Sequence[str] = DEFAULT_VIEWS,
        resolution: int = 80,
        cache: InferenceCache | None = None,
    ) -> None:
        cache = InferenceCache() if cache is None else cache
        self.trainer = trainer
        self.views = prepared_views(views, trainer, resolution)
        self.without_outputs: dict[str, View] = {}
        groups: dict[bytes, Group] = {}
        for name, view in {"metrics": Metrics(trainer), **self.views}.items():
            x = view.inputs()
            if x is None:
                self.without_outputs[name] = view
            else:
                groups.setdefault(b"" if view.with_samples else x.tobytes(), []).append((name, view, x))
        self.passes = [ForwardPass(trainer, group, cache) for group in groups.values()]

    def start(self) -> dict[str, Any]:
        """What every frame of the run needs to be read."""
        trainer = self.trainer
        config, data = trainer.config, trainer.data[0]
        return {
            "config": config.model_dump(mode="json"),
            **legend(trainer.task, trainer.output_activation, data.samples),
            "samples": {name: len(data.samples[name].x) for name in SPLITS},
            "steps_per_epoch": trainer.steps_per_epoch,
            **describe(config, trainer.network),
        }

    def frame(self) -> dict[str, Any]:
        """Picture of the present moment: counts, metrics, and one entry for each view."""
        trainer = self.trainer
        with arithmetic():
            entries = {name: view.draw(()) for name, view in self.without_outputs.items()}
            for forward_pass in self.passes:
                entries |= forward_pass.draw()
            penalty = float(trainer.update.penalty(trainer.network.params))
        return {
            "step": trainer.step,
            "epoch": trainer.epoch,
            "position": trainer.position,
            "metrics": entries["metrics"],
            "penalty": finite_or_none(penalty),
            "lr": float(trainer.update.lr(trainer.step, trainer.epoch)),
            **{name: entries[name] for name in self.views},
        }


class ForwardPass:
    """One pass of the network over the inputs of several views, one after the other."""

    def __init__(self, trainer: Trainer, group: Group, cache: InferenceCache) -> None:
        rows = {x.tobytes(): x for _, _, x in group}
        ends = np.cumsum([len(x) for x in rows.values()]).tolist()
        columns = dict(zip(rows, map(slice, [0, *ends[:-1]], ends), strict=True))
        self.views = [(name, view, columns[x.tobytes()]) for name, view, x in group]
        self.units = [units for _, view, _ in group for units in view.units]
        self.network, first = trainer.network, group[0][1]
        output = ACTIVATIONS["linear"] if first.with_samples else trainer.activation
        side = 0 if first.with_samples else first.side
        self.inference = cache.inference(self.network, np.concatenate([*rows.values()]), output, side=side)

    def draw(self) -> dict[str, Any]:
        outputs = iter(self.inference(self.network, self.units))
        return {
            name: view.draw([next(outputs)[:, columns] for _ in view.units])
            for name, view, columns in self.views
        }
