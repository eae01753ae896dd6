"""gunicorn's gevent worker, with deadlines for what clients send and take, and errors in the one shape.

Every connection has a greenlet of its own. What is overridden here are public methods of gunicorn's workers.
"""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import gevent  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.util import close_graceful, write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.ggevent import GeventWorker  # type: ignore[import-untyped]
from werkzeug.exceptions import RequestTimeout

from web.api.problems import Problem
from web.training import train

BODY_SECONDS = 30.0
"""For a request's body: the largest, at 1 Mbit/s, takes 24 s. A head has gunicorn's `keepalive`."""
MOST_WAITING_BYTES = 64_000_000
"""Of all unfinished bodies of a worker; then the client that has sent most is hung up on."""
ROOM = 10
"""Connections short of the most, from which on a new one takes the place of the longest silent one."""
MOST_DRAINED_BYTES = 1_000_000

PROBLEMS = {
    errors.ExpectationFailed: (417, "The server does not meet that expectation."),
    errors.LimitRequestHeaders: (431, "The request's headers are too long or too many."),
    errors.LimitRequestLine: (414, "The address is too long."),
    errors.UnsupportedTransferCoding: (501, "The server does not know that transfer coding."),
}
NO_REQUEST = (400, "This is no HTTP request.")


class Body:
    """A request's body, to be read within `BODY_SECONDS`."""

    def __init__(self, worker: "Worker", request: Any, client: socket.socket) -> None:
        self._worker, self._request, self._body, self._client = worker, request, request.body, client
        self._deadline = time.monotonic() + BODY_SECONDS
        self._received = 0

    def read(self, size: int | None = None) -> bytes:
        """The next bytes, as many as that or all; 408 if they come too late."""
        try:
            with (
                gevent.Timeout(max(0.0, self._deadline - time.monotonic()), TimeoutError),
                self._worker.waiting_for(self._client, self._received),
            ):
                data: bytes = self._body.read(size)
        except OSError:  # too late, hung up on, or gone
            self._request.force_close()
            raise RequestTimeout from None
        self._received += len(data)
        return data


class Worker(GeventWorker):  # type: ignore[misc]
    """A worker process."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.n_connections = 0
        self.silent: dict[socket.socket, int] = {}
        """Connections of which more is expected, those that wait longest first, and how much has come."""

    def handle(self, listener: socket.socket, client: socket.socket, address: Any) -> None:
        """Serve a connection."""
        self.n_connections += 1
        if self.n_connections > self.worker_connections - ROOM and self.silent:
            self.hang_up(next(iter(self.silent)))
        gevent.getcurrent().client = client
        try:
            super().handle(listener, client, address)
        finally:
            self.n_connections -= 1

    @contextmanager
    def timeout_ctx(self) -> Iterator[None]:
        """The wait for a request's head."""
        with super().timeout_ctx(), suppress(OSError), self.waiting_for(gevent.getcurrent().client):
            yield

    @contextmanager
    def waiting_for(self, client: socket.socket, received: int = 0) -> Iterator[None]:
        """The wait for more of a client, which has sent that much of its request."""
        self.silent[client] = received
        if sum(self.silent.values()) > MOST_WAITING_BYTES:
            self.hang_up(max(self.silent, key=self.silent.__getitem__))
        try:
            yield
        finally:
            self.silent.pop(client, None)

    def hang_up(self, client: socket.socket) -> None:
        """Expect no more of a client, whose greenlet is woken by an `OSError`."""
        self.silent.pop(client, None)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RD)

    def handle_request(self, listener: Any, request: Any, client: socket.socket, address: Any) -> Any:
        """Answer a request. A client that does not take a piece of the answer in time is given up."""
        fields = dict(request.headers)
        if request.version >= (1, 1) and "HOST" not in fields:
            raise errors.InvalidHeader("HOST", req=request)
        refused = "TRANSFER-ENCODING" in fields
        refused |= int(fields.get("CONTENT-LENGTH", "0")) > self.wsgi.config["MAX_CONTENT_LENGTH"]
        if refused or request.path == train.PATH:  # whoever asks for a stream again may reach another worker
            request.force_close()
        body, request.body = request.body, Body(self, request, client)
        client.settimeout(train.SENDING_SECONDS)
        try:
            return super().handle_request(listener, request, client, address)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "The client takes nothing.") from None
        finally:
            request.body = body  # no cycle keeps what has come of it
            with suppress(OSError):
                client.settimeout(None)
            if refused:
                close_graceful(client, max_drain=MOST_DRAINED_BYTES)

    def handle_error(self, request: Any, client: socket.socket, address: Any, error: BaseException) -> None:
        """Answer what never gets as far as the application."""
        if not isinstance(error, Exception):  # the worker ends
            return
        if isinstance(error, errors.ParseException):
            status, detail = PROBLEMS.get(type(error), NO_REQUEST)
            self.log.warning("Invalid request: %s", detail)
        else:
            status, detail = 500, None
            self.log.exception("A request failed.", exc_info=error)
        response = Problem(status, detail).response()
        response.headers.update(self.wsgi.extensions["headers"])
        response.headers["Connection"] = "close"
        head = f"HTTP/1.1 {response.status}\r\n{response.headers}".encode("latin-1")
        with suppress(OSError):
            write_nonblock(client, head + response.get_data())
            close_graceful(client, max_drain=MOST_DRAINED_BYTES)
