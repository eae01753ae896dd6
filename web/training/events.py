"""Server-sent events. Most of one is arrays in base64, which goes in as it is: only the rest is made JSON."""

import json
from typing import Any

write = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
PLACE = '"data":""'  # cannot come from inside a text, where quotes are escaped


def event(name: str, data: dict[str, Any]) -> bytes:
    """A server-sent event. `NaN` is no JSON and never passes."""
    texts: list[str] = []
    first, *rest = write(lifted(data, texts)).split(PLACE)
    parts = [f"event: {name}\ndata: ", first]
    for text, after in zip(texts, rest, strict=True):
        parts += ['"data":"', text, '"', after]
    return "".join([*parts, "\n\n"]).encode()


def lifted(value: Any, texts: list[str]) -> Any:
    """The value with every array's text taken out, and put into `texts` in order."""
    if isinstance(value, dict):
        if value.keys() == {"dtype", "shape", "data"}:
            texts.append(value["data"])
            return value | {"data": ""}
        return {key: lifted(one, texts) for key, one in value.items()}
    return [lifted(one, texts) for one in value] if isinstance(value, list) else value
