"""Metrics are counts in memory that all worker processes share; Prometheus reads their sums.

The memory is allocated before the workers fork, with a row for each. A worker writes to its own row only; the
worker that is asked adds up all rows. No file is written, so no disk can be full or read-only. The counts of
a worker outlive it: the next worker goes on with its row.
"""

import math
import mmap
import threading
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, get_args

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

ROWS = 256
"""Workers at a time, including old ones that are ending."""
GAP_SECONDS = (0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, math.inf)
EndReason = Literal["until", "diverged", "early_stopping", "limit", "server_stopping", "lease"]
"""Why a stream ended, as its `end` says."""
LEFT = "left"
"""Why a stream ended without an `end`: the client or the server closed it."""

GAUGES = {
    "streams_open": "Training streams open now.",
    "stream_slots": "Training streams that may be open at a time.",
}
COUNTERS = {
    "streams": "Training streams begun.",
    "frames": "Frames sent.",
    "steps": "Training steps taken.",
}
LABELLED = {
    "stream_ends": (
        "Training streams ended.",
        "reason",
        (*get_args(EndReason), LEFT),
    ),
    "refusals": ("Answers that were errors.", "status", tuple(map(str, range(400, 600)))),
}
GAP = "frame_gap_seconds"
GAP_HELP = "Time from one frame of a stream to its next."

Column = tuple[str, str | float]
COLUMNS: list[Column] = [
    *((name, "") for name in (*GAUGES, *COUNTERS)),
    *((name, value) for name, (_, _, values) in LABELLED.items() for value in values),
    *((GAP, limit) for limit in GAP_SECONDS),
    (GAP, "sum"),
]
INDEX = {column: index for index, column in enumerate(COLUMNS)}


class Metrics(Collector):
    """The counts of one server.

    Parameters
    ----------
    stream_slots : int
        Streams that each worker has room for.
    """

    def __init__(self, stream_slots: int) -> None:
        self._cells = memoryview(mmap.mmap(-1, 8 * ROWS * len(COLUMNS))).cast("d")
        self._lock = threading.RLock()  # among this process's threads; reentrant, for a finalizer may count
        self._stream_slots = stream_slots
        self.take_row(0)

    def take_row(self, row: int) -> None:
        """Count in this row from now on; no other process may."""
        self._begin = row * len(COLUMNS)
        self._cells[self._begin + INDEX["streams_open", ""]] = 0
        self._cells[self._begin + INDEX["stream_slots", ""]] = self._stream_slots

    def leave_row(self, row: int) -> None:
        """Set the gauges of a row to 0: its worker has ended, and with it its streams."""
        for name in GAUGES:
            self._cells[row * len(COLUMNS) + INDEX[name, ""]] = 0

    def add(self, name: str, amount: float = 1, label: str | float = "") -> None:
        """Add to a count; unknown labels are ignored."""
        index = INDEX.get((name, label))
        if index is not None:
            with self._lock:
                self._cells[self._begin + index] += amount

    def gap(self, seconds: float) -> None:
        """Count a frame that followed the one before it after so many seconds."""
        self.add(GAP, 1, GAP_SECONDS[bisect_left(GAP_SECONDS, seconds)])
        self.add(GAP, seconds, "sum")

    def total(self, name: str, label: str | float = "") -> float:
        """Sum a count over all workers."""
        return sum(self._cells[INDEX[name, label] :: len(COLUMNS)])

    @property
    def full(self) -> bool:
        """Whether no worker has a slot left."""
        return self.total("streams_open") >= self.total("stream_slots")

    def collect(self) -> Iterator[Metric]:
        """Yield every metric as an object of Prometheus's library."""
        for name, help_text in GAUGES.items():
            yield GaugeMetricFamily(f"descent_{name}", help_text, self.total(name))
        for name, help_text in COUNTERS.items():
            yield CounterMetricFamily(f"descent_{name}", help_text, self.total(name))
        for name, (help_text, label, values) in LABELLED.items():
            family = CounterMetricFamily(f"descent_{name}", help_text, labels=[label])
            for value in values:
                if (count := self.total(name, value)) or name != "refusals":
                    family.add_metric([value], count)
            yield family
        counts = [self.total(GAP, limit) for limit in GAP_SECONDS]
        limits = ["+Inf" if math.isinf(limit) else str(limit) for limit in GAP_SECONDS]
        buckets = [(limit, sum(counts[: i + 1])) for i, limit in enumerate(limits)]
        yield HistogramMetricFamily(f"descent_{GAP}", GAP_HELP, buckets, self.total(GAP, "sum"))

    def text(self) -> bytes:
        """Write every metric in Prometheus's text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)


def register(app: Flask) -> None:
    """Allocate the shared memory."""
    app.extensions["metrics"] = Metrics(app.config["DESCENT_STREAMS"])


def metrics() -> Metrics:
    """Return the metrics of the current application."""
    current: Metrics = current_app.extensions["metrics"]
    return current
