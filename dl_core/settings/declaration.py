"""How a setting is declared, once: its type, default, limits, label and help, beside the code that it sets.

Validation, the JSON Schema that the page builds its controls from, and the tests of bad values are read off
these declarations.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Settings(BaseModel):
    """A group of settings: unknown names are refused, nothing is coerced, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class OneOf:
    """One of a registry's names: ``activation: Annotated[str, OneOf(ACTIVATIONS)]``."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept exactly the names."""
        return core_schema.literal_schema(self.names)


class Tagged:
    """One of several groups of settings, told apart by a name inside.

    ``layer: Annotated[Settings, Tagged("type", {"dense": DenseSettings, ...})]``; `about` is what the page
    has to know of each beside its settings, and stands in the JSON Schema.
    """

    def __init__(
        self, key: str, groups: Mapping[str, type[Settings]], about: Mapping[str, Any] | None = None
    ) -> None:
        self.key = key
        self.groups = dict(groups)
        self.about = about

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Choose the group by the name under `key`."""
        choices = {name: handler.generate_schema(group) for name, group in self.groups.items()}
        return core_schema.tagged_union_schema(choices, discriminator=self.key)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The union's schema with `about`."""
        return handler(core) | ({"about": self.about} if self.about else {})


def setting(
    title: str,
    description: str,
    *,
    log: bool = False,
    prominent: bool = False,
    tasks: Sequence[str] = (),
    **limits: Any,
) -> Any:
    """Label and help text of a setting, for a student.

    `log` if it is best stepped 1, 3, 10, 30, ...; `prominent` if a layer's head shows it; `tasks` are those
    that it may be set for, all if empty. `limits` are those of `pydantic.Field`: ge, le, min_length, ...
    """
    extra: dict[str, Any] = {}
    if log:
        extra["scale"] = "log"
    if prominent:
        extra["prominent"] = True
    if tasks:
        extra["tasks"] = list(tasks)
    return Field(title=title, description=description, json_schema_extra=extra or None, **limits)
