"""Ratios in one run: candidates take turns, so that a machine that slows down slows all of them."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple


class Timing(NamedTuple):
    """Microseconds a call: the median of the rounds, and the quartiles around it."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:,.1f} ({self.low:,.1f} to {self.high:,.1f})"


def alternate(
    candidates: Mapping[str, Callable[[int], object]], calls: int, rounds: int = 25
) -> dict[str, Timing]:
    """Time candidates ``rounds`` times, in turns; ``candidate(calls)`` does that many units of work."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for candidate in candidates.values():
        candidate(calls)
    for _ in range(rounds):
        for name, candidate in candidates.items():
            begin = time.perf_counter()
            candidate(calls)
            seconds[name].append(time.perf_counter() - begin)
    timings = {}
    for name, measured in seconds.items():
        low, median, high = statistics.quantiles(measured, n=4)
        timings[name] = Timing(*(value / calls * 1e6 for value in (median, low, high)))
    return timings


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
