"""One stream of training: when to step, when to draw, when to stop.

Frames are due at even times. When one is, a paced stream takes the steps that it owes by now; one that trains
flat out takes as many as fit in between. Either way steps come in turns of a few milliseconds, shorter ones
while others wait and one would not do. What a late stream could not do is forgotten, not caught up with: to a
slow client training slows down, it never jumps.

A stream does not wait by itself: it says when it is due, and whoever plays it lets it go on then.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from dl_core import Trainer
from dl_core.frames import FramePainter
from web.api.requests import TrainRequest
from web.training.events import event
from web.training.worker_state import Desk

TURN_SECONDS = 0.004
CROWDED = 4  # times shorter is a turn while others wait
MOST_STEPS_A_TURN = 4096
CATCHING_UP = 1.25  # times as many steps as in time takes a late stream; more would make the others late
OLDEST_CHECKPOINT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 0.25  # between two looks at whether the server is stopping
SHORTEST_LEASE = 0.8  # of the full one: streams that began together should not all come back together


class Stream:
    """The events of one request.

    Attributes
    ----------
    trainer : Trainer
    desk : Desk
        What it shares with the worker's other requests.
    due : float
        When its next event is to be asked for.
    crowded : bool
        Whether others wait; set by whoever plays it.
    opening : bytes
        `start`, and the state as it came: the first of its events.
    """

    def __init__(
        self,
        trainer: Trainer,
        asked: TrainRequest,
        desk: Desk,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.trainer, self.desk, self.clock, self.sleep = trainer, desk, clock, sleep
        self.painter = FramePainter(trainer, asked.views, asked.resolution, desk.inferences)
        self.until = asked.until
        self.interval = 1 / asked.frames_per_second
        epochs = asked.epochs_per_second
        self.steps_per_second = None if epochs is None else epochs * trainer.steps_per_epoch
        lease = min(desk.lease_seconds, asked.lease_seconds or desk.lease_seconds)
        self.lease_ends = clock() + lease * random.uniform(SHORTEST_LEASE, 1)
        self.chunk = 1  # steps that fit in a turn, as far as is known
        self.drawn_step = -1
        self.drawing = 0.0  # seconds that the last frame took; as long as that there is none
        self.saved = self.due = clock()
        self.crowded = False
        self.opening = event("start", self.painter.start()) + self.news()

    def events(self) -> Iterator[bytes]:
        """`opening`; then frames and checkpoints; `end`. In between b"" stands where others get a turn."""
        yield self.opening

        due = stepped = self.clock()
        if self.steps_per_second is not None:
            due -= due % self.interval  # a beat for all: the processor sleeps once, not after each stream
        owed = 0.0
        while (reason := self.reason()) is None:
            due = max(due + self.interval, self.clock() + self.drawing)
            if self.steps_per_second is None:
                yield from self.train(None, due)
            else:
                self.due = due
                yield b""
                rate, now = self.steps_per_second, self.clock()
                owed = min(owed + rate * (now - stepped), 1 + CATCHING_UP * rate * self.interval)
                stepped, before = now, self.trainer.step
                yield from self.train(int(owed), now + self.interval)
                owed -= self.trainer.step - before

        yield self.news(last=True) + event("end", self.ending(reason))

    def played(self) -> Iterator[bytes]:
        """The events, each made when it is due, in a turn of this thread's."""
        events = self.events()
        while True:
            self.wait()
            with self.desk.turns.turn():
                self.crowded = self.desk.turns.waiting > 0
                news = next(events, None)
            if news is None:
                return
            if news:
                yield news

    def reason(self) -> str | None:
        """Why the stream is to end now, if it is."""
        if self.trainer.diverged:
            return "diverged"
        if self.trainer.stopped:
            return "early_stopping"
        if self.trainer.limit:
            return "limit"
        if self.left() == 0:
            return "until"
        if self.desk.stopping():
            return "server_stopping"
        return "lease" if self.clock() >= self.lease_ends else None

    def left(self) -> int:
        """Steps still to take, as far as one turn is concerned."""
        if self.until is None:
            return MOST_STEPS_A_TURN
        return self.trainer.steps_until(step=self.until.step, epoch=self.until.epoch)

    def train(self, steps: int | None, deadline: float) -> Iterator[bytes]:
        """Take that many steps, or as many as fit until the deadline, in turns; then say what is new."""
        taken = 0
        if steps == 0 and not self.checkpoint_due():
            return
        while True:
            most = min(self.left(), MOST_STEPS_A_TURN if steps is None else steps - taken)
            if most > self.chunk:
                most = max(1, self.chunk // CROWDED if self.crowded else self.chunk)
            taken += self.step(most)
            self.due = self.clock()
            if taken == steps or self.due >= deadline or self.reason():
                yield self.news()
                return
            yield b""

    def step(self, steps: int) -> int:
        """Take steps and learn how many fit in a turn. Returns how many were taken."""
        if steps == 0:
            return 0
        began, first = self.clock(), self.trainer.step
        self.trainer.train(steps=steps)
        taken = self.trainer.step - first
        fitting = int(taken * TURN_SECONDS / max(self.clock() - began, 1e-6))
        self.chunk = max(1, min(fitting, 2 * self.chunk, MOST_STEPS_A_TURN))
        return taken

    def wait(self) -> None:
        """Sleep until the next event is due, or until the server is stopping."""
        while (left := self.due - self.clock()) > 0 and not self.desk.stopping():
            self.sleep(min(left, LONGEST_WAIT_SECONDS))

    def news(self, last: bool = False) -> bytes:
        """A frame, if there were steps since the last, and a checkpoint, if it is time for one or the end."""
        news = b""
        if self.trainer.step != self.drawn_step:
            began, self.drawn_step = self.clock(), self.trainer.step
            news += event("frame", self.painter.frame())
            self.drawing = self.clock() - began
        if last or self.checkpoint_due():
            self.saved = self.clock()
            news += event("checkpoint", self.trainer.checkpoint().to_json())
        return news

    def checkpoint_due(self) -> bool:
        """Whether the last checkpoint would be too old by the next frame."""
        return self.clock() - self.saved + self.interval >= OLDEST_CHECKPOINT_SECONDS

    def ending(self, reason: str) -> dict[str, Any]:
        """Data of the last event."""
        ending: dict[str, Any] = {"reason": reason, "step": self.trainer.step}
        if isinstance(self.trainer.diverged, tuple):
            ending["message"] = self.trainer.diverged[1]
        if isinstance(self.trainer.stopped, str):
            ending["message"] = self.trainer.stopped
        elif self.trainer.limit:
            ending["message"] = self.trainer.limit
        return ending
