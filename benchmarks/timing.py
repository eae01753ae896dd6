"""Ratios in one run: candidates take turns, so that a machine that slows down slows all of them."""

import math
import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

ROUNDS = 25
TURN = 0.01  # seconds that a candidate's turn lasts, at least


class Spread(NamedTuple):
    """The median of the rounds, and the quartiles around it."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{figures(self.median)} ({figures(self.low)} to {figures(self.high)})"


Rounds = list[float]
"""Microseconds a call, round by round."""


def alternate(
    candidates: Mapping[str, Callable[[int], object]], *, rounds: int | None = None
) -> dict[str, Rounds]:
    """Time candidates in turns; ``candidate(calls)`` does that many units of work."""
    calls = {}
    for name, candidate in candidates.items():
        candidate(1)  # what happens once only
        begin = time.perf_counter()
        candidate(1)
        calls[name] = max(1, math.ceil(TURN / (time.perf_counter() - begin)))
    timings: dict[str, Rounds] = {name: [] for name in candidates}
    for _ in range(rounds or ROUNDS):
        for name, candidate in candidates.items():
            begin = time.perf_counter()
            candidate(calls[name])
            timings[name].append((time.perf_counter() - begin) / calls[name] * 1e6)
    return timings


def spread(values: Rounds, scale: float = 1) -> Spread:
    """Median and quartiles of the rounds, times `scale`."""
    low, median, high = statistics.quantiles(values, n=4)
    return Spread(median * scale, low * scale, high * scale)


def ratio(values: Rounds, to: Rounds, scale: float = 1) -> Spread:
    """Median and quartiles of the ratio in each round, times `scale`."""
    return spread([a / b for a, b in zip(values, to, strict=True)], scale)


def figures(value: float) -> str:
    """Three figures."""
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
