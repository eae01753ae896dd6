"""Health and readiness: what is told to whoever runs the server."""

import http.client

import pytest
from schema import require
from serving import serving
from wire import streaming, strict_json

from app import create_app


@pytest.fixture
def client():
    """An application that nobody has used."""
    return create_app({"DESCENT_STREAMS": 2}).test_client()


def test_health_is_told(client):
    answer = client.get("/healthz")
    assert strict_json(answer.data) == {"status": "ok"}
    require("Health", answer.json)


def test_readiness_says_why_not(client):
    assert client.get("/readyz").json == {"status": "ready"}
    require("Readiness", client.get("/readyz").json)
    held = [client.post("/api/train", json={}) for _ in range(2)]
    answer = client.get("/readyz")
    require("Problem", answer.json)
    assert (answer.status_code, answer.json["detail"]) == (503, "Every stream slot is taken.")
    assert int(answer.headers["Retry-After"]) >= 1
    client.application.extensions["worker_state"].stopping = lambda: True
    assert client.get("/readyz").json["detail"] == "The server is stopping. Every stream slot is taken."
    for answer in held:
        answer.close()
    assert client.get("/readyz").json["detail"] == "The server is stopping."
    assert client.get("/healthz").status_code == 200


def test_a_server_that_stops_says_so_on_a_connection_that_is_open():
    with serving() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("GET", "/readyz")
        assert connection.getresponse().read() == b'{"status":"ready"}\n'
        with streaming(server) as stream:
            stream.until("frame")
            server.process.terminate()
            while stream.until("end")["reason"] != "server_stopping":
                pass
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            assert answer.status == 503
            assert b"The server is stopping." in answer.read()
        connection.close()
