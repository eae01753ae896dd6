"""The real server among clients that mean harm, or know no better: nobody else notices."""

import json
import re
import resource
import selectors
import socket
import urllib.request
from collections import deque
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from schema import require
from serving import serving
from wire import strict_json, train

from web.operation.arrival import PATIENCE_SECONDS, Arrival
from web.operation.worker import HEAD_START_SECONDS, Worker
from web.page.headers import headers

FEW_PLACES = {"DESCENT_STREAMS": "4", "LOG_LEVEL": "error"}
THREADS = 32
HEAD = "POST /api/data HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def small():
    """A server with few threads."""
    with serving(settings=FEW_PLACES) as server:
        yield server


def connect(server):
    """A connection that has not said anything yet."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=20)


def exchange(server, data):
    """All that comes back, until the server closes, for what the client leaves open."""
    with connect(server) as line:
        line.sendall(data)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer


def problem(answer):
    """Status and problem of a raw answer, after a look at its shape."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *fields = head.decode().split("\r\n")
    found = dict(field.split(": ", 1) for field in fields)
    assert found["Content-Type"] == "application/problem+json"
    assert {name: found.get(name) for name in headers("")} == headers("")
    require("Problem", strict_json(body))
    return int(status.split(" ")[1])


def serves(server):
    """Fail unless a page and a run are served as if nothing were the matter."""
    for path in ("/", "/healthz"):
        with urllib.request.urlopen(server.url + path, timeout=20) as answer:
            assert answer.status == 200
    names = [name for name, _ in train(server, until={"epoch": 2})]
    assert names[0] == "start"
    assert names[-1] == "end"
    assert "Traceback" not in server.log


