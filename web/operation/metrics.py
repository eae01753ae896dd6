"""What is counted, in memory that all worker processes share, and how Prometheus reads it.

The memory is made before the workers are, with a row for each: one writer a row, and whoever is asked adds
all up. There are no files, so no disk can be full or read-only; and what a worker has counted outlives it:
the next one goes on with its row.
"""

import math
import mmap
import threading
from bisect import bisect_left
from collections.abc import Iterator

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from web.api.schemas import REASONS

ROWS = 256
"""Workers at a time, old ones that are ending included."""
GAP_SECONDS = (0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, math.inf)
LEFT = "left"
"""Why a stream ended that the client left, or that the server gave up: it sent no `end`."""

GAUGES = {
    "streams_open": "Training streams open now.",
    "places": "Training streams that may be open at a time.",
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
        (*REASONS, LEFT),
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
AT = {column: index for index, column in enumerate(COLUMNS)}


class Metrics(Collector):
    """The counts of one server.

    Parameters
    ----------
    places : int
        Streams that each worker has room for.
    """

    def __init__(self, places: int) -> None:
        self._cells = memoryview(mmap.mmap(-1, 8 * ROWS * len(COLUMNS))).cast("d")
        self._lock = threading.RLock()  # between this process's threads; a finalizer may count as well
        self._places = places
        self.take_row(0)

    def take_row(self, row: int) -> None:
        """Count in this row from now on; no other process does."""
        self._begin = row * len(COLUMNS)
        self._cells[self._begin + AT["streams_open", ""]] = 0
        self._cells[self._begin + AT["places", ""]] = self._places

    def leave_row(self, row: int) -> None:
        """The worker of that row is gone, and so are its streams and places."""
        for name in GAUGES:
            self._cells[row * len(COLUMNS) + AT[name, ""]] = 0

    def add(self, name: str, amount: float = 1, label: str | float = "") -> None:
        """Count; a label that is not foreseen is not counted."""
        index = AT.get((name, label))
        if index is not None:
            with self._lock:
                self._cells[self._begin + index] += amount

    def gap(self, seconds: float) -> None:
        """Count a frame that came so long after the one before."""
        self.add(GAP, 1, GAP_SECONDS[bisect_left(GAP_SECONDS, seconds)])
        self.add(GAP, seconds, "sum")

    def total(self, name: str, label: str | float = "") -> float:
        """The sum over all workers."""
        return sum(self._cells[AT[name, label] :: len(COLUMNS)])

    @property
    def ahead(self) -> float:
        """How many streams more this worker has than the one that has fewest."""
        step = len(COLUMNS)
        open_now, places = (self._cells[AT[name, ""] :: step].tolist() for name in ("streams_open", "places"))
        own = self._cells[self._begin + AT["streams_open", ""]]
        return own - min((n for n, room in zip(open_now, places, strict=True) if room), default=own)

    @property
    def full(self) -> bool:
        """Whether no worker has a place left."""
        return self.total("streams_open") >= self.total("places")

    def collect(self) -> Iterator[Metric]:
        """Every metric, as Prometheus's library has them."""
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
        """All of it in Prometheus's text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)


def register(app: Flask) -> None:
    """Begin to count."""
    app.extensions["metrics"] = Metrics(app.config["DESCENT_STREAMS"])


def metrics() -> Metrics:
    """The application's."""
    found: Metrics = current_app.extensions["metrics"]
    return found
