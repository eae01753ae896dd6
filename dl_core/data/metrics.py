"""Metrics say how good predictions are, in numbers that people read: they steer nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array
from dl_core.data.tasks import Task


def winners(task: Task, y: Array, threshold: float) -> Any:
    """The class that each output stands for, ([R,] N, 1): its index, or whether it is the second of two."""
    return y.argmax(axis=-1, keepdims=True) if task.name == "multiclass" else y > threshold


def scores(task: Task, y: Array, t: Array, threshold: float) -> NDArray[Any]:
    """Whether each sample's class is found, or its squared error: ([R,] N, 1)."""
    if task.name == "regression":
        return np.square(y - t)
    correct: NDArray[Any] = winners(task, y, threshold) == winners(task, t, threshold)
    return correct


def summary(task: Task, mean: Any, variance: Any) -> dict[str, Any]:
    """Metrics from the mean of the scores and, for numbers, the variance of the targets."""
    if task.name != "regression":
        return {"accuracy": mean}
    with np.errstate(divide="ignore", invalid="ignore"):
        return {"r2": 1 - mean / np.where(variance > 0, variance, np.nan), "rmse": np.sqrt(mean)}


def variance(t: Array) -> Any:
    """Variance of targets ([R,] N, C)."""
    return np.square(t - t.mean(axis=-2, keepdims=True)).mean(axis=(-2, -1), dtype=np.float64)


def measure(task: Task, y: Array, t: Array, threshold: float) -> dict[str, Any]:
    """Metrics of outputs `y` against targets `t`, both ([R,] N, C), besides the loss.

    Classes: `accuracy`, the share of samples whose class is found; NaN if an output is not finite. Numbers:
    `rmse`, the root of the mean squared error, and `r2`, the share of the targets' variance that is
    explained (1 is perfect, 0 no better than their mean); NaN if the targets do not vary.
    """
    mean = scores(task, y, t, threshold).mean(axis=(-2, -1), dtype=np.float64)
    if task.name == "regression":
        return summary(task, mean, variance(t))
    return summary(task, np.where(np.isfinite(y).all(axis=(-2, -1)), mean, np.nan), None)
