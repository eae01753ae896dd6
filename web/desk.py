"""What the requests of one worker process share: turns to compute, places for streams, news of the end."""

import weakref
from collections.abc import Callable
from queue import Empty, SimpleQueue

from flask import Flask, current_app

from web.problems import Problem
from web.turns import Turns

RETRY_AFTER_SECONDS = 2


class Place:
    """One stream's place. `leave` gives it back, once, however often and from wherever it is called.

    A place that is forgotten, because its answer never got as far as being sent, is given back as well.
    """

    def __init__(self, free: SimpleQueue[None]) -> None:
        self._give_back = weakref.finalize(self, free.put, None)
        self._give_back.atexit = False

    def leave(self) -> None:
        """Give it back, if it has not been yet."""
        self._give_back()


class Desk:
    """Shared by all requests of a worker.

    Attributes
    ----------
    turns : Turns
    lease_seconds : float
        The longest a stream lasts.
    stopping : () -> bool
        Whether the server has been told to stop.
    """

    def __init__(self, streams: int, lease_seconds: float) -> None:
        self.turns = Turns()
        self.lease_seconds = lease_seconds
        self.stopping: Callable[[], bool] = lambda: False
        self._free: SimpleQueue[None] = SimpleQueue()  # may be put into from a finalizer, unlike a semaphore
        for _ in range(streams):
            self._free.put(None)

    def place(self) -> Place:
        """A place for a stream, or a `Problem` if all are taken."""
        try:
            self._free.get_nowait()
        except Empty:
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            detail = "Every place for training is taken just now. Try again soon."
            raise Problem(503, detail, headers=headers) from None
        return Place(self._free)


def register(app: Flask) -> None:
    """Set up the worker's desk."""
    app.extensions["desk"] = Desk(app.config["DESCENT_STREAMS"], app.config["DESCENT_LEASE_SECONDS"])


def desk() -> Desk:
    """The worker's desk."""
    found: Desk = current_app.extensions["desk"]
    return found
