"""`python app.py`: Flask's own server, for machines that gunicorn does not run on."""

import sys
import urllib.request

import pytest
from serving import eventually, serving
from wire import named, streaming, train


@pytest.fixture(scope="module")
def flask_server():
    with serving(sys.executable, "app.py") as server:
        yield server


def test_it_says_where_to_look(flask_server):
    assert f"Descent is at http://localhost:{flask_server.port}" in flask_server.log


def test_it_serves_the_page(flask_server):
    with urllib.request.urlopen(flask_server.url) as answer:
        assert "<title>Descent" in answer.read().decode()


def test_it_streams(flask_server):
    found = train(flask_server, until={"epoch": 2})
    assert named("end", found) == [{"reason": "until", "step": 50}]


def test_it_serves_others_while_it_streams_and_minds_nobody_who_leaves(flask_server):
    with streaming(flask_server, frames_per_second=30) as stream:
        stream.until("frame")
        assert named("end", train(flask_server, until={"step": 3}))[0]["step"] == 3
        stream.until("frame")
    eventually(lambda: named("end", train(flask_server, until={"step": 1})))
    assert "Traceback" not in flask_server.log
