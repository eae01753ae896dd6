"""One thread or greenlet computes at a time; the next turn goes to whoever has used the least computing time.

So whoever trains a small network at a gentle pace is not kept waiting by those who take all that they can.
Operating systems share a processor in this way (virtual runtime), not first come, first served.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from itertools import count


class Task:
    """Something that takes turns.

    Attributes
    ----------
    used : float
        Its computing time in seconds, moved forward over its pauses.
    turn_seconds : float
        What its last turn took.
    """

    used = turn_seconds = 0.0


class Scheduler:
    """A fair lock.

    A task that comes anew, or back after a pause, begins where the one that computes now began: pausing earns
    nothing. What counts is the time used by the end of the next turn, if that takes as long as the last: a
    short turn does not wait for one of everybody who takes long ones (weighted fair queueing).

    Parameters
    ----------
    call_soon : (function) -> object
        Calls the function that begins the next turn. That of an event loop looks at the sockets before.
    clock : () -> float
        Computing time of the calling thread, in seconds.

    Attributes
    ----------
    busy : bool
        Whether somebody has, or soon has, the turn.
    """

    def __init__(
        self,
        call_soon: Callable[[Callable[[], None]], object] = lambda function: function(),
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.call_soon, self._clock = call_soon, clock
        self._guard = threading.Lock()
        self.busy = False
        self._started_at = 0.0  # used time at which the present turn began, and at which newcomers begin
        self._numbers = count()
        self._queue: list[tuple[float, int, Task, threading.Lock]] = []  # a heap; who waits for which gate

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._queue)

    @contextmanager
    def turn(self, task: Task | None = None) -> Iterator[None]:
        """Wait for a turn and hold it for the block; without a task, it is the only one that is asked for."""
        once, task = task is None, task or Task()
        gate = threading.Lock()
        gate.acquire()
        with self._guard:
            task.used = max(task.used, self._started_at)
            entry = (task.used + task.turn_seconds, next(self._numbers), task, gate)
            heappush(self._queue, entry)
            first, self.busy = not self.busy, True
        if first:
            self.call_soon(self._begin_next)
        begun = False
        try:
            gate.acquire()
            begun, began = True, self._clock()
            try:
                yield
            finally:
                task.turn_seconds = self._clock() - began
                task.used += task.turn_seconds
                if once:  # else an endless row of newcomers would go before everybody else
                    self._started_at += task.turn_seconds / (1 + self.waiting)
        finally:
            if begun or not self._leave(entry):
                self.call_soon(self._begin_next)

    def _leave(self, entry: tuple[float, int, Task, threading.Lock]) -> bool:
        """Take out whoever was interrupted while it waited. Whether it still did."""
        with self._guard:
            waits = entry in self._queue
            if waits:
                self._queue.remove(entry)
                heapify(self._queue)
        return waits

    def _begin_next(self) -> None:
        with self._guard:
            self.busy = bool(self._queue)
            if self.busy:
                _, _, task, gate = heappop(self._queue)
                self._started_at = max(self._started_at, task.used)
                gate.release()
