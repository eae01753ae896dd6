"""What a page shows of a dataset: its points, the maps of its features, what classes, axes and colors mean.

These are points of the plane. Row 0 of a map is the smallest x2, column 0 the smallest x1, and values stand
for the centers of cells.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import encode
from dl_core.config.config import Config
from dl_core.data.datasets import CLASS_COUNTS, DATASETS, EXTENT, Samples, make
from dl_core.data.features import FEATURES
from dl_core.data.splits import SPLITS
from dl_core.data.tasks import Task, coding, resolve, task_of
from dl_core.frames.description import describe
from dl_core.training.data import Data

FEATURE_CELLS = 20
GALLERY_SAMPLES = 150


def cell_centers(cells: int) -> NDArray[np.float32]:
    """Points at the centers of a map's cells x cells, row by row: (cells^2, 2)."""
    along = (np.arange(cells) + 0.5) * (2 * EXTENT / cells) - EXTENT
    x2, x1 = np.meshgrid(along, along, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], axis=-1).astype(np.float32)


def legend(task: Task, activation: str, samples: dict[str, Samples]) -> dict[str, Any]:
    """What classes, axes and colors mean."""
    low, high = color_range(task, activation, samples)
    return {
        "task": task.name,
        "classes": [str(i) for i in range(task.n_classes)] or None,
        "axes": [{"name": name, "min": -EXTENT, "max": EXTENT} for name in ("x1", "x2")],
        "range": {"min": low, "max": high},
    }


def color_range(task: Task, activation: str, samples: dict[str, Samples]) -> tuple[float, float]:
    """Outputs at the ends of the colors; for numbers even about 0, so that the color of 0 is neutral."""
    if task.name != "regression":
        return coding(activation)
    high = max([1.0, *(float(np.abs(split.y).max()) for split in samples.values() if split.y.size)])
    return -high, high


def points(samples: Samples) -> dict[str, Any]:
    """Points (n, 2) and their class's index (n) or value (n); of several numbers all, (n, C)."""
    y = samples.y if samples.y.shape[1] > 1 else samples.y[:, 0]
    return {"x": encode(samples.x), "y": encode(y if y.dtype == np.float32 else y.astype(np.uint8))}


def dataset(config: Config) -> dict[str, Any]:
    """A config's data: the points of each split, and the map of every feature that can be switched on."""
    data = Data(config)
    x1, x2 = cell_centers(FEATURE_CELLS).T
    maps = []
    for name, feature in FEATURES.items():
        values = np.rint(feature.of(x1, x2) * (127 / feature.limit)).astype(np.int8)
        cells = values.reshape(FEATURE_CELLS, FEATURE_CELLS)
        maps.append({"name": name, "values": encode(cells), "scale": feature.limit})
    return {
        **legend(config.task, config.objective[1], data.samples),
        **describe(config),
        "splits": {name: points(data.samples[name]) for name in SPLITS},
        "features": maps,
    }


def tasks(name: str) -> list[dict[str, Any]]:
    """What each number of classes that a config may ask of the dataset comes to; null is its own number."""
    counts = [None, *(CLASS_COUNTS if DATASETS[name].any_classes else [])]
    return [
        {
            "n_classes": n_classes,
            "task": task.name,
            "classes": task.n_classes,
            "outputs": task.units,
            "output_activation": resolve(task, "auto", "auto")[1],
        }
        for n_classes in counts
        for task in [task_of(name, n_classes)]
    ]


def gallery() -> list[dict[str, Any]]:
    """Every dataset with a few of its points, for the page's thumbnails."""
    entries = []
    for name, entry in DATASETS.items():
        task = task_of(name, None)
        samples = make(name, n_samples=GALLERY_SAMPLES, noise=0, n_classes=None, seed=0)
        entries.append(
            {
                "name": name,
                "title": entry.title,
                "description": entry.description,
                "task": task.name,
                "tasks": tasks(name),
                "points": points(samples),
                "range": legend(task, "linear", {"all": samples})["range"],
            }
        )
    return entries
