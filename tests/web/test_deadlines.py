"""Whoever is too slow is given up by the real server, and what was kept for them is given back."""

import json
import resource
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from serving import eventually, serving
from test_hostile import FEW_PLACES, HEAD, connect, exchange, plotly_of, problem, serves, slow_reader

IMPATIENT = """
from pathlib import Path

exec(Path("gunicorn.conf.py").read_text())

import web.training.train
import web.worker

keepalive = 2
web.worker.BODY_SECONDS = web.training.train.SENDING_SECONDS = 2.0
"""


@pytest.fixture(scope="module")
def impatient(tmp_path_factory):
    """A server that gives up after two seconds in place of ten and thirty."""
    file = tmp_path_factory.mktemp("impatient") / "gunicorn.conf.py"
    file.write_text(IMPATIENT)
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    with serving(gunicorn, "-c", str(file), settings=FEW_PLACES) as server:
        yield server


def gone(line):
    """Whether the server has closed the connection, after whatever else it sends."""
    with suppress(ConnectionResetError):
        while line.recv(1 << 16):
            pass
    return True


def trickle(lines, stop):
    """Send a byte on each, now and then, until told to stop."""
    while not stop.wait(0.2):
        for line in lines:
            with suppress(OSError):
                line.send(b"x")


def megabytes(server):
    """Memory of the server's processes."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    resident = [Path(f"/proc/{one}/statm").read_text().split()[1] for one in children]
    return sum(map(int, resident)) * resource.getpagesize() / 1e6


def test_those_who_are_too_slow_are_gone_in_the_end_and_so_is_what_they_sent(impatient):
    """Heads and bodies that trickle in, large bodies that stop short, answers that nobody takes."""
    serves(impatient)
    before = megabytes(impatient)
    plotly, stop = plotly_of(impatient), threading.Event()
    slow_head, slow_body = "GET / HTTP/1.1\r\nHost: here\r\nX: ", f"{HEAD}Content-Length: 2000000\r\n\r\n"
    ask = f"GET {plotly} HTTP/1.1\r\nHost: here\r\n\r\n"
    with ExitStack() as stack:
        lines = [stack.enter_context(connect(impatient)) for _ in range(120)]
        for i, line in enumerate(lines):
            line.sendall((slow_head if i % 2 else slow_body).encode())
        large = [stack.enter_context(connect(impatient)) for _ in range(60)]
        for line in large:
            with suppress(OSError):
                line.sendall(slow_body.encode() + b"x" * 1_900_000)
        unread = [slow_reader(impatient, stack, 50 * ask) for _ in range(40)]
        trickling = threading.Thread(target=trickle, args=(lines, stop))
        trickling.start()
        try:
            began = time.monotonic()
            serves(impatient)
            assert all(gone(line) for line in [*lines, *large])
            assert all(gone(line) for line in unread)
            assert time.monotonic() - began < 15
        finally:
            stop.set()
            trickling.join()
    serves(impatient)
    eventually(lambda: megabytes(impatient) < 1.3 * before)


def test_a_body_that_comes_too_late_is_told_so(impatient):
    answer = exchange(impatient, f"{HEAD}Content-Length: 20\r\n\r\n{{".encode())
    assert problem(answer) == 408


def test_a_stream_that_nobody_takes_gives_its_slot_back(impatient):
    body = json.dumps({"frames_per_second": 30, "resolution": 200})
    text = f"{HEAD.replace('/api/data', '/api/train')}Content-Length: {len(body)}\r\n\r\n{body}"
    with ExitStack() as stack:
        for _ in range(int(FEW_PLACES["DESCENT_STREAMS"])):
            slow_reader(impatient, stack, text)
        eventually(lambda: b"descent_streams_open 0.0" in metrics_of(impatient))


def metrics_of(server):
    """What Prometheus reads."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=20) as answer:
        return answer.read()
