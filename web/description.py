"""A route is described where it is defined; `web/api/openapi.py` collects the descriptions."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Description(NamedTuple):
    """What a route is asked and what it answers: JSON of these types, text, or server-sent events."""

    summary: str
    statuses: tuple[int, ...] = ()  # beside 200
    asks: Any = None
    answers: Any = None
    media_type: str = "application/json"
    about: str = ""  # an answer that is not JSON
    events: Mapping[str, Any] = MappingProxyType({})  # type of each server-sent event, by its name


def described(summary: str, *statuses: int, **more: Any) -> Callable[[View], View]:
    """Decorate a view with its `Description`."""

    def attach(view: View) -> View:
        vars(view)["description"] = Description(summary, statuses, **more)
        return view

    return attach
