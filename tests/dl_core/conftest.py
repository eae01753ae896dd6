"""What the engine's tests share. Hypothesis draws the same examples in every run: nothing passes by luck."""

from collections.abc import Callable

import hypothesis
import numpy as np
import pytest

hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("fixed")


@pytest.fixture
def rng():
    """Generator of the test's own numbers."""
    return np.random.default_rng(7)


@pytest.fixture
def require_gradient(rng) -> Callable:
    """Check a gradient along one random direction, in float64."""

    def check(value: Callable, at: np.ndarray, gradient: np.ndarray, tolerance: float = 1e-6) -> None:
        assert gradient.shape == at.shape
        direction = rng.standard_normal(at.shape)
        direction /= np.sqrt((direction**2).sum())
        h = 1e-6
        slope = (value(at + h * direction) - value(at - h * direction)) / (2 * h)
        assert slope == pytest.approx((gradient * direction).sum(), rel=tolerance, abs=1e-8)

    return check
