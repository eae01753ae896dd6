"""What one stream has done, counted as it goes: for the metrics, and for its line in the log."""

import json
import time
from collections.abc import Callable, Iterable, Iterator

from web.operation.metrics import LEFT, Metrics

FRAME, END = b"event: frame\n", b"event: end\ndata: "
END_BYTES = 1000  # no end is longer


class Account:
    """Of one stream, from its beginning until `close`.

    Attributes
    ----------
    frames, steps, sent : int
        Frames, steps and bytes so far.
    reason : str
        Why it ended: what `end` said, or "left".
    """

    def __init__(
        self, metrics: Metrics, step: Callable[[], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._metrics, self._step, self._clock = metrics, step, clock
        self._first = self._counted = step()
        self._framed: float | None = None
        self._closed = False
        self.frames = self.steps = self.sent = 0
        self.reason = LEFT
        metrics.add("streams")
        metrics.add("streams_open")

    def watch(self, news: Iterable[bytes]) -> Iterator[bytes]:
        """The stream's events as they are, counted when they are handed on."""
        for events in news:
            self.count(events)
            yield events

    def count(self, events: bytes) -> None:
        """Count what is handed on; it has one frame at most."""
        self.sent += len(events)
        if FRAME in events:
            now, before = self._clock(), self._framed
            self.frames += 1
            self._framed = now
            self._metrics.add("frames")
            if before is not None:
                self._metrics.gap(now - before)
            self._count_steps()
        if (found := events.find(END, -END_BYTES)) >= 0:
            self.reason = json.loads(events[found + len(END) :])["reason"]

    def _count_steps(self) -> None:
        step = self._step()
        self._metrics.add("steps", step - self._counted)
        self.steps, self._counted = step - self._first, step

    def close(self) -> None:
        """The stream is over."""
        if not self._closed:
            self._closed = True
            self._count_steps()
            self._metrics.add("stream_ends", label=self.reason)
            self._metrics.add("streams_open", -1)

    def __del__(self) -> None:
        """It is over as well if it is forgotten, because its answer never got as far as being sent."""
        self.close()

    def summary(self) -> dict[str, int | str]:
        """For the log."""
        return {"frames": self.frames, "steps": self.steps, "end": self.reason}
