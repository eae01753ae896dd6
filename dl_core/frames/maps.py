"""Maps are pictures of what units put out over the plane, as bytes.

They are drawn from a forward pass over the points of a fine grid (the decision map and any unit's large map)
and one over a coarse grid (every hidden unit's small map). Row 0 of a map is the smallest x2, column 0 the
smallest x1, values stand for cell centres. What is not finite becomes 0, or the end of the range that it is
beyond.
"""

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array, encode
from dl_core.compiler.inference import Inference
from dl_core.data.datasets import EXTENT
from dl_core.training.trainer import Trainer

COARSE = 4  # one cell of a unit's small map for 4 x 4 cells of the decision map

grids: WeakKeyDictionary[Trainer, dict[int, Inference]] = WeakKeyDictionary()
"""A network on the grids of each living trainer, by cells along a side: the same for all its frames."""


def centres(cells: int) -> NDArray[np.float32]:
    """Cell centres of a map of cells x cells, row by row: (cells^2, 2)."""
    along = (np.arange(cells) + 0.5) * (2 * EXTENT / cells) - EXTENT
    x2, x1 = np.meshgrid(along, along, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], axis=-1).astype(np.float32)


def grid(trainer: Trainer, cells: int) -> Inference:
    """The network as it is now, at the cell centres of a map."""
    known = grids.setdefault(trainer, {})
    if cells not in known:
        x = trainer.data[0].inputs(centres(cells))
        side = cells if cells >= 40 else 0  # below, it is calls that take the time
        known[cells] = Inference.shared(trainer.network, x, trainer.activation, side=side)
    known[cells].network.copy_from(trainer.network)
    return known[cells]


def decision(y: Array, low: float, high: float) -> dict[str, Any]:
    """Decision map of outputs (C, G): 0..255 for low..high; for several classes the winner and its output."""
    n = round(y.shape[-1] ** 0.5)
    if len(y) == 1:
        return {"values": encode(unsigned(y[0], low, high).reshape(n, n))}
    classes = y.argmax(axis=0).astype(np.uint8)
    values = unsigned(y.max(axis=0), low, high)
    return {"classes": encode(classes.reshape(n, n)), "values": encode(values.reshape(n, n))}


def mapped_layers(trainer: Trainer) -> list[int]:
    """Numbers of the hidden layers whose units have maps."""
    return [i for i, layer in enumerate(trainer.network.layers[:-1]) if layer.maps]


def neurons(trainer: Trainer, outputs: Sequence[Array]) -> list[dict[str, Any]]:
    """Small map of each unit of the mapped layers, outputs (units, G); all are quantised in one go."""
    if not outputs:
        return []
    cells = round(outputs[0].shape[-1] ** 0.5)
    values, scales = signed(np.concatenate(outputs))
    found, start = [], 0
    for i, maps in zip(mapped_layers(trainer), outputs, strict=True):
        part = slice(start, start := start + len(maps))
        packed = encode(values[part].reshape(-1, cells, cells))
        found.append({"layer": i, "values": packed, "scale": encode(scales[part])})
    return found


def large(y: Array) -> dict[str, Any]:
    """Large map of one unit's outputs (1, G)."""
    n = round(y.shape[-1] ** 0.5)
    values, scale = signed(y.copy())
    return {"values": encode(values.reshape(n, n)), "scale": encode(scale)}


def signed(maps: Array) -> tuple[NDArray[np.int8], Array]:
    """Maps (units, G), written over, as int8 with ``value = int8 / 127 * scale``, and the scales (units)."""
    scale = np.maximum(np.abs(maps).max(axis=1), 1)
    if not np.isfinite(scale).all():
        maps[~np.isfinite(maps)] = 0
        scale = np.maximum(np.abs(maps).max(axis=1), 1)
    maps *= (127 / scale)[:, None]
    return np.rint(maps, out=maps).astype(np.int8), scale


def unsigned(values: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Values (G) as uint8, 0 for `low` or less, 255 for `high` or more."""
    scaled: Array = values * np.float32(255 / (high - low))
    scaled -= np.float32(low * 255 / (high - low))
    np.fmax(scaled, 0, out=scaled)  # unlike `maximum`, 0 for NaN
    np.minimum(scaled, 255, out=scaled)
    np.rint(scaled, out=scaled)
    return scaled.astype(np.uint8)
