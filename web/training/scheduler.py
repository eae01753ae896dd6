"""One thread computes at a time; the others wait in line, first come, first served.

Threads that compute together lose half of the process to the interpreter lock, and one busy thread can slow
another a hundredfold. A plain lock would not do: whoever releases it may take it again at once, for ever.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is handed on in the order of asking."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._line: deque[threading.Lock] = deque()  # a closed gate for each who waits

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this thread's turn; hold it for the block."""
        gate = threading.Lock()
        gate.acquire()
        with self._guard:
            if self._taken:
                self._line.append(gate)
            else:
                self._taken = True
                gate.release()
        gate.acquire()  # opened by the one ahead
        try:
            yield
        finally:
            with self._guard:
                if self._line:
                    self._line.popleft().release()
                else:
                    self._taken = False

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._line)
