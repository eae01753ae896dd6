"""The loop that plays all streams: in turn, when they are due, as fast as their clients take them."""

import logging
import socket
import time
from contextlib import suppress

import pytest
from serving import eventually, serving
from throttle import line as slow_line
from wire import streaming

from web.training import loop as playing
from web.training.loop import Line, Loop, Player
from web.training.scheduler import Turns


class Counted:
    """An account that knows how much there was."""

    def __init__(self):
        self.sent = 0

    def count(self, events):
        self.sent += len(events)


class Script:
    """A stream whose events are given; each may come after a while."""

    def __init__(self, events, after=0.0):
        self.given, self.after = events, after
        self.due = time.monotonic()
        self.crowded = False
        self.asked = []  # when

    def events(self):
        for event in self.given:
            self.asked.append(time.monotonic())
            if callable(event):
                event()
            self.due = time.monotonic() + self.after
            yield event if isinstance(event, bytes) else b""


class Stage:
    """A loop, and both ends of a connection for each stream that it plays."""

    def __init__(self):
        self.stops = False
        self.turns = Turns()
        self.loop = Loop(self.turns, lambda: self.stops, logging.getLogger("stage"))
        self.loop.start()
        self.left, self.ends = [], []

    def play(self, script, chunked=False, full=False):
        """The client's end."""
        server, client = socket.socketpair()
        self.ends += [server, client]
        if full:
            fill(server)
        client.settimeout(5)

        def leave():
            self.left.append(script)
            server.shutdown(socket.SHUT_RDWR)

        self.loop.play(Player(script, Counted(), Line(server, chunked), leave))
        return client


@pytest.fixture
def stage():
    made = Stage()
    yield made
    for end in made.ends:
        end.close()


def fill(end):
    """Send until the client's side takes no more."""
    end.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            end.send(bytes(65536))


def read(end):
    """All that comes until the end."""
    found = b""
    while piece := end.recv(1 << 20):
        found += piece
    return found


def test_events_arrive_in_order_and_the_stream_is_over(stage):
    script = Script([b"one ", b"", b"two ", b"three"])
    assert read(stage.play(script)) == b"one two three"
    assert stage.left == [script]


def test_events_go_in_chunks_where_the_client_knows_them(stage):
    assert read(stage.play(Script([b"one", b"", bytes(20)]), chunked=True)) == (
        b"3\r\none\r\n14\r\n" + bytes(20) + b"\r\n0\r\n\r\n"
    )


def test_an_event_larger_than_the_client_takes_at_once_arrives_whole(stage):
    event = bytes(range(256)) * 20_000
    assert read(stage.play(Script([event, b"end"]))) == event + b"end"


def test_a_stream_goes_on_when_it_is_due(stage):
    script = Script([b"."] * 4, after=0.05)
    read(stage.play(script))
    gaps = [after - before for before, after in zip(script.asked, script.asked[1:], strict=False)]
    assert min(gaps) >= 0.05


def test_who_is_due_first_goes_first(stage):
    order = []
    late = Script([lambda: order.append("late")])
    early = Script([lambda: order.append("early")])
    early.due -= 1
    with stage.turns.turn():
        stage.play(Script([b"first in line"]))  # the loop waits for its turn
        eventually(lambda: stage.turns.waiting)
        stage.play(late)
        stage.play(early)
    eventually(lambda: len(order) == 2)
    assert order == ["early", "late"]


def test_streams_that_never_wait_take_turns(stage):
    order = []
    scripts = [Script([lambda i=i: order.append(i)] * 50) for i in range(3)]
    with stage.turns.turn():
        for script in scripts:
            stage.play(script)
    eventually(lambda: len(stage.left) == 3)
    assert all(sorted(order[i : i + 3]) == [0, 1, 2] for i in range(30, 120, 3))
    assert all(script.crowded for script in scripts[:2])


def test_a_stream_alone_is_not_crowded(stage):
    script = Script([b"."] * 3)
    read(stage.play(script))
    assert not script.crowded


def test_no_event_is_made_for_a_client_that_does_not_take_the_last(stage):
    script = Script([b"one", b"two"])
    client = stage.play(script, full=True)
    other = Script([b"."] * 3, after=0.02)
    read(stage.play(other))  # nobody else waits for it
    assert script.asked == []
    assert read(client).endswith(b"onetwo")


def test_a_client_that_takes_nothing_is_given_up(stage, monkeypatch):
    monkeypatch.setattr(playing, "PATIENCE_SECONDS", 0.0)
    script = Script([bytes(1 << 24), b"more"])
    stage.play(script)
    eventually(lambda: stage.left == [script])
    assert len(script.asked) == 1


def test_who_takes_a_little_now_and_then_is_not_given_up(stage, monkeypatch):
    monkeypatch.setattr(playing, "PATIENCE_SECONDS", 1.5)
    monkeypatch.setattr(playing, "LONGEST_WAIT_SECONDS", 0.05)
    client = stage.play(Script([bytes(1 << 21), b"end"]))
    taken = 0
    for _ in range(7):
        time.sleep(0.25)
        taken += len(client.recv(1 << 18))
    assert stage.left == []
    assert taken + len(read(client)) == (1 << 21) + 3


def test_a_client_that_has_left_ends_its_stream_alone(stage):
    endless = Script([b"."] * 1_000_000, after=0.001)
    other = Script([b"."] * 1_000_000, after=0.001)
    client, stays = stage.play(endless), stage.play(other)
    client.recv(1)
    client.close()
    eventually(lambda: stage.left == [endless])
    assert stays.recv(1) == b"."


def test_a_stream_that_fails_ends_alone_and_the_log_says_why(stage, caplog):
    def fail():
        raise ArithmeticError("broken")

    other = Script([b"."] * 1_000_000, after=0.001)
    stays = stage.play(other)
    broken = Script([b"one", fail])
    assert read(stage.play(broken)) == b"one"
    assert stage.left == [broken]
    assert "broken" in caplog.text
    assert stays.recv(1) == b"."
    with stage.turns.turn():  # nobody holds it
        pass


def test_when_the_server_stops_streams_go_on_at_once_to_say_so(stage):
    script = Script([b"one", b"end"], after=1e6)
    client = stage.play(script)
    assert client.recv(10) == b"one"
    stage.stops = True
    assert read(client) == b"end"


def test_a_stopping_server_does_not_wait_for_a_client_that_takes_nothing(stage):
    script = Script([b"one"])
    stage.play(script, full=True)
    eventually(lambda: stage.loop._full)
    assert stage.left == []
    stage.stops = True
    eventually(lambda: stage.left == [script])


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
