"""A frame is one complete picture of training, as plain JSON; it depends on the trainer alone.

Maps are drawn from one forward pass over the points of a fine grid (the decision map) and of a coarse one
(every hidden unit's small map). Row 0 of a map is the smallest x2, column 0 the smallest x1, values stand
for cell centres. Arrays are quantised to bytes where a picture is all they serve; what is not finite becomes
null, or 0 in a map.
"""

import re
from collections.abc import Sequence
from math import isfinite
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array, encode
from dl_core.config import Config
from dl_core.data import Data
from dl_core.datasets import DATASETS, EXTENT, Samples, make
from dl_core.features import FEATURES
from dl_core.splits import SPLITS
from dl_core.tasks import Task, coding, task_of
from dl_core.trainer import Trainer

VIEWS = ("boundary", "neurons", "weights")
"""Views by name; beside them, "unit:L:U" is the large map of unit U of layer L."""

UNIT = re.compile(r"unit:(\d{1,2}):(\d{1,3})", re.ASCII)
COARSE = 4  # one cell of a unit's small map for 4 x 4 cells of the decision map
FEATURE_CELLS = 20
GALLERY_SAMPLES = 150

grids: WeakKeyDictionary[Trainer, dict[int, Array]] = WeakKeyDictionary()
"""Inputs on the grids of each living trainer, by resolution: the same for all its frames."""


def view_error(views: object, of: Trainer | Config) -> str | None:
    """Sentence about the first view that cannot be drawn, or None if all can."""
    config = of if isinstance(of, Config) else of.config
    units = [layer.get("units", 0) for layer in hidden(config)] + [config.task.units]
    if not isinstance(views, list) or len(views) > 16:
        return "`views` must be a list of at most 16 names."
    for view in views:
        match = UNIT.fullmatch(view) if isinstance(view, str) else None
        if match:
            layer, unit = int(match[1]), int(match[2])
            if layer >= len(units) or unit >= units[layer]:
                return f"`views` must name a unit of a dense layer of this network; got {view}."
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
    layers = []
    inputs = len(config.data.features)
    for settings, layer, offsets in zip(
        [*hidden(config), output], network.layers, network.offsets, strict=True
    ):
        layers.append({**settings, "units": layer.units, "inputs": inputs, **offsets})
        inputs = layer.units
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
    low, high = coding(activation)
    if task.name == "regression":  # even about 0, so that the colour of 0 is neutral
        high = max([1.0, *(float(np.abs(part.y).max()) for part in samples.values() if part.y.size)])
        low = -high
    return {
        "task": task.name,
        "classes": [str(i) for i in range(task.n_classes)] or None,
        "axes": [{"name": name, "min": -EXTENT, "max": EXTENT} for name in ("x1", "x2")],
        "range": {"min": low, "max": high},
    }


def centres(cells: int) -> NDArray[np.float32]:
    """Cell centres of a map of cells x cells, row by row: (cells^2, 2)."""
    along = (np.arange(cells) + 0.5) * (2 * EXTENT / cells) - EXTENT
    x2, x1 = np.meshgrid(along, along, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], axis=-1).astype(np.float32)


def grid_inputs(trainer: Trainer, resolution: int) -> Array:
    """The network's inputs at the centres of the fine grid, then of the coarse one."""
    known = grids.setdefault(trainer, {})
    if resolution not in known:
        points = np.concatenate([centres(resolution), centres(resolution // COARSE)])
        known[resolution] = trainer.data[0].inputs(points)
    return known[resolution]


def frame(trainer: Trainer, views: Sequence[str], resolution: int = 80) -> dict[str, Any]:
    """Picture of the present moment: counts, metrics, and one entry for each view."""
    picture: dict[str, Any] = {
        "step": trainer.step,
        "epoch": trainer.epoch,
        "position": trainer.position,
        "metrics": {split: finite(trainer.metrics(split)) for split in SPLITS},
        "penalty": number(trainer.penalty()),
        "lr": float(trainer.update.lr(trainer.step, trainer.epoch)),
    }
    if "weights" in views:
        picture["weights"] = encode(trainer.network.params)
    units = [(view, int(match[1]), int(match[2])) for view in views if (match := UNIT.fullmatch(view))]
    if units or "boundary" in views or "neurons" in views:
        fine = resolution * resolution
        with np.errstate(all="ignore"):
            outputs = trainer.network.outputs(grid_inputs(trainer, resolution))
            outputs[-1] = trainer.activation.forward(outputs[-1])
            if "boundary" in views:
                picture["boundary"] = boundary(trainer, outputs[-1][:fine], resolution)
            if "neurons" in views:
                picture["neurons"] = neurons(trainer, outputs, fine, resolution // COARSE)
            for view, layer, unit in units:
                values, scale = signed(outputs[layer][:fine, unit : unit + 1])
                picture[view] = {
                    "values": encode(values.reshape(resolution, resolution)),
                    "scale": encode(scale),
                }
    return picture


def boundary(trainer: Trainer, y: Array, n: int) -> dict[str, Any]:
    """Decision map: the output as 0..255 over the range; for several classes the winner and its output."""
    low, high = coding(trainer.output_activation)
    if trainer.task.name == "multiclass":
        classes = y.argmax(axis=-1).astype(np.uint8)
        values = unsigned(y.max(axis=-1), low, high)
        return {"classes": encode(classes.reshape(n, n)), "values": encode(values.reshape(n, n))}
    if trainer.task.name == "regression":
        span = legend(trainer.task, trainer.output_activation, trainer.data[0].samples)["range"]
        low, high = span["min"], span["max"]
    return {"values": encode(unsigned(y[:, 0], low, high).reshape(n, n))}  # of several numbers, the first


def neurons(trainer: Trainer, outputs: list[Array], fine: int, n: int) -> list[dict[str, Any]]:
    """Small map of each unit of each hidden dense layer; all are quantised in one go."""
    dense = [i for i, layer in enumerate(trainer.network.layers[:-1]) if "W" in layer.shapes]
    if not dense:
        return []
    values, scales = signed(np.concatenate([outputs[i][fine:] for i in dense], axis=1))
    ends = np.cumsum([trainer.network.layers[i].units for i in dense])[:-1]
    return [
        {"layer": i, "values": encode(part.reshape(-1, n, n)), "scale": encode(scale)}
        for i, part, scale in zip(dense, np.split(values, ends), np.split(scales, ends), strict=True)
    ]


def signed(maps: Array) -> tuple[NDArray[np.int8], Array]:
    """Maps (G, units) as int8 (units, G) with ``value = int8 / 127 * scale``, and the scales (units)."""
    scale = np.maximum(np.abs(maps).max(axis=0), 1).astype(np.float32)
    if not np.isfinite(scale).all():
        maps = np.where(np.isfinite(maps), maps, 0)
        scale = np.maximum(np.abs(maps).max(axis=0), 1).astype(np.float32)
    return np.rint(maps * (127 / scale)).T.astype(np.int8), scale


def unsigned(values: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Values as uint8, 0 for `low` or less, 255 for `high` or more."""
    scaled: Array = np.clip((values - low) * (255 / (high - low)), 0, 255)
    return np.rint(np.nan_to_num(scaled, copy=False)).astype(np.uint8)


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
