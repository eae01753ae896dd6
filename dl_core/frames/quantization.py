"""Outputs of units as bytes, for pictures. What is not finite becomes 0 or the end of the range."""

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array


def signed(values: Array) -> tuple[NDArray[np.int8], Array]:
    """Rows (units, G) as int8 with ``value = int8 / 127 * scale``, and the scales (units).

    `values` are written over.
    """
    scale = np.maximum(np.abs(values).max(axis=1), 1)
    if not np.isfinite(scale).all():
        values[~np.isfinite(values)] = 0
        scale = np.maximum(np.abs(values).max(axis=1), 1)
    values *= (127 / scale)[:, None]
    return np.rint(values, out=values).astype(np.int8), scale


def unsigned(values: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Values (G) as uint8, 0 for `low` or less and for NaN, 255 for `high` or more."""
    scaled: Array = values * np.float32(255 / (high - low))
    scaled -= np.float32(low * 255 / (high - low))
    np.fmax(scaled, 0, out=scaled)  # unlike `maximum`, 0 for NaN
    np.minimum(scaled, 255, out=scaled)
    np.rint(scaled, out=scaled)
    return scaled.astype(np.uint8)