BEGINNINGS = {
    "nothing": "",
    "a byte": "G",
    "half a head": "GET / HTTP/1.1\r\nHost: here\r\nX-",
    "no body": f"{HEAD}Content-Length: 20\r\n\r\n",
    "half a body": f'{HEAD}Content-Length: 20\r\n\r\n{{"con',
    "no go-ahead": f"{HEAD}Content-Length: 20\r\nExpect: 100-continue\r\n\r\n",
    "a body that says no length": f"{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{{}}",
    "a body beyond all bounds": f"{HEAD}Content-Length: 99999999999\r\n\r\n{{",
    "a second request in part": "GET /healthz HTTP/1.1\r\nHost: here\r\n\r\nGET",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_clients_that_stop_in_the_middle_hold_nobody_up(small, beginning):
    with ExitStack() as lines:
        for _ in range(3 * THREADS):
            lines.enter_context(connect(small)).sendall(beginning.encode())
        serves(small)


def test_clients_that_send_a_byte_at_a_time_hold_nobody_up(small):
    whole = f"{HEAD}Content-Length: 2\r\n\r\n{{}}".encode()
    with ExitStack() as stack:
        lines = [stack.enter_context(connect(small)) for _ in range(2 * THREADS)]
        for i, byte in enumerate(whole):
            for line in lines:
                line.send(bytes([byte]))
            if i % 40 == 0:
                serves(small)
        for line in lines:  # and in the end they are served as well
            assert line.recv(12) == b"HTTP/1.1 200"


def test_a_thousand_idle_connections_hold_nobody_up(small):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2000:
        pytest.skip("this machine lets a process open too few files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000) if soft >= 0 else soft, hard))
    try:
        with ExitStack() as stack:
            for _ in range(1200):  # more than a worker has connections for
                stack.enter_context(connect(small))
            serves(small)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    serves(small)


def test_clients_that_never_close_do_not_make_the_server_wait(small):
    with ExitStack() as stack:
        for text in (
            "GET /healthz HTTP/1.0\r\n\r\n",
            "no request\r\n\r\n",
            "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        ):
            for _ in range(10):
                stack.enter_context(connect(small)).sendall(text.encode())
        serves(small)  # which fails if each takes two seconds of everybody's


@pytest.mark.parametrize("query", ["", "?x"], ids=["prepared", "not prepared"])
def test_clients_that_do_not_take_their_answers_hold_nobody_up_for_long(small, query):
    """What is not prepared holds a thread for as long as the server's patience: ten seconds."""
    with urllib.request.urlopen(small.url) as answer:
        (plotly,) = re.findall(r'href="([^"]*plotly\.min\.js)"', answer.read().decode())
    with ExitStack() as stack:
        for _ in range(THREADS):
            line = stack.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(("127.0.0.1", small.port))
            line.sendall(f"GET {plotly}{query} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        serves(small)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ("no request\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: here\r\nContent-Length: -1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: here\r\n a folded line\r\n\r\n", 400),
        (f"GET /{'x' * 5000} HTTP/1.1\r\nHost: here\r\n\r\n", 414),
        (f"GET /{'x' * 300_000}", 431),
        (f"GET / HTTP/1.1\r\nHost: here\r\nX: {'x' * 300_000}", 431),
        (f"GET / HTTP/1.1\r\nHost: here\r\nX: {'x' * 5000}\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: here\r\n" + 99 * "X: y\r\n" + "\r\n", 431),
        (f"GET / HTTP/1.1\r\nHost: here\r\nExpect: x{' ' * 200_000}y\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: here\r\nExpect: miracles\r\n\r\n", 417),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n", 411),
        (f"{HEAD}Content-Length: 3000001\r\n\r\n", 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_refused_before_it_is_read_has_the_one_shape(small, request_, status):
    assert problem(exchange(small, request_.encode())) == status


class Line:
    """A connection, for a worker without a process."""

    def __init__(self, sent, silent_for=0.0):
        self.arrival = Arrival()
        self.arrival.data += sent
        self.timeout = self.arrival.deadline - silent_for
        self.closed, self.sock, self.parser = False, None, None

    def close(self):
        self.closed = True


def worker_with(lines):
    """A worker that waits for more of each of them."""
    worker = Worker.__new__(Worker)
    worker.poller = selectors.DefaultSelector()
    worker.poller.register = worker.poller.unregister = lambda *_: None
    worker.arrivals = {line: line.arrival for line in lines}
    worker.pending_conns, worker.nr_conns = deque(lines), len(lines)
    worker.handout = SimpleNamespace(give_up=lambda now: None)
    worker.longest_head, worker.cfg = 1000, SimpleNamespace(is_ssl=False)
    worker.wsgi = SimpleNamespace(config={"MAX_CONTENT_LENGTH": 0})
    return worker


def test_who_takes_too_long_over_a_request_is_hung_up_on():
    slow, busy = Line(b"GET", silent_for=PATIENCE_SECONDS + 1), Line(b"GET")
    worker = worker_with([busy, slow])
    worker.murder_pending()
    assert (slow.closed, busy.closed) == (True, False)
    assert (list(worker.pending_conns), list(worker.arrivals), worker.nr_conns) == ([busy], [busy], 1)


def test_who_leaves_without_a_word_takes_no_thread():
    worker, line = worker_with([]), Line(b"")
    worker.nr_conns = 1
    client, line.sock = socket.socketpair()
    with line.sock:
        client.close()
        worker.enqueue_req(line)  # there are no threads
    assert (line.closed, worker.arrivals, worker.nr_conns) == (True, {}, 0)


def test_what_waits_in_memory_is_limited_and_who_sent_most_goes_first(monkeypatch):
    monkeypatch.setattr("web.operation.worker.MOST_WAITING_BYTES", 1000)
    small, large, new = Line(b"x" * 300), Line(b"x" * 600), Line(b"x" * 200)
    worker = worker_with([small, large])
    worker.arrivals[new] = new.arrival
    worker.wait_for_more(new, new.arrival)
    assert [line.closed for line in (small, large, new)] == [False, True, False]


@pytest.mark.parametrize(("ahead", "waits"), [(0, []), (1, []), (2, [HEAD_START_SECONDS])])
def test_a_worker_with_more_streams_than_another_lets_that_one_take_a_connection(monkeypatch, ahead, waits):
    done = []
    monkeypatch.setattr("web.operation.worker.time.sleep", done.append)
    monkeypatch.setattr("gunicorn.workers.gthread.ThreadWorker.accept", lambda *_: done.append("accepted"))
    worker = worker_with([])
    worker.wsgi = SimpleNamespace(extensions={"metrics": SimpleNamespace(ahead=ahead)})
    worker.worker_connections = 100
    worker.accept(None)
    assert done == [*waits, "accepted"]


def test_what_is_there_is_answered_before_more_is_taken_in():
    """Else whoever sends faster than he reads would fill the memory with requests."""
    one, seen = b"GET / HTTP/1.1\r\n\r\n", []
    worker = worker_with([])
    worker.handout = SimpleNamespace(begin=lambda _, data: seen.append(bytes(data)) or True)
    worker.take_up(Line(b""), bytearray(2 * one))  # a line that cannot be read from
    assert seen == [2 * one]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_compressed_requests_are_refused_and_never_inflated(client, coding):
    import gzip

    body = gzip.compress(json.dumps({"config": {}, "x": "0" * 10_000_000}).encode())
    headers = {"Content-Encoding": coding}
    with client.post("/api/data", data=body, content_type="application/json", headers=headers) as answer:
        assert answer.status_code == 415
        assert answer.json["detail"] == "The request must not be compressed."
        require("Problem", answer.json)
