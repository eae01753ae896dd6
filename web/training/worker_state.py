"""What the requests of one worker process share: turns to compute, places for streams, news of the end."""

import threading
import weakref
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

from flask import Flask, current_app

from dl_core.frames import InferenceCache
from web.api.problems import Problem
from web.operation.routes import RETRY_AFTER_SECONDS
from web.training.scheduler import Turns


class Place:
    """One stream's place. `leave` gives it back, once, however often and from wherever it is called.

    A place that is forgotten, because its answer never got as far as being sent, is given back as well.
    """

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back = weakref.finalize(self, give_back)
        self._give_back.atexit = False

    def leave(self) -> None:
        """Give it back, if it has not been yet."""
        self._give_back()


class Desk:
    """Shared by all requests of a worker.

    Attributes
    ----------
    turns : Turns
    inferences : InferenceCache
        What the streams' painters share; used in turns.
    lease_seconds : float
        The longest a stream lasts.
    stopping : () -> bool
        Whether the server has been told to stop.
    """

    def __init__(self, streams: int, lease_seconds: float, streams_per_address: int | None = None) -> None:
        self.turns = Turns()
        self.inferences = InferenceCache()
        self.lease_seconds = lease_seconds
        self.stopping: Callable[[], bool] = lambda: False
        self._free: SimpleQueue[None] = SimpleQueue()  # may be put into from a finalizer, unlike a semaphore
        for _ in range(streams):
            self._free.put(None)
        self._most = streams_per_address or streams
        self._given: SimpleQueue[str] = SimpleQueue()  # addresses whose places have come back
        self._held: Counter[str] = Counter()
        self._counting = threading.Lock()

    def place(self, address: str = "") -> Place:
        """A place for a stream to that client, or a `Problem` if all, or all of that address, are taken."""
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        with self._counting:
            with suppress(Empty):
                while True:
                    self._held[self._given.get_nowait()] -= 1
            self._held = +self._held  # forgets whom nothing is held by
            try:
                self._free.get_nowait()
            except Empty:
                detail = "Every place for training is taken just now. Try again soon."
                raise Problem(503, detail, headers=headers) from None
            if self._held[address] >= self._most:
                self._free.put(None)
                detail = f"Your network address may train {self._most} at a time, and does so now."
                raise Problem(429, detail, headers=headers)
            self._held[address] += 1

        def give_back(given: SimpleQueue[str] = self._given, free: SimpleQueue[None] = self._free) -> None:
            given.put(address)
            free.put(None)

        return Place(give_back)


def register(app: Flask) -> None:
    """Set up the worker's desk."""
    names = ("DESCENT_STREAMS", "DESCENT_LEASE_SECONDS", "DESCENT_STREAMS_PER_ADDRESS")
    app.extensions["desk"] = Desk(*(app.config[name] for name in names))


def desk() -> Desk:
    """The worker's desk."""
    found: Desk = current_app.extensions["desk"]
    return found
