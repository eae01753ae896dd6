"""One stream of training: when to step, when to draw, when to stop.

Frames are due at even times. When one is, a paced stream takes the steps that it owes by now; one that trains
flat out takes as many as fit in between. Either way steps come in turns of a few milliseconds, shorter ones
while others wait and one would not do. What a late stream could not do is forgotten, not caught up with: to a
slow client training slows down, it never jumps.

A stream takes turns: its caller waits until the next is due, and computes it when the scheduler says so.
"""

import random
import time
from collections.abc import Callable, Generator, Iterator

from dl_core import Trainer
from dl_core.frames import FramePainter
from web.api.requests import TrainRequest
from web.training.events import Checkpoint, End, Event, Frame, Start
from web.training.scheduler import Task
from web.training.worker_state import WorkerState

TURN_SECONDS = 0.004
CROWDED = 4  # times shorter is a turn while others wait
MOST_STEPS_A_TURN = 4096
CATCHING_UP = 1.25  # times as many steps as in time takes a late stream; more would make the others late
OLDEST_CHECKPOINT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 0.25  # between two looks at whether the server is stopping
SHORTEST_LEASE = 0.8  # of the full one: streams that began together should not all come back together

Events = tuple[Event, ...]


class Stream:
    """The events of one request.

    Attributes
    ----------
    trainer : Trainer
    state : WorkerState
    task : Task
        Its computing time.
    due : float
        When its next turn is to begin.
    crowded : bool
        Whether others wait for a turn; set by the caller.
    opening : tuple of Event
        `Start`, and the state as it came: the first of its events.
    """

    def __init__(
        self,
        trainer: Trainer,
        asked: TrainRequest,
        state: WorkerState,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.trainer, self.state, self.clock, self.sleep = trainer, state, clock, sleep
        self.painter = FramePainter(trainer, asked.views, asked.resolution, state.inferences)
        self.until = asked.until
        self.interval = 1 / asked.frames_per_second
        epochs = asked.epochs_per_second
        self.steps_per_second = None if epochs is None else epochs * trainer.steps_per_epoch
        lease = min(state.lease_seconds, asked.lease_seconds or state.lease_seconds)
        self.lease_ends = clock() + lease * random.uniform(SHORTEST_LEASE, 1)
        self.chunk = 1  # steps that fit in a turn, as far as is known
        self.drawn_step = -1
        self.drawing = 0.0  # seconds that the last frame took; as long as that there is none
        self.saved = self.due = clock()
        self.crowded = False
        self.task = Task()
        self.opening: Events = (Start(self.painter.start()), *self.news())

    def turns(self) -> Iterator[Events]:
        """The events of each turn: `opening`; none, or a frame, a checkpoint or both; at last `End`."""
        events, due, stepped, owed = self.opening, self.clock(), self.clock(), 0.0
        if self.steps_per_second is not None:
            due -= due % self.interval  # a beat for all: the processor sleeps once, not after each stream
        while (reason := self.reason()) is None:
            due = max(due + self.interval, self.clock() + self.drawing)
            if self.steps_per_second is None:
                yield events
                events = yield from self.train(None, due)
            else:
                self.due = due
                yield events
                rate, now = self.steps_per_second, self.clock()
                owed = min(owed + rate * (now - stepped), 1 + CATCHING_UP * rate * self.interval)
                stepped, before = now, self.trainer.step
                events = yield from self.train(int(owed), now + self.interval)
                owed -= self.trainer.step - before
        yield events
        yield *self.news(last=True), self.ending(reason)

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
        if self.state.stopping():
            return "server_stopping"
        return "lease" if self.clock() >= self.lease_ends else None

    def left(self) -> int:
        """Steps still to take, as far as one turn is concerned."""
        if self.until is None:
            return MOST_STEPS_A_TURN
        return self.trainer.steps_until(step=self.until.step, epoch=self.until.epoch)

    def train(self, steps: int | None, deadline: float) -> Generator[Events, None, Events]:
        """Take that many steps, or as many as fit until the deadline, in turns; return what is new then."""
        taken = 0
        if steps == 0 and not self.checkpoint_due():
            return ()
        while True:
            most = min(self.left(), MOST_STEPS_A_TURN if steps is None else steps - taken)
            if most > self.chunk:
                most = max(1, self.chunk // CROWDED if self.crowded else self.chunk)
            taken += self.step(most)
            self.due = self.clock()
            if taken == steps or self.due >= deadline or self.reason():
                return self.news()
            yield ()

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
        while (left := self.due - self.clock()) > 0 and not self.state.stopping():
            self.sleep(min(left, LONGEST_WAIT_SECONDS))

    def news(self, last: bool = False) -> Events:
        """A frame, if there were steps since the last, and a checkpoint, if it is time for one or the end."""
        news: list[Event] = []
        if self.trainer.step != self.drawn_step:
            began, self.drawn_step = self.clock(), self.trainer.step
            news.append(Frame(self.painter.frame()))
            self.drawing = self.clock() - began
        if last or self.checkpoint_due():
            self.saved = self.clock()
            news.append(Checkpoint(self.trainer.checkpoint().to_json()))
        return tuple(news)

    def checkpoint_due(self) -> bool:
        """Whether the last checkpoint would be too old by the next frame."""
        return self.clock() - self.saved + self.interval >= OLDEST_CHECKPOINT_SECONDS

    def ending(self, reason: str) -> End:
        """The last event."""
        message = None
        if isinstance(self.trainer.diverged, tuple):
            message = self.trainer.diverged[1]
        if isinstance(self.trainer.stopped, str):
            message = self.trainer.stopped
        elif self.trainer.limit:
            message = self.trainer.limit
        return End(reason, self.trainer.step, message)
