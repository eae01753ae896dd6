"""A frame is one complete picture of training, as plain JSON; it depends on the trainer alone.

Whoever draws a run's frames owns its painter: what was prepared for the first frame serves all that follow.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dl_core.compiler.inference import InferenceCache
from dl_core.data.splits import SPLITS
from dl_core.frames.dataset_pictures import legend
from dl_core.frames.drawing import Drawing, NetworkInputs
from dl_core.frames.evaluation import Metrics, finite_or_none
from dl_core.frames.views import DEFAULT_VIEWS, prepared_views
from dl_core.nn.activations import ACTIVATIONS
from dl_core.training.trainer import Trainer


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
        passes: dict[NetworkInputs, dict[str, Drawing]] = {}
        self.without_outputs: dict[str, Drawing] = {}
        for name, drawing in {"metrics": Metrics(trainer), **self.views}.items():
            if drawing.inputs is None:
                self.without_outputs[name] = drawing
            else:
                together = Metrics.inputs if drawing.with_samples else drawing.inputs
                passes.setdefault(together, {})[name] = drawing
        self.passes = [ForwardPass(trainer, drawings, cache) for drawings in passes.values()]

    def start(self) -> dict[str, Any]:
        """What every frame of the run needs to be read."""
        trainer = self.trainer
        config, network, data = trainer.config, trainer.network, trainer.data[0]
        output = {
            "type": "dense",
            "units": trainer.task.units,
            "activation": trainer.output_activation,
            "output": True,
        }
        hidden = [layer.model_dump() for layer in config.model.layers]
        layers = [
            {**settings, "units": described["out_shape"][-1], **described}
            for settings, described in zip([*hidden, output], network.described(), strict=True)
        ]
        return {
            "config": config.model_dump(mode="json"),
            "n_parameters": network.params.shape[-1],
            **legend(trainer.task, trainer.output_activation, data.samples),
            "samples": {name: len(data.samples[name].x) for name in SPLITS},
            "steps_per_epoch": trainer.steps_per_epoch,
            "layers": layers,
            "loss": trainer.loss_name,
            "output_activation": trainer.output_activation,
        }

    def frame(self) -> dict[str, Any]:
        """Picture of the present moment: counts, metrics, and one entry for each view."""
        trainer = self.trainer
        with np.errstate(all="ignore"):
            entries = {name: drawing.draw(()) for name, drawing in self.without_outputs.items()}
            for forward_pass in self.passes:
                entries |= forward_pass.draw()
        return {
            "step": trainer.step,
            "epoch": trainer.epoch,
            "position": trainer.position,
            "metrics": entries["metrics"],
            "penalty": finite_or_none(trainer.penalty()),
            "lr": float(trainer.update.lr(trainer.step, trainer.epoch)),
            **{name: entries[name] for name in self.views},
        }


class ForwardPass:
    """One pass of the network over the inputs of several drawings, one after the other."""

    def __init__(self, trainer: Trainer, drawings: Mapping[str, Drawing], cache: InferenceCache) -> None:
        inputs = {name: drawing.inputs for name, drawing in drawings.items() if drawing.inputs is not None}
        rows = {one: one.rows(trainer.data[0]) for one in inputs.values()}
        ends = np.cumsum([len(x) for x in rows.values()]).tolist()
        columns = dict(zip(rows, map(slice, [0, *ends[:-1]], ends), strict=True))
        self.drawings = [(name, drawing, columns[inputs[name]]) for name, drawing in drawings.items()]
        self.units = [units for drawing in drawings.values() for units in drawing.units]
        with_samples = Metrics.inputs in rows
        self.network = trainer.network
        self.inference = cache.inference(
            trainer.network,
            np.concatenate(list(rows.values())),
            ACTIVATIONS["linear"] if with_samples else trainer.activation,
            side=0 if with_samples else next(iter(rows)).side,
        )

    def draw(self) -> dict[str, Any]:
        """What the drawings make of the network's outputs now, by name."""
        outputs = iter(self.inference(self.network, self.units))
        return {
            name: drawing.draw([next(outputs)[:, columns] for _ in drawing.units])
            for name, drawing, columns in self.drawings
        }
