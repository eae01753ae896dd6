"""The real server among clients that mean harm, or know no better: nobody else notices."""

import json
import re
import resource
import socket
import urllib.request
from contextlib import ExitStack, contextmanager, suppress

import pytest
from schema import require
from serving import serving
from wire import strict_json, train

from web.page.headers import headers

FEW_PLACES = {"DESCENT_STREAMS": "4", "LOG_LEVEL": "error"}
HEAD = "POST /api/data HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def small():
    """A server with few slots for streams."""
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
    """Status and problem of a raw answer, after a look at its shape. There is one answer."""
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"gunicorn" not in answer
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
        for _ in range(100):
            lines.enter_context(connect(small)).sendall(beginning.encode())
        serves(small)


def test_clients_that_send_a_byte_at_a_time_hold_nobody_up(small):
    whole = f"{HEAD}Content-Length: 2\r\n\r\n{{}}".encode()
    with ExitStack() as stack:
        lines = [stack.enter_context(connect(small)) for _ in range(60)]
        for i, byte in enumerate(whole):
            for line in lines:
                line.send(bytes([byte]))
            if i % 40 == 0:
                serves(small)
        for line in lines:  # and in the end they are served as well
            assert line.recv(12) == b"HTTP/1.1 200"


@contextmanager
def many_files(n):
    """So many may be open in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < n:
        pytest.skip("this machine lets a process open too few files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, n) if soft >= 0 else soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("beginning", ["nothing", "half a head", "half a body"])
def test_more_silent_connections_than_a_worker_has_room_for_hold_nobody_up(small, beginning):
    with many_files(2000):
        with ExitStack() as stack:
            for _ in range(1200):
                stack.enter_context(connect(small)).sendall(BEGINNINGS[beginning].encode())
            serves(small)
        serves(small)


def test_bodies_that_come_byte_by_byte_hold_nobody_up(small):
    """Their sockets are ready in every round of the event loop, and some are closed in the same round."""
    head = f"{HEAD}Content-Length: 100000\r\n\r\n".encode()
    with many_files(2000), ExitStack() as stack:
        lines = [stack.enter_context(connect(small)) for _ in range(1100)]
        for line in lines:
            line.sendall(head)
        for _ in range(5):
            for line in lines:
                with suppress(OSError):  # it had to make room
                    line.send(b"x")
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


def plotly_of(server):
    """Address of the largest file."""
    with urllib.request.urlopen(server.url) as answer:
        return re.findall(r'href="\.?([^"]*plotly\.min\.js)"', answer.read().decode())[0]


def slow_reader(server, stack, text):
    """A connection that asks and takes hardly anything."""
    line = stack.enter_context(socket.socket())
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", server.port))
    line.settimeout(20)
    line.sendall(text.encode())
    return line


def test_clients_that_do_not_take_their_answers_hold_nobody_up(small):
    plotly = plotly_of(small)
    with ExitStack() as stack:
        for _ in range(100):
            slow_reader(small, stack, f"GET {plotly} HTTP/1.1\r\nHost: here\r\n\r\n")
        serves(small)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ("no request\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: here\r\nContent-Length: -1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: here\r\n a folded line\r\n\r\n", 400),
        (f"GET /{'x' * 5000} HTTP/1.1\r\nHost: here\r\n\r\n", 414),
        (f"GET /{'x' * 300_000}", 414),
        ("GET / HTTP/1.1\r\nX: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\nHost: here\r\nX: {'x' * 300_000}", 431),
        (f"GET / HTTP/1.1\r\nHost: here\r\nX: {'x' * 5000}\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: here\r\n" + 99 * "X: y\r\n" + "\r\n", 431),
        (f"GET / HTTP/1.1\r\nHost: here\r\nExpect: x{' ' * 200_000}y\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: here\r\nExpect: miracles\r\n\r\n", 417),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n", 411),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n", 411),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\nno chunk\r\n", 411),
        (f"{HEAD}Transfer-Encoding: secret\r\n\r\n", 501),
        (f"{HEAD}Content-Length: 3000001\r\n\r\n{'x' * 900_000}", 413),
        (f"{HEAD}Content-Length: 3000001\r\n\r\n", 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_refused_before_it_is_read_has_the_one_shape(small, request_, status):
    assert problem(exchange(small, request_.encode())) == status


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_compressed_requests_are_refused_and_never_inflated(client, coding):
    import gzip

    body = gzip.compress(json.dumps({"config": {}, "x": "0" * 10_000_000}).encode())
    headers = {"Content-Encoding": coding}
    with client.post("/api/data", data=body, content_type="application/json", headers=headers) as answer:
        assert answer.status_code == 415
        assert answer.json["detail"] == "The request must not be compressed."
        require("Problem", answer.json)


def test_leading_noughts_of_a_length_hold_nobody_up(small):
    with ExitStack() as lines:
        for _ in range(90):
            lines.enter_context(connect(small)).sendall(
                f"{HEAD}Content-Length: {'0' * 50}20\r\n\r\n{{".encode()
            )
        serves(small)
    answer = exchange(small, f"{HEAD}Connection: close\r\nContent-Length: {'0' * 50}2\r\n\r\n{{}}".encode())
    assert answer.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "field", ["SCRIPT_NAME: /x", "Script-Name: /x", "PATH_INFO: /x", "X-Forwarded-Prefix: /x"]
)
def test_a_client_does_not_say_where_the_application_is(small, field):
    answer = exchange(
        small, f"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{field}\r\n\r\n".encode()
    )
    assert answer.startswith(b"HTTP/1.1 200 OK")


def test_answers_do_not_name_the_software(small):
    answer = exchange(small, b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert b"gunicorn" not in answer.partition(b"\r\n\r\n")[0].lower()
