"""What one deployment may set beside the address: limits of a worker process, from environment variables."""

import os
from typing import TypedDict, TypeVar

Number = TypeVar("Number", int, float)

HIGHEST = 100_000


class Limits(TypedDict):
    """Limits of one worker process, under the names of their environment variables."""

    DESCENT_STREAMS: int
    """Training streams at a time; one more is told to come back."""
    DESCENT_LEASE_SECONDS: float
    """How long a stream lasts before the browser asks again, so that load spreads and deploys drain."""


def from_environment() -> Limits:
    """The limits; `ValueError` for nonsense."""
    return {
        "DESCENT_STREAMS": number("DESCENT_STREAMS", 200),
        "DESCENT_LEASE_SECONDS": number("DESCENT_LEASE_SECONDS", 60.0),
    }


def number(name: str, default: Number) -> Number:
    """An environment variable as a number from 1, whole if its default is; unset or empty means that."""
    text = os.environ.get(name) or str(default)
    kind = type(default)
    try:
        value = kind(text)
    except ValueError:
        value = kind(0)
    if not 1 <= value <= HIGHEST:
        whole = "whole " if kind is int else ""
        raise ValueError(f"{name} must be a {whole}number from 1 to {HIGHEST}; got {text!r}.")
    return value


def flag(name: str) -> bool:
    """An environment variable that is "on" or "off"; unset or empty means off."""
    text = os.environ.get(name) or "off"
    if text not in ("on", "off"):
        raise ValueError(f"{name} must be on or off; got {text!r}.")
    return text == "on"
