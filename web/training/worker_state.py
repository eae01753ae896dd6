"""What the requests of one worker process share: the scheduler, slots for streams, news of the end."""

import math
import threading
from collections.abc import Callable
from weakref import WeakSet

from flask import Flask, current_app

from dl_core.frames import InferenceCache
from web.api.problems import Problem
from web.operation.routes import RETRY_AFTER_SECONDS
from web.training.scheduler import Scheduler


class StreamSlot:
    """The right to one stream. A slot that is forgotten, as its answer was never sent, is released as well.

    Attributes
    ----------
    address : str
        Of the client.
    n_bytes : float
        Memory that the stream keeps.
    """

    def __init__(self, address: str, n_bytes: float, release: Callable[["StreamSlot"], None]) -> None:
        self.address, self.n_bytes, self._release = address, n_bytes, release

    def release(self) -> None:
        """Give the right back; a second time does nothing."""
        self._release(self)


class WorkerState:
    """Shared by all requests of a worker.

    Attributes
    ----------
    scheduler : Scheduler
    inferences : InferenceCache
        What the streams' painters share; used in turns.
    lease_seconds : float
        The longest that a stream lasts.
    stopping : () -> bool
        Whether the server has been told to stop.
    """

    def __init__(
        self,
        streams: int,
        lease_seconds: float,
        streams_per_address: int | None = None,
        memory_bytes: float = math.inf,
    ) -> None:
        self.scheduler = Scheduler()
        self.inferences = InferenceCache()
        self.lease_seconds = lease_seconds
        self.stopping: Callable[[], bool] = lambda: False
        self._most, self._most_per_address = streams, streams_per_address or streams
        self._most_bytes = memory_bytes
        self._slots: WeakSet[StreamSlot] = WeakSet()
        self._guard = threading.Lock()

    def acquire_slot(self, address: str = "", n_bytes: float = 0.0) -> StreamSlot:
        """A slot for a stream to that client, or a `Problem` if there is none."""
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        with self._guard:
            if len(self._slots) >= self._most:
                detail = "Every place for training is taken just now. Try again soon."
                raise Problem(503, detail, headers=headers)
            if n_bytes + sum(slot.n_bytes for slot in self._slots) > self._most_bytes:
                detail = (
                    "The memory for training is all in use just now. Try again soon, or lower the batch size."
                )
                raise Problem(503, detail, headers=headers)
            if sum(slot.address == address for slot in self._slots) >= self._most_per_address:
                most = self._most_per_address
                detail = f"Your network address may train {most} at a time, and does so now."
                raise Problem(429, detail, headers=headers)
            slot = StreamSlot(address, n_bytes, self._release)
            self._slots.add(slot)
            return slot

    def _release(self, slot: StreamSlot) -> None:
        with self._guard:
            self._slots.discard(slot)


def register(app: Flask) -> None:
    """Create the worker's state."""
    limits = app.config
    app.extensions["worker_state"] = WorkerState(
        limits["DESCENT_STREAMS"],
        limits["DESCENT_LEASE_SECONDS"],
        limits["DESCENT_STREAMS_PER_ADDRESS"],
        limits["DESCENT_STREAMS_MEMORY_MB"] * 1e6,
    )


def worker_state() -> WorkerState:
    """The worker's."""
    state: WorkerState = current_app.extensions["worker_state"]
    return state
