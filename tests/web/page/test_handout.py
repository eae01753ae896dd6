"""Prepared answers on their way: nobody is waited for, connections are kept or closed as gunicorn would."""

import selectors
import socket
import time
from collections import deque
from types import SimpleNamespace

import pytest

from web.page.handout import TAKING_SECONDS, Handout
from web.page.prepared import Answer, Found

LARGE = 3_000_000


class Connection:
    """The server's side of a connection."""

    def __init__(self, sock):
        self.sock, self.closed, self.timeout = sock, None, None

    def set_timeout(self):
        self.timeout = time.monotonic() + 30

    def close(self, graceful=False):
        self.closed = "graceful" if graceful else "at once"
        self.sock.close()


class Loop:
    """A worker without a process, and its client."""

    def __init__(self, body=b"all of it", *, log=False, alive=True, kept=(), **cfg):
        self.alive, self.nr_conns, self.max_keepalived = alive, 1, 2
        self.keepalived_conns = deque(kept)
        self.poller = selectors.DefaultSelector()
        settings = {"max_requests": 0, "proxy_protocol": "off", "keepalive": 30}
        self.cfg = SimpleNamespace(**settings | cfg)
        self.log = SimpleNamespace(access_log_enabled=False)
        self.answer = Answer(200, b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", body, "/somewhere")
        prepared = SimpleNamespace(find=lambda data: Found(self.answer, len(data), False))
        self.wsgi = SimpleNamespace(extensions={"prepared": prepared}, config={"ACCESS_LOG": log})
        self.handout = Handout(self)
        self.client, sock = socket.socketpair()
        sock.setblocking(False)
        self.conn = Connection(sock)

    def on_client_socket_readable(self, conn, client):
        raise AssertionError("The client said nothing more.")

    def turn(self):
        """One round of the main loop; whether anything waited to be sent."""
        events = self.poller.select(0)
        for key, _ in events:
            key.data(key.fileobj)
        return bool(events)


@pytest.fixture
def loop(request):
    """Made with the settings of the test's mark."""
    made = Loop(**getattr(request, "param", {}))
    with made.client, made.conn.sock, made.poller:
        yield made


def test_a_connection_is_kept_when_all_has_been_taken(loop):
    assert loop.handout.begin(loop.conn, bytearray(b"asked"))
    assert loop.client.recv(1000).endswith(b"\r\nConnection: keep-alive\r\nX: y\r\n\r\nall of it")
    assert list(loop.keepalived_conns) == [loop.conn]
    assert (loop.conn.closed, loop.nr_conns) == (None, 1)
    assert loop.conn.timeout > time.monotonic() + 25


@pytest.mark.parametrize("loop", [{"alive": False}, {"kept": (1, 2)}, {"keepalive": 0}], indirect=True)
def test_a_connection_is_closed_when_none_can_be_kept(loop):
    assert loop.handout.begin(loop.conn, bytearray(b"asked"))
    assert b"\r\nConnection: close\r\n" in loop.client.recv(1000)
    assert (loop.conn.closed, loop.nr_conns) == ("graceful", 0)
    assert loop.conn not in loop.keepalived_conns


@pytest.mark.parametrize("loop", [{"max_requests": 5}, {"proxy_protocol": "v1"}], indirect=True)
def test_what_gunicorn_would_do_beside_is_left_to_it(loop):
    assert not loop.handout.begin(loop.conn, bytearray(b"asked"))


@pytest.mark.parametrize("loop", [{"body": b"x" * LARGE}], indirect=True)
def test_nobody_is_waited_for(loop):
    assert loop.handout.begin(loop.conn, bytearray(b"asked"))
    taken = 0
    while loop.conn not in loop.keepalived_conns:
        taken += len(loop.client.recv(1 << 20))
        loop.turn()
    loop.client.setblocking(False)
    while taken < LARGE:
        taken += len(loop.client.recv(1 << 20))
    assert loop.nr_conns == 1


@pytest.mark.parametrize("loop", [{"body": b"x" * LARGE}], indirect=True)
def test_who_takes_nothing_for_too_long_is_hung_up_on(loop):
    assert loop.handout.begin(loop.conn, bytearray(b"asked"))
    now = time.monotonic()
    loop.handout.give_up(now)
    assert loop.conn.closed is None
    loop.handout.give_up(now + TAKING_SECONDS + 1)
    assert (loop.conn.closed, loop.nr_conns) == ("at once", 0)
    assert not loop.poller.get_map()


@pytest.mark.parametrize(
    ("loop", "least", "most"),
    [
        ({"log": True}, 9, 9),
        ({"log": True, "body": b""}, 0, 0),
        ({"log": True, "body": b"x" * LARGE}, 1, LARGE - 1),
    ],
    indirect=["loop"],
)
def test_each_answer_is_a_line_in_the_log(loop, least, most, caplog):
    with caplog.at_level("INFO", "descent.requests"):
        assert loop.handout.begin(loop.conn, bytearray(b"asked"))
        loop.handout.give_up(time.monotonic() + TAKING_SECONDS + 1)
    (record,) = caplog.records
    assert record.msg.pop("milliseconds") >= 0
    assert least <= record.msg.pop("bytes") <= most
    assert record.msg == {"method": "GET", "route": "/somewhere", "status": 200}
