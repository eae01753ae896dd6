"""Events leave no faster than the client takes them, so that none is old when it arrives.

Left alone, the system keeps minutes of frames for a slow client, and waits a quarter of an hour for one that
has gone without a word: a lid was closed, a cable pulled. Here the next event is made when the last has been
taken, and a client that takes nothing for a while is given up.
"""

import selectors
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from flask import request

MOST_UNSENT_BYTES = 32_768
PIECE_BYTES = MOST_UNSENT_BYTES // 2  # for so much there is room when the system says that there is any
PATIENCE_SECONDS = 10.0
LOOK_SECONDS = 0.25  # between two looks at whether the server is stopping

# poll knows no limit of 1024 open files, and needs none for itself as epoll does; Windows has only select.
Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class Delivery:
    """The way to one client; without a socket (the server does not show it) it always takes more."""

    def __init__(self, connection: socket.socket | None, stopping: Callable[[], bool]) -> None:
        self._connection, self._stopping = connection, stopping
        self._writable = Selector()
        if connection is not None:
            self._writable.register(connection, selectors.EVENT_WRITE)
            with suppress(AttributeError, OSError):  # not on Windows; not for every kind of socket
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, MOST_UNSENT_BYTES)

    def pieces(self, events: Iterable[bytes]) -> Iterator[bytes]:
        """The events, each asked for and handed on when the client takes more, until it has gone."""
        waiting = iter(events)
        while self.takes() and (event := next(waiting, None)) is not None:
            for start in range(0, len(event), PIECE_BYTES):
                if not self.takes():
                    return
                yield event[start : start + PIECE_BYTES]

    def takes(self) -> bool:
        """Wait until the client takes more. False, and the line is cut, if it does not for too long."""
        if self._connection is None:
            return True
        for _ in range(round(PATIENCE_SECONDS / LOOK_SECONDS)):
            if self._writable.select(LOOK_SECONDS):
                return True
            if self._stopping():
                break
        self.hang_up(socket.SHUT_RDWR)
        return False

    def hang_up(self, how: int = socket.SHUT_RD) -> None:
        """Expect nothing more from the client: the server then closes without waiting for it."""
        if self._connection is not None:
            with suppress(OSError):  # it may be gone already
                self._connection.shutdown(how)


def delivery(stopping: Callable[[], bool]) -> Delivery:
    """To whoever made this request; gunicorn and Flask's own server show the socket."""
    found = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    return Delivery(found, stopping)
