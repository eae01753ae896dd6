"""Delivery: as fast as the client takes it, and no longer than it listens."""

import socket
from contextlib import suppress

import pytest
from serving import serving
from throttle import line as slow_line
from wire import streaming

from web import delivery
from web.delivery import PIECE_BYTES, Delivery


@pytest.fixture
def line():
    """Two ends of a connection: the server's, the client's."""
    ends = socket.socketpair()
    yield ends
    for end in ends:
        end.close()


@pytest.fixture
def impatient(monkeypatch):
    """Give up after two short looks."""
    monkeypatch.setattr(delivery, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.002)


def fill(end):
    """Send until the client's side takes no more."""
    end.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            end.send(bytes(65536))
    end.setblocking(True)


def drain(end):
    """Take all that has come; whether there will be more."""
    end.setblocking(False)
    try:
        while end.recv(1 << 20):
            pass
    except BlockingIOError:
        return True
    return False


def numbered(made):
    """Events without end; each is noted when it is made."""
    while True:
        made.append(len(made))
        yield b"event %d" % made[-1]


def never():
    return False


@pytest.mark.parametrize("size", [1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES - 1])
def test_a_large_event_goes_in_pieces(line, size):
    event = bytes(range(256)) * (size // 256 + 1)
    pieces = list(Delivery(line[0], never).pieces([event[:size], b"next"]))
    assert b"".join(pieces) == event[:size] + b"next"
    assert max(map(len, pieces)) <= PIECE_BYTES


def test_where_the_server_shows_no_socket_everything_goes(impatient):
    assert list(Delivery(None, never).pieces([b"one", b"two"])) == [b"one", b"two"]


def test_an_event_is_made_when_the_one_before_has_been_taken(line, impatient):
    made = []
    pieces = Delivery(line[0], never).pieces(numbered(made))
    assert next(pieces) == b"event 0"
    assert next(pieces) == b"event 1"
    fill(line[0])
    assert made == [0, 1]
    drain(line[1])
    assert next(pieces) == b"event 2"
    assert made == [0, 1, 2]


def test_a_client_that_takes_nothing_is_given_up(line, impatient):
    made = []
    pieces = Delivery(line[0], never).pieces(numbered(made))
    next(pieces)
    fill(line[0])
    assert list(pieces) == []
    assert made == [0]  # nothing was computed for nobody
    assert not drain(line[1])  # and the line is cut
    with pytest.raises(BrokenPipeError):
        line[0].send(b"more")


def test_a_client_that_stops_in_the_middle_of_an_event_is_given_up(line, impatient):
    pieces = Delivery(line[0], never).pieces([bytes(3 * PIECE_BYTES)])
    assert len(next(pieces)) == PIECE_BYTES
    fill(line[0])
    assert list(pieces) == []


def test_a_stopping_server_does_not_wait_for_a_client_that_takes_nothing(line, monkeypatch):
    monkeypatch.setattr(delivery, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 1e6)
    fill(line[0])
    assert list(Delivery(line[0], lambda: True).pieces([b"one"])) == []


def test_a_stopping_server_still_says_so_to_who_listens(line):
    assert list(Delivery(line[0], lambda: True).pieces([b"end"])) == [b"end"]


def test_hanging_up_lets_the_last_words_through(line):
    server, client = line
    server.send(b"end")
    Delivery(server, never).hang_up()
    assert client.recv(100) == b"end"
    assert server.recv(100) == b""  # without waiting for the client


def test_hanging_up_on_who_has_gone_does_nothing(line):
    line[1].close()
    Delivery(line[0], never).hang_up()
    line[0].close()


def test_a_slow_client_gets_fewer_frames_none_of_them_old():
    """Told to stop, the server says so at once: frames that still come before that had been on their way."""
    with serving() as server, slow_line(server.port) as slow:
        slow.rate = 100_000  # bytes a second, a quarter of what is asked for
        asked = {"frames_per_second": 30, "epochs_per_second": 10}
        with streaming(slow, **asked) as stream:
            for _ in range(12):
                stream.until("frame")
            server.process.terminate()
            rest = list(stream)
    assert rest[-1][1]["reason"] == "server_stopping"
    assert sum(name == "frame" for name, _ in rest) <= 6
