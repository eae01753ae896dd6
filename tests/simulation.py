"""A stream by a clock of the test's own, on which sleeping and training take time and nothing else does."""

from wire import events, named

from dl_core import Config, Trainer
from web.api.requests import TrainRequest
from web.operation.metrics import Metrics
from web.training.stream import Stream
from web.training.stream_statistics import StreamStatistics
from web.training.train import sent
from web.training.worker_state import WorkerState


class Clock:
    """Time that passes when somebody sleeps or trains."""

    def __init__(self) -> None:
        self.now, self.sleeps = 1000.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


class Run:
    """A stream, and when its events came. Each step takes a millisecond or what it is told."""

    def __init__(self, *, config=None, checkpoint=None, lease_seconds=3600.0, step_seconds=0.001, **request):
        self.clock = Clock()
        self.state = WorkerState(streams=1, lease_seconds=lease_seconds)
        self.trainer = Trainer(Config.parse(config or {}), checkpoint)
        self.trained = []  # steps of each turn
        self.step_seconds = step_seconds
        self._train = self.trainer.train
        self.trainer.train = self.train
        asked = TrainRequest.model_validate({"views": [], **request})
        self.stream = Stream(self.trainer, asked, self.state, self.clock, self.clock.sleep)
        self.began = self.clock.now
        self.chunks = sent(
            self.stream, StreamStatistics(Metrics(stream_slots=1), lambda: self.trainer.step, self.clock)
        )
        self.events = []

    def train(self, steps):
        """Train in a turn, and take the time that it takes."""
        assert self.state.scheduler.busy
        self.trained.append(steps)
        self.clock.now += self.step_seconds * steps
        self._train(steps=steps)

    def next(self):
        """Take in what comes next; False at the end."""
        for chunk in self.chunks:
            at = self.clock.now - self.began
            self.events += [(name, {**data, "at": at}) for name, data in events([chunk])]
            return True
        return False

    def all(self):
        """Take in everything."""
        while self.next():
            pass
        return self

    def for_seconds(self, seconds):
        """Take in what comes in that time."""
        while self.clock.now < self.began + seconds:
            assert self.next()
        return self

    def __getitem__(self, name):
        return named(name, self.events)

    @property
    def names(self):
        return [name for name, _ in self.events]
