"""Two servers that know nothing of each other serve one class: requests go to either, and either may go."""

import asyncio
import http.client
import json
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest
from proxy import Proxy, proxying
from serving import Server, serving
from soak import undisturbed
from student import Student
from wire import named, streaming, train

CONFIG = {
    "data": {"name": "spiral", "noise": 0.1},
    "model": {"layers": [{"type": "dense", "units": 6}, {"type": "dropout", "dropout_rate": 0.3}]},
    "training": {"optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 7},
}
LAST_STEP = 2000  # at four epochs a second it would take fourteen seconds
STUDENTS = 5


def hurry(students: list[Student]) -> None:
    """Their next connections train flat out."""
    for student in students:
        student.pace = None


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Server, Server]]:
    """Two server processes."""
    with serving() as one, serving() as two:
        yield one, two


@pytest.fixture
def spread(pair) -> Iterator[Proxy]:
    """One address for both."""
    with proxying(*(server.port for server in pair)) as proxy:
        yield proxy


def ask(port: int, method: str, path: str, body: dict | None = None) -> bytes:
    """The body of a short answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
        with connection.getresponse() as answer:
            assert answer.status == 200
            return answer.read()


@pytest.mark.parametrize(
    "request_",
    [
        ("GET", "/"),
        ("GET", "/api/datasets"),
        ("GET", "/api/openapi.json"),
        ("POST", "/api/data", {"config": CONFIG}),
        ("POST", "/api/train", {"config": CONFIG, "until": {"step": 0}}),
    ],
    ids=lambda request: request[1],
)
def test_both_answer_with_the_same_bytes(pair, request_):
    one, two = (ask(server.port, *request_) for server in pair)
    assert one == two


def test_a_run_cut_again_and_again_ends_with_the_same_bytes_wherever_its_pieces_are_trained(spread):
    checkpoint = None
    while len(set(spread.chosen)) < 2 or len(spread.chosen) < 5:
        with streaming(spread, config=CONFIG, views=[], checkpoint=checkpoint, epochs_per_second=1) as stream:
            checkpoint = stream.until("checkpoint")
    last = train(spread, config=CONFIG, views=[], checkpoint=checkpoint, until={"step": LAST_STEP})
    assert named("checkpoint", last)[-1] == undisturbed(CONFIG, LAST_STEP)


def test_a_class_notices_nothing_when_one_server_is_replaced_by_another():
    """A rolling update: the new server is there, then the old one is told to stop."""

    async def lesson(proxy: Proxy, old: Server, new: Server) -> list[Student]:
        those = [Student(proxy.port, CONFIG, pace=4) for _ in range(STUDENTS)]
        runs = [asyncio.ensure_future(student.train(LAST_STEP)) for student in those]
        while not all(student.step for student in those):
            await asyncio.sleep(0.01)
        proxy.ports = [new.port]
        old.process.send_signal(signal.SIGTERM)
        hurry(those)
        for run in runs:
            assert await run == undisturbed(CONFIG, LAST_STEP)
        return those

    with serving() as old, serving() as new, proxying(old.port) as proxy:
        those = asyncio.run(lesson(proxy, old, new))
        assert old.process.wait(20) == 0
        assert "Traceback" not in old.log + new.log
    assert [dict(student.fared) for student in those] == [{"server_stopping": 1, "until": 1}] * STUDENTS


def test_a_class_notices_nothing_when_the_workers_are_replaced():
    """SIGHUP: gunicorn starts new workers, then stops the old ones; the port stays open all the time."""

    async def lesson(server: Server) -> list[Student]:
        those = [Student(server.port, CONFIG, pace=4) for _ in range(STUDENTS)]
        runs = [asyncio.ensure_future(student.train(LAST_STEP)) for student in those]
        while not all(student.step for student in those):
            await asyncio.sleep(0.01)
        server.process.send_signal(signal.SIGHUP)
        hurry(those)
        for run in runs:
            assert await run == undisturbed(CONFIG, LAST_STEP)
        return those

    with serving(settings={"WEB_CONCURRENCY": "2"}) as server:
        those = asyncio.run(lesson(server))
        assert "Traceback" not in server.log
    assert all(set(student.fared) == {"server_stopping", "until"} for student in those)


def test_a_network_that_resets_or_falls_silent_costs_nothing_but_time(pair, monkeypatch):
    monkeypatch.setattr("student.SILENCE_SECONDS", 1)

    async def lesson(proxy: Proxy) -> Student:
        student = Student(proxy.port, CONFIG, pace=4)
        run = asyncio.ensure_future(student.train(LAST_STEP))
        while not student.step:
            await asyncio.sleep(0.01)
        proxy.cut()
        while not student.fared["cut"]:
            await asyncio.sleep(0.01)
        proxy.heal()
        step = student.step
        while student.step == step:
            await asyncio.sleep(0.01)
        cuts = student.fared["cut"]
        proxy.fall_silent()
        hurry([student])
        while student.fared["cut"] == cuts:
            await asyncio.sleep(0.01)
        proxy.heal()
        assert await run == undisturbed(CONFIG, LAST_STEP)
        return student

    with proxying(pair[0].port) as proxy:
        student = asyncio.run(lesson(proxy))
    assert student.fared["until"] == 1
