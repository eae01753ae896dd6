"""A frame is one complete picture of training, as plain JSON; it depends on the trainer alone.

Arrays are quantised to bytes where a picture is all they serve (see `maps`); a number that is not finite
becomes null.
"""

import re
from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

from dl_core.arrays import encode
from dl_core.config.config import Config
from dl_core.data.datasets import DATASETS, EXTENT, Samples, make
from dl_core.data.features import FEATURES
from dl_core.data.splits import SPLITS
from dl_core.data.tasks import Task, coding, task_of
from dl_core.frames.evaluation import evaluate
from dl_core.frames.maps import COARSE, centres, decision, grid, large, neurons
from dl_core.training.data import Data
from dl_core.training.trainer import Trainer

VIEWS = ("boundary", "neurons", "weights")
"""Views by name; beside them, "unit:L:U" is the large map of unit U of layer L."""

UNIT = re.compile(r"unit:(\d{1,2}):(\d{1,3})", re.ASCII)
FEATURE_CELLS = 20
GALLERY_SAMPLES = 150


def view_error(views: object, of: Trainer | Config) -> str | None:
    """Sentence about the first view that cannot be drawn, or None if all can."""
    config = of if isinstance(of, Config) else of.config
    units = [layer.out_shape[-1] if layer.maps else 0 for layer in config.hidden_layers()] + [
        config.task.units
    ]
    if not isinstance(views, list) or len(views) > 16:
        return "`views` must be a list of at most 16 names."
    for view in views:
        match = UNIT.fullmatch(view) if isinstance(view, str) else None
        if match:
            layer, unit = int(match[1]), int(match[2])
            if layer >= len(units) or unit >= units[layer]:
                return f"`views` must name a unit that has a map in this network; got {view}."
        elif view not in VIEWS:
            return f"`views` must be names from {', '.join(VIEWS)} and unit:L:U; got {str(view)[:60]}."
    return None


def hidden(config: Config) -> list[dict[str, Any]]:
    """Settings of the hidden layers."""
    return [layer.model_dump() for layer in config.model.layers]


def start(trainer: Trainer) -> dict[str, Any]:
    """What every frame of this trainer's run needs to be read."""
    config, network = trainer.config, trainer.network
    output = {
        "type": "dense",
        "units": trainer.task.units,
        "activation": trainer.output_activation,
        "output": True,
    }
    layers = [
        {**settings, "units": described["out_shape"][-1], **described}
        for settings, described in zip([*hidden(config), output], network.described(), strict=True)
    ]
    return {
        "config": config.model_dump(mode="json"),
        "n_parameters": network.params.shape[-1],
        **legend(trainer.task, trainer.output_activation, trainer.data[0].samples),
        "samples": {name: len(trainer.data[0].samples[name].x) for name in SPLITS},
        "steps_per_epoch": trainer.steps_per_epoch,
        "layers": layers,
        "loss": trainer.loss_name,
        "output_activation": trainer.output_activation,
    }


def legend(task: Task, activation: str, samples: dict[str, Samples]) -> dict[str, Any]:
    """What classes, axes and colours mean."""
    low, high = bounds(task, activation, samples)
    return {
        "task": task.name,
        "classes": [str(i) for i in range(task.n_classes)] or None,
        "axes": [{"name": name, "min": -EXTENT, "max": EXTENT} for name in ("x1", "x2")],
        "range": {"min": low, "max": high},
    }


def bounds(task: Task, activation: str, samples: dict[str, Samples]) -> tuple[float, float]:
    """Outputs at the ends of the colours; for numbers even about 0, so that the colour of 0 is neutral."""
    if task.name != "regression":
        return coding(activation)
    high = max([1.0, *(float(np.abs(part.y).max()) for part in samples.values() if part.y.size)])
    return -high, high


def frame(trainer: Trainer, views: Sequence[str], resolution: int = 80) -> dict[str, Any]:
    """Picture of the present moment: counts, metrics, and one entry for each view."""
    metrics, hidden = evaluate(trainer, resolution // COARSE if "neurons" in views else 0)
    picture: dict[str, Any] = {
        "step": trainer.step,
        "epoch": trainer.epoch,
        "position": trainer.position,
        "metrics": {split: finite(found) for split, found in metrics.items()},
        "penalty": number(trainer.penalty()),
        "lr": float(trainer.update.lr(trainer.step, trainer.epoch)),
    }
    if "weights" in views:
        picture["weights"] = encode(trainer.network.params)
    wanted = {view: unit_of(view) for view in views if UNIT.fullmatch(view)}
    if "boundary" in views:
        several = trainer.task.name == "multiclass"  # of several numbers, the first is shown
        wanted["boundary"] = (-1, slice(None) if several else slice(0, 1))
    with np.errstate(all="ignore"):
        outputs = grid(trainer, resolution)(list(wanted.values())) if wanted else []
        maps = dict(zip(wanted, outputs, strict=True))
        if "boundary" in views:
            picture["boundary"] = decision(maps.pop("boundary"), *shown_range(trainer))
        if "neurons" in views:
            picture["neurons"] = neurons(trainer, hidden)
        picture |= {view: large(y) for view, y in maps.items()}
    return picture


def unit_of(view: str) -> tuple[int, slice]:
    """Layer and unit of a view "unit:L:U"."""
    _, layer, unit = view.split(":")
    return int(layer), slice(int(unit), int(unit) + 1)


def shown_range(trainer: Trainer) -> tuple[float, float]:
    """Outputs at the ends of the decision map's colours."""
    return bounds(trainer.task, trainer.output_activation, trainer.data[0].samples)


def number(value: float) -> float | None:
    """A number that JSON knows: null for what is not finite."""
    return value if isfinite(value) else None


def finite(metrics: dict[str, Any] | None) -> dict[str, float | None] | None:
    """Metrics with null for what is not finite."""
    return None if metrics is None else {name: number(value) for name, value in metrics.items()}


def points(samples: Samples) -> dict[str, Any]:
    """Points (n, 2) and their class's index (n) or value (n); of several numbers all, (n, C)."""
    y = samples.y if samples.y.shape[1] > 1 else samples.y[:, 0]
    return {"x": encode(samples.x), "y": encode(y if y.dtype == np.float32 else y.astype(np.uint8))}


def dataset(config: Config) -> dict[str, Any]:
    """A config's data: the points of each split, and the map of every feature that can be switched on."""
    data = Data(config)
    x1, x2 = centres(FEATURE_CELLS).T
    maps = []
    for name, feature in FEATURES.items():
        values = np.rint(feature.of(x1, x2) * (127 / feature.limit)).astype(np.int8)
        cells = values.reshape(FEATURE_CELLS, FEATURE_CELLS)
        maps.append({"name": name, "values": encode(cells), "scale": feature.limit})
    return {
        **legend(config.task, config.objective[1], data.samples),
        "splits": {name: points(data.samples[name]) for name in SPLITS},
        "features": maps,
    }


def gallery() -> list[dict[str, Any]]:
    """Every dataset with a few of its points, for the page's thumbnails."""
    shown = []
    for name, entry in DATASETS.items():
        task = task_of(name, None)
        samples = make(name, n_samples=GALLERY_SAMPLES, noise=0, n_classes=None, seed=0)
        shown.append(
            {
                "name": name,
                "title": entry.title,
                "description": entry.description,
                "task": task.name,
                "n_classes": entry.n_classes,
                "n_outputs": entry.n_outputs,
                "points": points(samples),
                "range": legend(task, "linear", {"all": samples})["range"],
            }
        )
    return shown
