"""Prepared answers leave from the worker's main loop: no thread waits for a client to take them.

What a client does not take at once is sent when it takes more. Who takes nothing for a while is hung up on.
"""

import socket
import time
from contextlib import suppress
from email.utils import formatdate
from functools import partial
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn  # type: ignore[import-untyped]

from web.operation.logs import REQUESTS
from web.page.prepared import Found, Prepared
from web.training.delivery import keep_little

TAKING_SECONDS = 10.0
"""For each piece of an answer; whoever does not take it is hung up on."""
MOST_UNSENT_BYTES = 65_536
"""Of a large answer, that the system keeps for a client; half as much has to be taken in that time."""
WRITABLE = 2  # as selectors.EVENT_WRITE


class Sending:
    """An answer on its way."""

    def __init__(self, found: Found, rest: bytearray, close: bool) -> None:
        self.answer, self.rest, self.close = found.answer, rest, close
        self.began = time.monotonic()
        self.deadline = self.began + TAKING_SECONDS
        self.waits = False
        self.left = [memoryview(found.answer.head(formatdate(usegmt=True), close))]
        if found.answer.body:
            self.left.append(memoryview(found.answer.body))

    def take(self, size: int) -> None:
        """So many bytes more have been taken."""
        while self.left and size >= len(self.left[0]):
            size -= len(self.left.pop(0))
        if size:
            self.left[0] = self.left[0][size:]
        self.deadline = time.monotonic() + TAKING_SECONDS


class Handout:
    """The prepared answers of a worker that are under way. All of it runs in the worker's main thread."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._prepared: Prepared = worker.wsgi.extensions["prepared"]
        self._under_way: dict[TConn, Sending] = {}
        cfg = worker.cfg  # what gunicorn would do beside answering is left to it
        self._off = bool(cfg.max_requests or cfg.proxy_protocol != "off" or worker.log.access_log_enabled)

    def begin(self, conn: TConn, data: bytearray) -> bool:
        """Answer the request that `data` begins with if its answer is prepared. Whether it is."""
        found = None if self._off else self._prepared.find(data)
        if found is None:
            return False
        worker = self._worker
        full = len(worker.keepalived_conns) >= worker.max_keepalived
        close = found.close or full or not worker.alive or not worker.cfg.keepalive
        del data[: found.size]
        self._under_way[conn] = Sending(found, data, close)
        conn.sock.setblocking(False)
        if len(found.answer.body) > MOST_UNSENT_BYTES:
            keep_little(conn.sock, MOST_UNSENT_BYTES)
        self.go_on(conn)
        return True

    def go_on(self, conn: TConn, _: Any = None) -> None:
        """Send what the client takes without waiting for it."""
        sending = self._under_way[conn]
        try:
            sending.take(conn.sock.sendmsg(sending.left))
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:  # the client has gone
            self.end(conn, hang_up=True)
            return
        if not sending.left:
            self.end(conn)
        elif not sending.waits:
            sending.waits = True
            self._worker.poller.register(conn.sock, WRITABLE, partial(self.go_on, conn))

    def end(self, conn: TConn, hang_up: bool = False) -> None:
        """Close the connection, or wait for the next request on it, which may be there already."""
        worker, sending = self._worker, self._under_way.pop(conn)
        if sending.waits:
            worker.poller.unregister(conn.sock)
        if worker.wsgi.config["ACCESS_LOG"]:
            self.write_line(sending)
        if hang_up or sending.close:
            worker.nr_conns -= 1
            with suppress(OSError):  # else closing would wait for the client to do so first
                conn.sock.shutdown(socket.SHUT_RD)
            conn.close(graceful=not hang_up)
        elif sending.rest:
            worker.method_queue.defer(worker.take_up, conn, sending.rest)  # the others' turn comes first
        else:
            conn.set_timeout()
            if not worker.alive:
                conn.timeout = min(conn.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
            worker.keepalived_conns.append(conn)
            worker.poller.register(conn.sock, 1, partial(worker.on_client_socket_readable, conn))

    def give_up(self, now: float) -> None:
        """Hang up on all who take nothing."""
        for conn in [conn for conn, sending in self._under_way.items() if sending.deadline < now]:
            self.end(conn, hang_up=True)

    @staticmethod
    def write_line(sending: Sending) -> None:
        """The request's line in the log, as the application writes it."""
        answer = sending.answer
        REQUESTS.info(
            {
                **{"method": "GET", "route": answer.route, "status": answer.status},
                "milliseconds": round(1000 * (time.monotonic() - sending.began), 1),
                "bytes": max(0, len(answer.body) - sum(map(len, sending.left))),
            }
        )
