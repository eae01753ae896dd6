"""gunicorn's threaded worker, with a thread for nobody who has not asked for something yet.

As it comes, a connection holds a thread from its first byte on, so a few hundred clients that send a byte now
and then hold all of them for ever. Here the main loop takes in what arrives, without waiting, and a thread
gets the request when all of it is there. Whoever takes too long over sending it is hung up on. What has been
prepared needs no thread at all.
"""

import errno
import re
import socket
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http.errors import (  # type: ignore[import-untyped]
    ExpectationFailed,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.util import write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from web.handout import TAKING_SECONDS, Handout
from web.problems import Problem

PATIENCE_SECONDS = 30.0
"""For a whole request: the largest, at 1 Mbit/s, takes 24 s."""
MOST_WAITING_BYTES = 64_000_000
"""Of all unfinished requests of a worker; then the one that has sent most is hung up on."""
ROOM = 10
"""Connections short of the most, from which on new ones take the place of idle ones."""
PIECE_BYTES = 65_536
PIECES_AT_ONCE = 16

FIELD = re.compile(rb"^(content-length|transfer-encoding|expect)[ \t]*:(.*)$", re.I | re.M)
STATUSES = {
    ExpectationFailed: 417,
    LimitRequestHeaders: 431,
    LimitRequestLine: 414,
    UnsupportedTransferCoding: 501,
}
SENTENCES = {
    400: "This is no HTTP request.",
    414: "The address is too long.",
    417: "The server does not meet that expectation.",
    431: "The request's headers are too long or too many.",
    501: "The server does not know that transfer coding.",
}


class Arrival:
    """What has arrived of a connection's next request, and until when the rest has to."""

    def __init__(self, data: bytearray | None = None) -> None:
        self.data = bytearray() if data is None else data
        self.deadline = time.monotonic() + PATIENCE_SECONDS
        self.needs: int | None = None  # bytes in all; unknown before the end of the headers
        self.wants_go_ahead = False

    def complete(self, longest_head: int, longest_body: int) -> bool:
        """Whether there is something to answer; `LimitRequestHeaders` if the headers never end."""
        if self.needs is None:
            end = self.data.find(b"\r\n\r\n", 0, longest_head + 4)
            if end < 0:
                if len(self.data) > longest_head:
                    raise LimitRequestHeaders("too long")
                return False
            fields = {name.lower(): value.strip() for name, value in FIELD.findall(self.data, 0, end)}
            length = fields.get(b"content-length", b"0")
            body = int(length) if length.isdigit() and len(length) < 10 else 0
            if b"transfer-encoding" in fields or body > longest_body:
                body = 0  # is refused without a look at it
            self.needs = end + 4 + body
            self.wants_go_ahead = b"expect" in fields and body > 0
        return len(self.data) >= self.needs


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker process. All but `handle` runs in its main thread."""

    arrivals: dict[TConn, Arrival]
    handout: Handout

    def init_process(self) -> None:
        """Begin."""
        self.arrivals = {}
        fields, size = self.cfg.limit_request_fields, self.cfg.limit_request_field_size
        self.longest_head = self.cfg.limit_request_line + fields * (size + 2) + 4
        super().init_process()

    def run(self) -> None:
        """The application is there: serve."""
        self.handout = Handout(self)
        super().run()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; when there is hardly room, in place of the one that is silent longest."""
        if self.nr_conns >= self.worker_connections - ROOM and self.pending_conns:
            self.hang_up(self.pending_conns[0])
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Take in what has arrived; a thread answers if that is all, else wait for more."""
        if self.cfg.is_ssl:  # only a thread can read it
            super().enqueue_req(conn)
            return
        if conn not in self.arrivals:
            self.arrivals[conn] = Arrival()
            if conn.parser is not None:  # the beginning may have come with the last request
                self.arrivals[conn].data += conn.parser.unreader.take_buffered()
        arrival = self.arrivals[conn]
        limits = self.longest_head, self.longest_body
        try:
            complete = arrival.complete(*limits)  # then the client waits with more, not the server's memory
            over = not complete and self.take_in(conn, arrival)
            complete = complete or over or arrival.complete(*limits)
        except LimitRequestHeaders as error:
            self.handle_error(None, conn.sock, conn.client, error)
            self.hang_up(conn)
            return
        if over and not arrival.data:  # nothing is asked for any more
            self.hang_up(conn)
        elif complete:
            del self.arrivals[conn]
            if not over and self.handout.begin(conn, arrival.data):
                return
            conn.init()
            conn.data_ready = True
            conn.parser.unreader.unread(bytes(arrival.data))
            super().enqueue_req(conn)
        elif time.monotonic() > arrival.deadline:
            self.hang_up(conn)
        else:
            if arrival.wants_go_ahead:
                arrival.wants_go_ahead = False
                with suppress(OSError):
                    conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wait_for_more(conn, arrival)

    def take_up(self, conn: TConn, data: bytearray) -> None:
        """Go on with a request whose beginning came with the one before."""
        self.arrivals[conn] = Arrival(data)
        self.enqueue_req(conn)

    @property
    def longest_body(self) -> int:
        """The application's."""
        longest: int = self.wsgi.config["MAX_CONTENT_LENGTH"]
        return longest

    @staticmethod
    def take_in(conn: TConn, arrival: Arrival) -> bool:
        """Take what is there, without waiting. Whether the client has finished or gone."""
        conn.sock.setblocking(False)
        try:
            for _ in range(PIECES_AT_ONCE):
                piece = conn.sock.recv(PIECE_BYTES)
                if not piece:
                    return True
                arrival.data += piece
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            return True
        return False

    def wait_for_more(self, conn: TConn, arrival: Arrival) -> None:
        """Come back to this connection when more has arrived."""
        conn.timeout = arrival.deadline
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, 1, partial(self.on_pending_socket_readable, conn))
        if sum(len(one.data) for one in self.arrivals.values()) > MOST_WAITING_BYTES:
            self.hang_up(max(self.pending_conns, key=lambda one: len(self.arrivals[one].data)))

    def hang_up(self, conn: TConn) -> None:
        """Give up a client that has not said what it wants."""
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        with suppress(ValueError):
            self.pending_conns.remove(conn)
        self.arrivals.pop(conn, None)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Hang up on all who have taken too long."""
        now = time.monotonic()
        for conn in [one for one in self.pending_conns if one.timeout < now]:
            self.hang_up(conn)
        self.handout.give_up(now)

    def handle(self, conn: TConn) -> Any:
        """Answer a request. If the connection is to be closed then, nothing more is expected on it."""
        result = super().handle(conn)
        if not result:  # else the main loop, which closes it, would wait for the client to do so first
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)
        return result

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer a request. Of a body that is refused nothing more is taken in."""
        fields = dict(req.headers)
        if "TRANSFER-ENCODING" in fields or int(fields.get("CONTENT-LENGTH", "0")) > self.longest_body:
            req.force_close()
        conn.sock.settimeout(TAKING_SECONDS)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "The client takes nothing.") from None

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what never gets as far as the application in the one shape of all errors."""
        status = STATUSES.get(type(exc), 400) if isinstance(exc, ParseException) else 500
        if status == 500:
            self.log.exception("A request failed.", exc_info=exc)
        else:
            self.log.warning("Invalid request: %s", SENTENCES[status])
        response = Problem(status, SENTENCES.get(status)).response()
        response.headers.update(self.wsgi.extensions["headers"])
        response.headers["Connection"] = "close"
        head = f"HTTP/1.1 {response.status}\r\n{response.headers}".encode("latin-1")
        with suppress(OSError):
            write_nonblock(client, head + response.get_data())
