"""What one stream has done, counted as it goes: for the metrics, and for its line in the log."""

import time
from collections.abc import Callable, Iterable

from web.operation.metrics import LEFT, Metrics
from web.training.events import End, Event, Frame


class StreamStatistics:
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

    def count(self, events: Iterable[Event], size: int) -> None:
        """Count events, and their bytes, that are sent now."""
        self.sent += size
        for event in events:
            if isinstance(event, Frame):
                self._count_frame()
            elif isinstance(event, End):
                self.reason = event.reason

    def _count_frame(self) -> None:
        now, before = self._clock(), self._framed
        self.frames += 1
        self._framed = now
        self._metrics.add("frames")
        if before is not None:
            self._metrics.gap(now - before)
        self._count_steps()

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
        """A stream whose answer never got as far as being sent is over when it is forgotten."""
        self.close()

    def summary(self) -> dict[str, int | str]:
        """For the log."""
        return {"frames": self.frames, "steps": self.steps, "end": self.reason}
