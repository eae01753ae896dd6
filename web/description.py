"""A route is described where it is defined; `web/api/openapi.py` collects the descriptions."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Description(NamedTuple):
    """What a route is asked and what it answers.

    Attributes
    ----------
    summary : str
    asks : type or None
        Of the request's JSON.
    answers : type or None
        Of the answer's JSON; None if it is not JSON.
    media_type, about : str
        Of an answer that is not JSON: its type, and what it is.
    events : dict of str to type
        Names of server-sent events, and what the JSON of each is.
    statuses : tuple of int
        That it may answer beside 200.
    """

    summary: str
    asks: Any = None
    answers: Any = None
    media_type: str = "application/json"
    about: str = ""
    events: Mapping[str, Any] = MappingProxyType({})
    statuses: tuple[int, ...] = ()


def described(summary: str, *statuses: int, **more: Any) -> Callable[[View], View]:
    """Decorate a view with its `Description`."""

    def attach(view: View) -> View:
        vars(view)["description"] = Description(summary, statuses=statuses, **more)
        return view

    return attach
