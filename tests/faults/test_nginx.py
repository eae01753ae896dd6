"""A real nginx with the shipped configuration in front of real servers."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from nginx import needed, nginx
from serving import ROOT, serving
from soak import undisturbed
from student import Student
from wire import named, streaming, train

from web.api.problems import Problem

pytestmark = needed

CONFIG = {"data": {"name": "spiral"}, "training": {"optimizer": {"name": "adam"}}}
FOR_EVER = {"views": ["weights"], "frames_per_second": 30}


@pytest.fixture(scope="module")
def front(server):
    """nginx before the server for all tests."""
    with nginx(server.port) as running:
        yield running


def status(port, path, body=None):
    """Status and body of an answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("POST" if body else "GET", path, body, {"Content-Type": "application/json"})
        with connection.getresponse() as answer:
            return answer.status, answer.read()


def test_the_page_and_its_files_come_through(front, server):
    page = status(front.port, "/")
    assert page == status(server.port, "/")
    script = re.search(r'src="([^"]+main\.js)"', page[1].decode())[1]
    assert status(front.port, f"/{script.lstrip('./')}")[0] == 200


def test_the_pages_files_are_kept_so_that_a_class_asks_a_server_once():
    with serving() as server, nginx(server.port) as front:
        script = re.search(r'src="\.?/?([^"]+main\.js)"', status(front.port, "/")[1].decode())[1]
        kept = status(front.port, f"/{script}")
        assert kept[0] == 200
        server.stop()
        assert status(front.port, f"/{script}") == kept
        assert status(front.port, "/")[0] == 502


def test_events_come_through_while_training_goes_on(front):
    with streaming(front, **FOR_EVER) as stream:
        steps = [stream.until("frame")["step"] for _ in range(4)]
    assert steps == sorted(set(steps))


def test_an_nginx_that_buffers_is_told_not_to(server):
    """As most are set up."""
    with nginx(server.port, changes={"proxy_buffering off;": "proxy_buffering on;"}) as front:
        with streaming(front, **FOR_EVER) as stream:
            assert stream.until("frame")["step"] == 0
            assert stream.until("frame")["step"] > 0
        slow = {"frames_per_second": 1, "epochs_per_second": 1, "views": []}
        with streaming(front, **slow) as stream:  # would stay in a buffer for long
            steps = [stream.until("frame")["step"] for _ in range(3)]
        assert 0 < steps[-1] < 200


@pytest.mark.parametrize("size", [1_500_000, 3_000_001, 20_000_000])
def test_what_is_too_large_is_refused_in_the_servers_words(front, size):
    code, body = status(front.port, "/api/train", b'{"config": "' + b"x" * size + b'"}')
    assert code == 413
    assert json.loads(body) == Problem(413).response().json


def test_the_counts_are_not_for_everybody(front, server):
    assert status(front.port, "/metrics")[0] == 404
    assert status(server.port, "/metrics")[0] == 200


def test_a_run_goes_on_wherever_nginx_sends_it(server):
    with serving() as other, nginx(server.port, other.port) as front:
        checkpoint, quiet = None, {"config": CONFIG, "views": []}
        for _ in range(4):
            with streaming(front, **quiet, checkpoint=checkpoint, epochs_per_second=2) as one:
                checkpoint = one.until("checkpoint")
        last = train(front, **quiet, checkpoint=checkpoint, until={"step": 800})
        assert named("checkpoint", last)[-1] == undisturbed(CONFIG, 800)


def test_a_full_server_is_passed_over_and_if_all_are_full_the_answer_says_so():
    settings = {"DESCENT_STREAMS": "1"}
    with (
        serving(settings=settings) as one,
        serving(settings=settings) as two,
        nginx(one.port, two.port) as front,
        streaming(front, **FOR_EVER) as first,
        streaming(front, **FOR_EVER) as second,
        streaming(front, **FOR_EVER) as third,
    ):
        assert (first.status, second.status, third.status) == (200, 200, 503)
        assert third.answer.getheader("Retry-After")
        assert json.loads(third.answer.read())["status"] == 503


def test_a_server_that_is_gone_is_passed_over():
    with serving() as one, serving() as two, nginx(one.port, two.port) as front:
        one.process.send_signal(signal.SIGKILL)
        one.process.wait(20)
        for _ in range(6):
            assert train(front, until={"step": 1})[-1][1]["reason"] == "until"


def test_an_update_server_by_server_is_noticed_by_nobody(server):
    """The new server is there, nginx reloads, the old one stops."""

    async def lesson(front, old):
        student = Student(front.port, CONFIG, pace=4)
        run = asyncio.ensure_future(student.train(2000))
        while not student.step:
            await asyncio.sleep(0.01)
        front.reload(server.port)
        old.process.terminate()
        student.pace = None
        assert await run == undisturbed(CONFIG, 2000)
        return student

    with serving() as old, nginx(old.port) as front:
        student = asyncio.run(lesson(front, old))
        assert old.process.wait(20) == 0
    assert set(student.fared) == {"server_stopping", "until"}


def test_what_only_nginx_holds_off_leaves_the_server_to_others():
    """Heads and bodies that trickle in, files that nobody takes: nearly all that a worker has room for."""
    with (
        serving(settings={"DESCENT_STREAMS": "4"}) as server,
        nginx(server.port) as front,
        ExitStack() as stack,
    ):
        script = re.search(r'src="\.?/?([^"]+main\.js)"', status(front.port, "/")[1].decode())[1]
        plotly = re.sub("js/main.js", "plotly.min.js", script)
        post = "POST /api/data HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        beginnings = [
            "GET / HTTP/1.1\r\nHost: here\r\nX-",
            f"{post}Content-Length: 2000\r\n\r\n{{",
            f"GET /{plotly} HTTP/1.1\r\nHost: here\r\n\r\n" * 3,
        ]
        for i in range(900):
            line = stack.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(("127.0.0.1", front.port))
            line.sendall(beginnings[i % 3].encode())
        assert status(front.port, "/")[0] == 200
        assert train(front, until={"step": 5})[-1][1]["reason"] == "until"
        assert connections(server) < 50


def connections(server):
    """How many connections the server's workers hold."""
    (worker,) = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    links = []
    for file in Path(f"/proc/{worker}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            links.append(os.readlink(file))
    return sum(link.startswith("socket:") for link in links)


def test_the_documented_settings_are_the_shipped_ones():
    """docs/operators.md shows what is in the file."""
    shipped = " ".join((ROOT / "deploy" / "nginx.conf").read_text().split())
    docs = (ROOT / "docs" / "operators.md").read_text()
    (shown,) = re.findall(r"```nginx\n# before every server\n(.*?)```", docs, re.DOTALL)
    for line in filter(None, shown.splitlines()):
        assert line.strip() in shipped
