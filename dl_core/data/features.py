"""Features are what the network sees of a point: its coordinates or simple functions of them, perhaps scaled.

Scaling is fitted on the training samples alone; validation and test samples and the drawn grid go through
the same numbers. To add a feature or a scaling, write one entry of `FEATURES` or `SCALINGS`.
"""

# mypy: disable-error-code="no-any-return"
# NumPy's types call a Python float times an array Any.

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from dl_core.arrays import Array


class Feature(NamedTuple):
    """Entry of the registry."""

    of: Callable[[Array, Array], Array]  # (x1, x2) -> feature
    limit: float  # the largest size that it reaches on the plane that is drawn
    title: str  # as it is written
    description: str  # as it is read aloud


FEATURES: dict[str, Feature] = {
    "x1": Feature(lambda x1, x2: x1, 6, "x₁", "x1"),
    "x2": Feature(lambda x1, x2: x2, 6, "x₂", "x2"),
    "x1^2": Feature(lambda x1, x2: x1 * x1, 36, "x₁²", "x1 squared"),
    "x2^2": Feature(lambda x1, x2: x2 * x2, 36, "x₂²", "x2 squared"),
    "x1*x2": Feature(lambda x1, x2: x1 * x2, 36, "x₁·x₂", "x1 times x2"),
    "sin(x1)": Feature(lambda x1, x2: np.sin(x1), 1, "sin x₁", "sine of x1"),
    "sin(x2)": Feature(lambda x1, x2: np.sin(x2), 1, "sin x₂", "sine of x2"),
    "cos(x1)": Feature(lambda x1, x2: np.cos(x1), 1, "cos x₁", "cosine of x1"),
    "cos(x2)": Feature(lambda x1, x2: np.cos(x2), 1, "cos x₂", "cosine of x2"),
}


def none(features: Array) -> tuple[Any, Any]:
    """As they are."""
    return 0.0, 1.0


def standard(features: Array) -> tuple[Any, Any]:
    """Mean 0 and standard deviation 1 over the training samples; one that never changes is only shifted."""
    return features.mean(axis=-2, keepdims=True), nonzero(features.std(axis=-2, keepdims=True))


def min_max(features: Array) -> tuple[Any, Any]:
    """From 0 to 1 over the training samples; one that never changes is only shifted."""
    low = features.min(axis=-2, keepdims=True)
    return low, nonzero(features.max(axis=-2, keepdims=True) - low)


def nonzero(scale: Array) -> Array:
    return np.where(scale > 0, scale, 1)


SCALINGS: dict[str, Callable[[Array], tuple[Any, Any]]] = {
    "none": none,
    "standard": standard,
    "min_max": min_max,
}
"""From the training samples' features to (shift, scale); a feature becomes ``(feature - shift) / scale``."""


class Inputs:
    """The network's inputs as a function of points: ``inputs(x)``, x ([R,] N, 2) -> ([R,] N, D) float32."""

    def __init__(self, features: Sequence[str], scaling: str, train: Array) -> None:
        """Fit the scaling on the training points."""
        self.features = [FEATURES[name].of for name in features]
        self.shift, self.scale = SCALINGS[scaling](self.raw(train))

    def raw(self, x: Array) -> Array:
        """Features before scaling, in float64: ([R,] N, D)."""
        x = x.astype(np.float64)
        return np.stack([feature(x[..., 0], x[..., 1]) for feature in self.features], axis=-1)

    def __call__(self, x: Array) -> Array:
        return ((self.raw(x) - self.shift) / self.scale).astype(np.float32)
