"""The page's files from the real server: to the byte, in turn, to the slowest client, to the very end."""

import re
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from serving import eventually, serving


def connect(server, room=None):
    """A connection; `room` is how much the system takes for a client that does not read."""
    line = socket.socket()
    if room:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    line.settimeout(20)
    try:
        line.connect(("127.0.0.1", server.port))
    except OSError:
        line.close()
        raise
    return line


def request(path, *fields):
    """Its bytes."""
    return "".join(f"{line}\r\n" for line in (f"GET {path} HTTP/1.1", "Host: here", *fields, "")).encode()


def received(line):
    """What has come; at least a byte."""
    data = line.recv(1 << 20)
    assert data, "hung up on"
    return data


def answers(line, count):
    """So many answers, each with its head and body."""
    found, data = [], b""
    while len(found) < count:
        while b"\r\n\r\n" not in data:
            data += received(line)
        head, _, data = data.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        size = int(length[1]) if length else 0
        pieces, have = [data], len(data)
        while have < size:
            pieces.append(received(line))
            have += len(pieces[-1])
        data = b"".join(pieces)
        found.append((head + b"\r\n", data[:size]))
        data = data[size:]
    assert data == b""
    return found


def plotly(server):
    """The largest file's address."""
    with connect(server) as line:
        line.sendall(request("/"))
        ((_, page),) = answers(line, 1)
    return re.search(rb'href="\.([^"]*plotly\.min\.js)"', page)[1].decode()


@pytest.mark.parametrize("fields", [(), ("Accept-Encoding: gzip, br",), ("Connection: close",)])
def test_every_file_comes_whole_and_is_kept_by_its_tag(app, server, fields):
    paths = ("/", "/api/openapi.json", "/favicon.ico", *app.extensions["assets"].addresses())
    client = app.test_client()

    def ask(path, *more):
        lines.append(lines.pop() if lines else stack.enter_context(connect(server)))
        lines[-1].sendall(request(path, *fields, *more))
        ((head, body),) = answers(lines[-1], 1)
        if "Connection: close" in fields:
            assert lines.pop().recv(1) == b""
        return head, body

    with ExitStack() as stack:
        lines = []
        for path in paths:
            head, body = ask(path)
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert body == client.get(path, headers=[field.split(": ") for field in fields]).data
            (tag,) = re.findall(r"ETag: (.*)\r", head.decode())
            assert ask(path, f"If-None-Match: {tag}")[0].startswith(b"HTTP/1.1 304 ")


def test_requests_that_come_at_once_are_answered_in_turn(server):
    both = ["/api/datasets", "/healthz", "/", "/?x", "/api/openapi.json", "/favicon.ico"] * 20
    with connect(server) as line:
        line.sendall(b"".join(map(request, both)))
        found = answers(line, len(both))
    bodies = {}
    for name, (_, body) in zip(both, found, strict=True):
        assert bodies.setdefault(name, body) == body
    assert len(set(bodies.values())) == 5  # the page twice


def test_a_request_in_pieces_is_answered_when_all_of_it_is_there(server):
    whole = request("/api/datasets") * 2
    for cut in (1, len(whole) // 2 - 1, len(whole) // 2 + 9):
        with connect(server) as line:
            line.sendall(whole[:cut])
            time.sleep(0.02)
            line.sendall(whole[cut:])
            (first, second) = answers(line, 2)
        assert first[1] == second[1]


def test_a_client_that_reads_slowly_gets_all_of_it(server):
    path = plotly(server)
    with connect(server, room=4096) as slow, connect(server) as fast:
        slow.sendall(request(path) + request("/healthz"))
        fast.sendall(request(path))
        ((_, whole),) = answers(fast, 1)
        (first, second) = answers(slow, 2)
    assert first[1] == whole
    assert second[0].startswith(b"HTTP/1.1 200 ")


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system does not show threads")
def test_no_thread_waits_for_slow_readers():
    with serving() as server, ExitStack() as stack:
        path = plotly(server)
        (worker,) = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        threads = len(list(Path(f"/proc/{worker}/task").iterdir()))
        for _ in range(50):
            line = stack.enter_context(connect(server, room=4096))
            line.sendall(request(path))
            assert line.recv(100)
        assert len(list(Path(f"/proc/{worker}/task").iterdir())) == threads


def test_who_leaves_in_the_middle_is_forgotten(server):
    path = plotly(server)
    for _ in range(20):
        with connect(server, room=4096) as line:
            line.sendall(request(path))
            line.recv(1000)
    with connect(server) as line:
        line.sendall(request("/healthz"))
        assert answers(line, 1)
    assert "Traceback" not in server.log


def test_a_server_that_stops_finishes_what_is_under_way():
    with serving() as server:
        path = plotly(server)
        with connect(server, room=4096) as slow, connect(server) as idle:
            idle.sendall(request("/"))
            assert b"Connection: keep-alive" in answers(idle, 1)[0][0]
            slow.sendall(request(path))
            assert slow.recv(1000, socket.MSG_PEEK)
            server.process.send_signal(signal.SIGTERM)
            eventually(lambda: refuses(server))
            idle.sendall(request("/"))
            assert b"Connection: close" in answers(idle, 1)[0][0]
            assert idle.recv(1) == b""
            assert len(answers(slow, 1)[0][1]) > 1_000_000
        assert server.process.wait(20) == 0
        assert "Traceback" not in server.log


def test_a_server_that_is_told_to_start_anew_does():
    with serving(settings={"LOG_LEVEL": "info"}) as server:
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: server.log.count("Booting worker") == 2)
        eventually(lambda: server.log.count("Worker exiting") == 1)
        with connect(server) as line:
            line.sendall(request("/"))
            assert answers(line, 1)
        assert "Traceback" not in server.log


def refuses(server):
    """Whether nobody is accepted any more."""
    try:
        with connect(server) as line:
            line.settimeout(0.1)
            line.sendall(request("/"))
            return line.recv(1) == b""
    except OSError:
        return True
