"""What one deployment may set beside the address: limits of a worker process, from environment variables."""

import os
import re
from typing import TypedDict, TypeVar

Number = TypeVar("Number", int, float)

HIGHEST = 100_000
ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?", re.ASCII)


class Limits(TypedDict):
    """Limits of one worker process, under the names of their environment variables."""

    DESCENT_STREAMS: int
    """Training streams at a time; one more is told to come back."""
    DESCENT_LEASE_SECONDS: float
    """How long a stream lasts before the browser asks again, so that load spreads and deploys drain."""
    DESCENT_STREAMS_PER_ADDRESS: int
    """Streams at a time of one client address, behind which a whole school may be."""
    DESCENT_PROXIES: int
    """Proxies in front, each of which adds to X-Forwarded-For; with 0 nobody is believed."""
    DESCENT_WORK_MILLIONS: float
    """The most work of one step and of one frame, in millions of multiplications."""
    DESCENT_MEMORY_MB: float
    """The most memory that one run may keep."""
    DESCENT_STREAMS_MEMORY_MB: float
    """The most memory that all runs of a worker may keep."""
    DESCENT_EMBED_ORIGINS: str
    """Whose pages may hold this one in a frame, apart by spaces."""


def from_environment() -> Limits:
    """The limits; `ValueError` for nonsense."""
    streams = number("DESCENT_STREAMS", 200)
    return {
        "DESCENT_STREAMS": streams,
        "DESCENT_LEASE_SECONDS": number("DESCENT_LEASE_SECONDS", 60.0),
        "DESCENT_STREAMS_PER_ADDRESS": number("DESCENT_STREAMS_PER_ADDRESS", streams),
        "DESCENT_PROXIES": number("DESCENT_PROXIES", 0, least=0),
        "DESCENT_WORK_MILLIONS": number("DESCENT_WORK_MILLIONS", 2500.0),
        "DESCENT_MEMORY_MB": number("DESCENT_MEMORY_MB", 64.0),
        "DESCENT_STREAMS_MEMORY_MB": number("DESCENT_STREAMS_MEMORY_MB", 300.0),
        "DESCENT_EMBED_ORIGINS": origins("DESCENT_EMBED_ORIGINS"),
    }


def origins(name: str) -> str:
    """An environment variable as origins, apart by spaces; unset means none."""
    found = os.environ.get(name, "").split()
    for text in found:
        if not ORIGIN.fullmatch(text):
            raise ValueError(f"{name} must be origins like https://learn.example.org; got {text!r}.")
    return " ".join(found)


def number(name: str, default: Number, least: int = 1) -> Number:
    """An environment variable as a number, whole if its default is; unset or empty means that."""
    text = os.environ.get(name) or str(default)
    kind = type(default)
    try:
        value = kind(text)
    except ValueError:
        value = kind(least - 1)
    if not least <= value <= HIGHEST:
        whole = "whole " if kind is int else ""
        raise ValueError(f"{name} must be a {whole}number from {least} to {HIGHEST}; got {text!r}.")
    return value


def flag(name: str) -> bool:
    """An environment variable that is "on" or "off"; unset or empty means off."""
    text = os.environ.get(name) or "off"
    if text not in ("on", "off"):
        raise ValueError(f"{name} must be on or off; got {text!r}.")
    return text == "on"
