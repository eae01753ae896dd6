"""Views of networks that learn points of the plane: maps of what units put out over it."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array, encode
from dl_core.config.config import Config
from dl_core.frames.dataset_pictures import cell_centers, color_range
from dl_core.frames.quantization import signed, unsigned
from dl_core.frames.view import ARRAY, Schema, View
from dl_core.training.trainer import Trainer

COARSE = 4
"""A unit's small map has one cell for 4 x 4 cells of a large one."""


def finest_resolution(points: float) -> int:
    """Largest resolution whose large and small maps have at most so many points."""
    return COARSE * int((max(points, 0) / (1 + COARSE**-2)) ** 0.5 / COARSE)


def maps_schema(required: Sequence[str], **others: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {"values": ARRAY, **others},
        "required": ["values", *required],
        "additionalProperties": False,
    }


class MapView(View):
    """Base of the views that are maps of cells x cells over the plane."""

    def __init__(self, trainer: Trainer, cells: int) -> None:
        super().__init__(trainer, cells)
        self.cells = cells
        self.side = cells if cells >= 40 else 0  # below, it is calls that take the time

    def inputs(self) -> Array:
        return self.trainer.data[0].inputs(cell_centers(self.cells))

    def maps(self, values: NDArray[Any]) -> dict[str, Any]:
        """Values (..., G) as maps (..., cells, cells), encoded."""
        return encode(values.reshape(*values.shape[:-1], self.cells, self.cells))


class Boundary(MapView):
    """The decision map: the output's value, or the winning class and its output."""

    name = "boundary"
    description = (
        "The network's answer over the plane: 0 and 255 stand for the ends of the start event's range; "
        "of several classes the index of the winner and its output, of several numbers the first."
    )
    schema = maps_schema([], classes=ARRAY)

    def __init__(self, trainer: Trainer, resolution: int) -> None:
        super().__init__(trainer, resolution)
        self.units = [(-1, slice(None) if trainer.task.name == "multiclass" else slice(0, 1))]
        self.range = color_range(trainer.task, trainer.output_activation, trainer.data[0].samples)

    def draw(self, outputs: Sequence[Array]) -> dict[str, Any]:
        y = outputs[0]
        values = self.maps(unsigned(y.max(axis=0), *self.range))
        if len(y) == 1:
            return {"values": values}
        return {"classes": self.maps(y.argmax(axis=0).astype(np.uint8)), "values": values}


class Neurons(MapView):
    """A small map of every hidden unit."""

    name = "neurons"
    description = "A small map of every unit of the hidden layers that have maps; value = int8 / 127 * scale."
    schema: ClassVar[Schema] = {
        "type": "array",
        "items": maps_schema(["layer", "scale"], layer={"type": "integer", "minimum": 0}, scale=ARRAY),
    }
    with_samples = True

    def __init__(self, trainer: Trainer, resolution: int) -> None:
        super().__init__(trainer, resolution // COARSE)
        self.layers = [i for i, layer in enumerate(trainer.network.layers[:-1]) if layer.maps]
        self.units = [(i, slice(None)) for i in self.layers]

    def draw(self, outputs: Sequence[Array]) -> list[dict[str, Any]]:
        if not outputs:
            return []
        values, scales = signed(np.concatenate(outputs))
        entries, start = [], 0
        for i, of_layer in zip(self.layers, outputs, strict=True):
            units = slice(start, start := start + len(of_layer))
            entries.append({"layer": i, "values": self.maps(values[units]), "scale": encode(scales[units])})
        return entries


class UnitMap(MapView):
    """The large map of one unit."""

    name = "unit:L:U"
    pattern = r"unit:(\d{1,2}):(\d{1,3})"
    description = "The large map of unit U of layer L; value = int8 / 127 * scale."
    schema = maps_schema(["scale"], scale=ARRAY)

    def __init__(self, trainer: Trainer, resolution: int, layer: int, unit: int) -> None:
        super().__init__(trainer, resolution)
        self.units = [(layer, slice(unit, unit + 1))]

    @classmethod
    def refusal(cls, config: Config, *numbers: int) -> str | None:
        i, unit = numbers
        hidden = [layer.out_shape[-1] if layer.maps else 0 for layer in config.hidden_layers()]
        units = [*hidden, config.task.units]
        exists = i < len(units) and unit < units[i]
        return None if exists else "must name a unit that has a map in this network"

    def draw(self, outputs: Sequence[Array]) -> dict[str, Any]:
        values, scale = signed(outputs[0].copy())
        return {"values": self.maps(values[0]), "scale": encode(scale)}
