"""Wrong settings become sentences: the setting's name, the rule, what came instead, perhaps a remedy."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from pydantic_core import ErrorDetails, PydanticCustomError

from dl_core.settings.declaration import TAGGED

Path: TypeAlias = tuple[int | str, ...]

LONGEST = 60  # of a quoted value or name: a sentence is read, and may be part of a hostile request


def rule(sentence: str, kind: Literal["rule", "contradiction"] = "rule") -> PydanticCustomError:
    """Error for a validator to raise; `sentence` goes on after the setting's name ("must be ...")."""
    return PydanticCustomError(kind, "{sentence}", {"sentence": sentence})


def unique(names: list[str]) -> list[str]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise rule(f"must name each entry once; got {', '.join(repeated)} more than once.")
    return names


def shown(value: object) -> str:
    """A value as JSON has it, cut short."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return cut(text)


def cut(text: str) -> str:
    """The beginning of a text that a client has written."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def count(n: int) -> str:
    return f"{n} {'entry' if n == 1 else 'entries'}"


RULES: dict[str, Callable[[dict[str, Any]], str]] = {
    "greater_than": lambda ctx: f"must be more than {ctx['gt']:g}",
    "greater_than_equal": lambda ctx: f"must be at least {ctx['ge']:g}",
    "less_than": lambda ctx: f"must be less than {ctx['lt']:g}",
    "less_than_equal": lambda ctx: f"must be at most {ctx['le']:.10g}",
    "multiple_of": lambda ctx: f"must be a multiple of {ctx['multiple_of']:g}",
    "finite_number": lambda ctx: "must be a finite number",
    "int_type": lambda ctx: "must be a whole number",
    "float_type": lambda ctx: "must be a number",
    "bool_type": lambda ctx: "must be true or false",
    "string_type": lambda ctx: "must be text",
    "string_unicode": lambda ctx: "must be text that can be written",
    "list_type": lambda ctx: "must be a list",
    "too_short": lambda ctx: f"must have at least {count(ctx['min_length'])}",
    "too_long": lambda ctx: f"must have at most {count(ctx['max_length'])}",
    "literal_error": lambda ctx: f"must be one of {ctx['expected'].replace(' or ', ', ')}".replace("'", ""),
    "union_tag_invalid": lambda ctx: f"must be one of {ctx['expected_tags']}".replace("'", ""),
}
OBJECTS = ("model_type", "model_attributes_type", "dict_type", "dict_attributes_type")


def document_path(error: ErrorDetails) -> Path:
    """Where a wrong setting stands in the document.

    pydantic puts the name of the chosen group after the setting, or after the list's index (layers, 0, dense,
    units); it is no part of the document.
    """
    if error["type"] == "contradiction":
        return error["loc"]
    path: list[int | str] = []
    follows = False
    for step in error["loc"]:
        if not (follows and isinstance(step, str)):
            path.append(step)
        follows = (step in TAGGED and not follows) or isinstance(step, int)
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        path.append(error["ctx"]["discriminator"].strip("'"))
    return tuple(path)


def dotted(path: Sequence[int | str]) -> str:
    """Path as the page and outside tools name it, ``model.layers.0.units``."""
    return ".".join(cut(str(step)) for step in path) or "config"


def sentence(error: ErrorDetails) -> tuple[str, str]:
    """Dotted path, and the sentence for it."""
    path, kind, got = dotted(document_path(error)), error["type"], error["input"]
    if kind in ("rule", "contradiction"):
        return path, f"`{path}` {error['msg']}"
    if kind == "extra_forbidden":
        return path, f"`{path}` is not a setting. Remove it or check its spelling."
    if kind in ("missing", "union_tag_not_found"):
        return path, f"`{path}` is missing; it says which settings may follow."
    if kind == "union_tag_invalid":
        got = got[error["ctx"]["discriminator"].strip("'")]
    if kind == "too_long" or kind == "too_short":
        return path, f"`{path}` {RULES[kind](error['ctx'])}; got {len(got)}."
    words = "must be an object with settings" if kind in OBJECTS else RULES[kind](error.get("ctx", {}))
    return path, f"`{path}` {words}; got {shown(got)}."
