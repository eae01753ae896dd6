"""How a setting is declared, once: its type, default, limits, label and help, beside the code that it sets.

Validation, the JSON Schema that the page builds its controls from, and the tests of bad values are read off
these declarations.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

TAGGED: set[str | None] = set()
"""Names of the settings that are one of several groups."""


class Settings(BaseModel):
    """A group of settings: unknown names are refused, nothing is coerced, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def option(name: str, entry: Any) -> dict[str, Any]:
    """How a registry's entry appears in a menu: `value`, `title`, `description`, and what its `about()` adds.

    Title and description are the entry's own, else its name in words and the beginning of its docstring.
    """
    title = entry.model_config.get("title") if hasattr(entry, "model_config") else getattr(entry, "title", "")
    text = getattr(entry, "description", None) or (entry.__doc__ or "").split("\n\n")[0]
    about = entry.about() if hasattr(entry, "about") else {}
    description = " ".join(text.replace("``", "").split())
    title = title or name.replace("_", " ").capitalize()
    return {"value": name, "title": title, "description": description, **about}


class OneOf:
    """One of a registry's names: ``activation: Annotated[str, OneOf(ACTIVATIONS)]``.

    The schema's `options` describe each, in the order of `enum`. `auto` describes "auto", if that is a
    choice as well.
    """

    def __init__(self, registry: Mapping[str, Any], auto: str | None = None) -> None:
        automatic = {} if auto is None else {"auto": {"value": "auto", "title": "Auto", "description": auto}}
        self.options = automatic | {name: option(name, entry) for name, entry in registry.items()}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.options))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "options": list(self.options.values())}


class Tagged:
    """One of several groups of settings, told apart by a name inside.

    ``layer: Annotated[Settings, Tagged("type", {"dense": DenseSettings, ...})]``. The schema's `options`
    describe each group, with what `about` adds; `keeps` names settings that stay when another is chosen.
    """

    def __init__(
        self,
        key: str,
        groups: Mapping[str, type[Settings]],
        *,
        keeps: Sequence[str] = (),
        about: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.key = key
        self.groups = dict(groups)
        self.keeps = list(keeps)
        self.about = about or {}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        TAGGED.add(handler.field_name)
        choices = {name: handler.generate_schema(group) for name, group in self.groups.items()}
        return core_schema.tagged_union_schema(choices, discriminator=self.key)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        options = [{**option(name, group), **self.about.get(name, {})} for name, group in self.groups.items()]
        return {**handler(schema), "options": options, "keeps": self.keeps}


def setting(
    title: str,
    description: str,
    *,
    log: bool = False,
    prominent: bool = False,
    tasks: Sequence[str] = (),
    **limits: Any,
) -> Any:
    """Label and help text of a setting, for a student; `log` if it is best stepped 1, 3, 10, 30, ...

    `prominent` if the head of a layer shows it; `tasks` are those that it has a meaning for, if not all.
    `limits` are those of `pydantic.Field`: ge, gt, le, lt, min_length, max_length.
    """
    extra: dict[str, Any] = ({"scale": "log"} if log else {}) | ({"tasks": list(tasks)} if tasks else {})
    extra |= {"prominent": True} if prominent else {}
    return Field(title=title, description=description, json_schema_extra=extra or None, **limits)
