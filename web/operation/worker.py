"""gunicorn's threaded worker, with a thread for nobody who has not asked for something yet.

As it comes, a connection holds a thread from its first byte on, so a few hundred clients that send a byte now
and then hold all of them for ever. Here the main loop takes in what arrives, without waiting, and a thread
gets the request when all of it is there. Whoever takes too long over sending it is hung up on. What has been
prepared needs no thread at all, and a stream leaves its thread as soon as it has begun.
"""

import errno
import socket
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http import wsgi  # type: ignore[import-untyped]
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    ExpectationFailed,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.util import write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from web.api.problems import Problem
from web.operation.arrival import Arrival
from web.page.handout import TAKING_SECONDS, Handout
from web.training.loop import Line, Loop, Player
from web.training.train import PLAYING

MOST_WAITING_BYTES = 64_000_000
"""Of all unfinished requests of a worker; then the one that has sent most is hung up on."""
ROOM = 10
"""Connections short of the most, from which on new ones take the place of idle ones."""

CLEARLY_AHEAD = 2
HEAD_START_SECONDS = 0.005
TRAIN = "/api/train"
PLAYED = object()
"""Instead of whether a connection may be kept: it is the loop's now."""

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
        self.loop = Loop(self.wsgi.extensions["desk"].turns, lambda: not self.alive, self.log)
        self.loop.start()
        super().run()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; when there is hardly room, in place of the one that is silent longest.

        A worker with more streams than another lets that one go first.
        """
        if self.wsgi.extensions["metrics"].ahead >= CLEARLY_AHEAD:
            time.sleep(HEAD_START_SECONDS)
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
            over = not complete and arrival.take_in(conn.sock)
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
        if not result:
            stop_listening(conn)
        return result

    def _keepalive_after(self, conn: TConn, keepalive: Any) -> Any:
        return keepalive if keepalive is PLAYED else super()._keepalive_after(conn, keepalive)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """The answer is complete, or will be the loop's."""
        if fs.cancelled() or fs.exception() or fs.result() is not PLAYED:
            super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer a request. Of a body that is refused nothing more is taken in."""
        fields = dict(req.headers)
        if "TRANSFER-ENCODING" in fields or int(fields.get("CONTENT-LENGTH", "0")) > self.longest_body:
            req.force_close()
        conn.sock.settimeout(TAKING_SECONDS)
        try:
            return self.begin(req, conn) if req.path == TRAIN else super().handle_request(req, conn)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "The client takes nothing.") from None

    def begin(self, req: Any, conn: TConn) -> Any:
        """Ask the application for a stream and hand it to the loop; or pass on why there is none."""
        response, environ = wsgi.create(req, conn.sock, conn.client, conn.server, self.cfg)
        environ["wsgi.multithread"] = True
        response.force_close()  # whoever asks again, or is sent away, may reach another worker
        answer = self.wsgi(environ, response.start_response)
        try:
            if PLAYING in environ:
                response.send_headers()
            else:
                for piece in answer:
                    response.write(piece)
                response.close()
        except BaseException:
            answer.close()
            raise
        if PLAYING not in environ:
            answer.close()
            return False
        stream, account = environ[PLAYING]
        line = Line(conn.sock, response.chunked)
        self.loop.play(Player(stream, account, line, partial(self.end, conn, answer)))
        return PLAYED

    def end(self, conn: TConn, answer: Any) -> None:
        """A stream is over."""
        try:
            answer.close()
        finally:
            stop_listening(conn)
            self.method_queue.defer(self.close, conn)

    def close(self, conn: TConn) -> None:
        """Close a connection, in the main thread."""
        self.nr_conns -= 1
        conn.close(graceful=True)

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


def stop_listening(conn: TConn) -> None:
    """Expect nothing more of a client: closing would wait for the client to do so first."""
    with suppress(OSError):
        conn.sock.shutdown(socket.SHUT_RD)
