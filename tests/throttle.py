"""A line that can be made slow: passes connections on to a server, what comes back no faster than told."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SMALL_BUFFER = 8192  # of the line itself: what it holds back stays where it came from
PIECE = 2048


class Line:
    """Passes on whatever is sent to `port`.

    Attributes
    ----------
    url : str
    rate : float or None
        Bytes a second towards the clients, all connections together; None for as fast as it goes.
    """

    def __init__(self, server_port: int) -> None:
        self.rate: float | None = None
        self._server_port = server_port
        self._turn = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._open, daemon=True).start()

    def close(self) -> None:
        """Take no more connections; those that are open end with their clients."""
        self._door.close()

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.socket()
                server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
                server.connect(("127.0.0.1", self._server_port))
                for ends in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket, slowly: bool) -> None:
        with suppress(OSError):
            while data := one.recv(PIECE):
                if slowly and self.rate is not None:
                    with self._turn:
                        time.sleep(len(data) / self.rate)
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def line(server_port: int) -> Iterator[Line]:
    """A line to a server, closed in the end."""
    opened = Line(server_port)
    try:
        yield opened
    finally:
        opened.close()
