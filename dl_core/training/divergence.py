"""Training has diverged when a step leaves a parameter so large that what follows from it overflows."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array

Divergence: TypeAlias = tuple[int, str]
"""The step at which it happened, and a sentence about it."""

LARGEST = 1e18
"""Squares of what follows from a larger parameter are beyond float32."""


def is_finite(params: Array) -> NDArray[np.bool_]:
    """Whether each network's params ([R,] P) are finite and far from overflow; shape (R,) or (1,)."""
    largest = np.maximum.reduce(np.abs(params), axis=-1)
    return np.asarray(largest < LARGEST).reshape(-1)


def divergence(step: int, learning_rate: float) -> Divergence:
    """Of a network that diverged at that step."""
    message = (
        f"Training diverged at step {step}: the numbers grew beyond all bounds. "
        f"Lower the learning rate (now {learning_rate:g}) or scale the features, then restart."
    )
    return step, message
