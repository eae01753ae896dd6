"""Metrics say how good predictions are, in numbers that people read: they steer nothing."""

from typing import Any

import numpy as np

from dl_core.arrays import Array
from dl_core.tasks import Task


def winners(task: Task, y: Array, threshold: float) -> Any:
    """Index of the class that each output stands for, ([R,] N)."""
    if task.name == "multiclass":
        return y.argmax(axis=-1)
    return (y[..., 0] > threshold).astype(np.int64)


def measure(task: Task, y: Array, t: Array, threshold: float) -> dict[str, Any]:
    """Metrics of outputs `y` against targets `t`, both ([R,] N, C), besides the loss.

    Classes: `accuracy`, the share of samples whose class is found; NaN if an output is not finite. Numbers:
    `rmse`, the root of the mean squared error, and `r2`, the share of the targets' variance that is
    explained (1 is perfect, 0 no better than their mean); NaN if the targets do not vary.
    """
    if task.name == "regression":
        squared = np.square(y - t).mean(axis=(-2, -1), dtype=np.float64)
        variance = np.square(t - t.mean(axis=-2, keepdims=True)).mean(axis=(-2, -1), dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            r2 = 1 - squared / np.where(variance > 0, variance, np.nan)
        return {"r2": r2, "rmse": np.sqrt(squared)}
    hits = (winners(task, y, threshold) == winners(task, t, threshold)).mean(axis=-1)
    return {"accuracy": np.where(np.isfinite(y).all(axis=(-2, -1)), hits, np.nan)}
