"""The log: one line of JSON for each request, and nothing in it about who asked."""

import json
import logging
import socket
import sys
import urllib.error
import urllib.request

import pytest
from serving import eventually, serving
from wire import train

from web.operation.logs import JsonFormatter

SECRET = "a-secret"


@pytest.fixture(scope="module")
def logging_server():
    with serving(settings={"ACCESS_LOG": "on"}) as server:
        yield server


def lines(server):
    """Every line after the greeting."""
    greeting, *rest = server.log.splitlines()
    assert greeting == f"Descent is at http://localhost:{server.port}"
    return [json.loads(line) for line in rest]


def ask(server, path, **options):
    try:
        urllib.request.urlopen(urllib.request.Request(server.url + path, **options)).close()
    except urllib.error.HTTPError as error:
        error.close()


def test_each_request_is_a_line_with_what_it_cost(logging_server):
    before = len(lines(logging_server))
    found = train(logging_server, until={"step": 30})
    eventually(lambda: len(lines(logging_server)) == before + 1)  # a line may follow the answer by a moment
    ask(logging_server, "/api/datasets")
    eventually(lambda: len(lines(logging_server)) == before + 2)
    ask(logging_server, "/static/other/js/main.js")
    eventually(lambda: len(lines(logging_server)) == before + 3)
    stream, datasets, static = lines(logging_server)[before:]
    for line in (stream, datasets, static):
        assert line.pop("time").endswith("Z")
        assert line.pop("level") == "info"
        assert line.pop("milliseconds") > 0
    assert stream.pop("bytes") > 10_000
    frames = [name for name, _ in found].count("frame")
    assert stream == {
        **{"method": "POST", "route": "/api/train", "status": 200},
        "stream": {"frames": frames, "steps": 30, "end": "until"},
    }
    assert datasets.pop("bytes") > 10_000
    assert datasets == {"method": "GET", "route": "/api/datasets", "status": 200}
    assert static.pop("bytes") > 50
    assert static == {"method": "GET", "route": "/static/<version>/<path:name>", "status": 404}


def test_probes_that_succeed_are_not_worth_a_line(logging_server):
    before = len(lines(logging_server))
    for probe in ("/healthz", "/readyz", "/metrics"):
        ask(logging_server, probe)
    ask(logging_server, "/api/datasets")
    eventually(lambda: len(lines(logging_server)) > before)
    assert [line["route"] for line in lines(logging_server)[before:]] == ["/api/datasets"]


def test_nothing_says_who_asked(logging_server):
    before = len(lines(logging_server))
    headers = {
        "User-Agent": SECRET,
        "Cookie": SECRET,
        "Referer": f"http://{SECRET}/",
        "X-Forwarded-For": SECRET,
    }
    for path in (f"/?q={SECRET}", f"/{SECRET}", f"/static/{SECRET}/{SECRET}"):
        ask(logging_server, path, headers=headers)
    ask(logging_server, "/api/train", headers=headers, data=SECRET.encode(), method="POST")
    with socket.create_connection(("127.0.0.1", logging_server.port)) as broken:
        broken.sendall(b"NO-HTTP\r\n\r\n")
        while broken.recv(1000):
            pass
    eventually(lambda: len(lines(logging_server)) >= before + 5)
    said = [line.get("message", "") for line in lines(logging_server)[before:]]
    assert sum(message.startswith("Invalid request: ") for message in said) == 1
    assert SECRET not in logging_server.log
    assert "127.0.0.1" not in logging_server.log


def test_off_means_no_lines():
    with serving(settings={"ACCESS_LOG": "off"}) as server:
        ask(server, "/api/datasets")
        train(server, until={"step": 1})
        assert lines(server) == []


def test_nonsense_is_refused_at_the_start():
    with (
        pytest.raises(AssertionError, match="ACCESS_LOG must be on or off; got 'loud'"),
        serving(settings={"ACCESS_LOG": "loud"}),
    ):
        pass


def record(message, *args, **more):
    return logging.LogRecord(
        "gunicorn.error", logging.ERROR, "", 0, message, args, **{"exc_info": None} | more
    )


def test_gunicorns_words_are_kept_without_address_and_query():
    say = JsonFormatter().format
    assert json.loads(say(record("Invalid request from ip=::1: Bad")))["message"] == "Invalid request: Bad"
    line = json.loads(say(record("Error handling request %s %s", "GET", "/api?name=x")))
    assert line["message"] == "Error handling request GET /api"
    line = json.loads(say(record("Error handling request %s", "/api?name=x")))
    assert line["message"] == "Error handling request /api"


def test_a_mistake_is_one_line_with_its_trace():
    try:
        raise ArithmeticError("broken\nhere")
    except ArithmeticError:
        text = JsonFormatter().format(record("A request failed.", exc_info=sys.exc_info()))
    assert "\n" not in text
    line = json.loads(text)
    assert line["message"] == "A request failed."
    assert line["exception"].endswith("ArithmeticError: broken\nhere")
