"""Trusted hosts: requests for other names are refused, whatever they ask for."""

import pytest
from schema import require
from werkzeug.test import create_environ, run_wsgi_app
from wire import strict_json

from app import create_app

OPERATOR = ("/healthz", "/readyz", "/metrics")


@pytest.fixture(scope="module")
def trusting():
    """An application for one host and one domain."""
    hosts = ["descent.example.org", ".school.example"]
    return create_app({"DESCENT_TRUSTED_HOSTS": hosts, "ACCESS_LOG": True}).test_client()


@pytest.mark.parametrize(
    "host",
    [
        "descent.example.org",
        "descent.example.org:8443",
        "a.school.example",
        "localhost:8000",
        "127.0.0.1",
    ],
)
def test_a_trusted_host_is_served(trusting, host):
    assert trusting.get("/api/datasets", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "descent.example.org.evil.example", "notschool.example", "a b", "x" * 3000, "", "a,b"],
)
@pytest.mark.parametrize("path", ["/", "/api/train", "/nothing", "/static/x//y"])
def test_another_host_is_refused(trusting, host, path):
    answer = trusting.get(path, headers={"Host": host})
    assert answer.status_code == 400
    require("Problem", answer.json)
    assert answer.json["detail"] == "The server does not answer to the host name that the request is for."
    assert "Location" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", OPERATOR)
def test_the_operators_routes_answer_under_any_name(trusting, path):
    assert trusting.get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.parametrize("path", ["/api/datasets", *OPERATOR])
@pytest.mark.parametrize("host", ["any.example", "10.1.2.3:8000", "[::1]:8000"])
def test_without_the_setting_every_name_is_served(client, path, host):
    assert client.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/api/datasets", "/nothing", *OPERATOR])
@pytest.mark.parametrize("host", [None, "", "a b", "a,b", "a/b", "a:99999"])
def test_a_request_for_no_host_is_refused(app, path, host):
    environ = create_environ(path) | {"HTTP_HOST": host, "SERVER_PROTOCOL": "HTTP/1.1"}
    if host is None:
        del environ["HTTP_HOST"]
    pieces, status, headers = run_wsgi_app(app, environ)
    document = strict_json(b"".join(pieces))
    require("Problem", document)
    assert (status, headers["Content-Type"]) == ("400 BAD REQUEST", "application/problem+json")
    assert document["detail"] == "The request must name a host, with the header Host."


def test_http_1_0_needs_no_host(app):
    environ = create_environ("/api/datasets") | {"SERVER_PROTOCOL": "HTTP/1.0"}
    del environ["HTTP_HOST"]
    assert run_wsgi_app(app, environ)[1] == "200 OK"
