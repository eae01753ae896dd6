"""The views that a frame can have, by name, and what a request may ask for."""

import re
from collections.abc import Sequence
from typing import Any

from dl_core.arrays import Array, encode
from dl_core.config.config import Config
from dl_core.frames.points import Boundary, Neurons, UnitMap
from dl_core.frames.view import ARRAY, Schema, View
from dl_core.training.trainer import Trainer

MOST_VIEWS = 16


class Weights(View):
    """All parameters, exact."""

    name = "weights"
    description = "All parameters, in the order of the start event's layers."
    schema = ARRAY

    def draw(self, outputs: Sequence[Array]) -> dict[str, Any]:
        return encode(self.trainer.network.params)


VIEWS: dict[str, type[View]] = {view.name: view for view in (Weights, Boundary, Neurons, UnitMap)}
"""In the order of their entries in a frame."""

DEFAULT_VIEWS = [name for name, view in VIEWS.items() if view.pattern is None]


def find_view(name: object) -> tuple[type[View], list[int]]:
    """The view that goes by a name, and the numbers in it; `ValueError` if there is none."""
    for view in VIEWS.values():
        pattern = view.pattern or re.escape(view.name)
        if isinstance(name, str) and (match := re.fullmatch(pattern, name, re.ASCII)):
            return view, [int(number) for number in match.groups()]
    *others, last = VIEWS
    raise ValueError(f"`views` must be names from {', '.join(others)} and {last}; got {str(name)[:60]}.")


def prepared_views(names: Sequence[str], trainer: Trainer, resolution: int) -> dict[str, View]:
    """The views of those names, in the order of `VIEWS`."""
    order = list(VIEWS.values())
    asked = sorted(((name, *find_view(name)) for name in names), key=lambda entry: order.index(entry[1]))
    return {name: view(trainer, resolution, *numbers) for name, view, numbers in asked}


def view_error(names: object, config: Config) -> str | None:
    """Sentence about the first view that cannot be drawn, or None if all can."""
    if not isinstance(names, list) or len(names) > MOST_VIEWS:
        return f"`views` must be a list of at most {MOST_VIEWS} names."
    for name in names:
        try:
            view, numbers = find_view(name)
        except ValueError as error:
            return str(error)
        if refusal := view.refusal(config, *numbers):
            return f"`views` {refusal}; got {name}."
    return None


def request_schema() -> Schema:
    """JSON Schema of the names that a request may have."""
    names = [
        {"description": view.description}
        | ({"type": "string", "pattern": f"^{view.pattern}$"} if view.pattern else {"const": view.name})
        for view in VIEWS.values()
    ]
    return {"type": "array", "items": {"anyOf": names}, "maxItems": MOST_VIEWS}


def frame_schema() -> Schema:
    """JSON Schemas of the entries that a frame may have: `properties`, and `patternProperties`."""
    entries: dict[bool, Schema] = {False: {}, True: {}}
    for view in VIEWS.values():
        name = f"^{view.pattern}$" if view.pattern else view.name
        entries[bool(view.pattern)][name] = {"description": view.description, **view.schema}
    return {"properties": entries[False], "patternProperties": entries[True]}
