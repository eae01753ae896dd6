"""What a stream tells its client, and how that is written as server-sent events.

Most of an event is arrays in base64, which go in as they are: only the rest is made JSON.
"""

import json
from typing import Any, NamedTuple

json_of = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
PLACEHOLDER = '"data":""'  # cannot come from inside a text, where quotes are escaped


class Start(NamedTuple):
    """What is needed to read the frames that follow."""

    data: dict[str, Any]


class Frame(NamedTuple):
    """One complete picture."""

    data: dict[str, Any]


class Checkpoint(NamedTuple):
    """Where to go on from, exact to the bit."""

    data: dict[str, Any]


class End(NamedTuple):
    """Why there is nothing more, with a message if training diverged or was stopped early."""

    reason: str
    step: int
    message: str | None = None

    @property
    def data(self) -> dict[str, Any]:
        """What is sent; no message is left out."""
        return {name: value for name, value in self._asdict().items() if value is not None}


Event = Start | Frame | Checkpoint | End


def encode(event: Event) -> bytes:
    """A server-sent event. `NaN` is no JSON and never passes."""
    texts: list[str] = []
    first, *rest = json_of(without_arrays(event.data, texts)).split(PLACEHOLDER)
    parts = [f"event: {type(event).__name__.lower()}\ndata: ", first]
    for text, after in zip(texts, rest, strict=True):
        parts += ['"data":"', text, '"', after]
    return "".join([*parts, "\n\n"]).encode()


def without_arrays(value: Any, texts: list[str]) -> Any:
    """The value with every array's text taken out, and appended to `texts` in order."""
    if isinstance(value, dict):
        if value.keys() == {"dtype", "shape", "data"}:
            texts.append(value["data"])
            return value | {"data": ""}
        return {key: without_arrays(child, texts) for key, child in value.items()}
    return [without_arrays(child, texts) for child in value] if isinstance(value, list) else value
