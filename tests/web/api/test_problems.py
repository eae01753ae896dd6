"""One shape for every error, whoever makes it."""

import pytest
from schema import require
from wire import strict_json

from app import create_app
from web.page.headers import headers


@pytest.fixture
def breaking():
    """An application with an address that fails in the way it is told."""
    app = create_app()
    failing = {"error": None}

    @app.get("/failing")
    def fail():
        raise failing["error"]

    return app, failing


def problem(answer, status):
    """The problem in an answer, after a look at its shape."""
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert headers(()).items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"
    assert not {"Location", "ETag", "Content-Encoding"} & {name for name, _ in answer.headers}
    found = strict_json(answer.data)
    require("Problem", found)
    assert found["type"] == "about:blank"
    assert found["status"] == status
    assert found["detail"].endswith(".")
    return found


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("GET", "/api", 404),
        ("GET", "/api/data/", 404),
        ("POST", "/api/trains", 404),
        ("GET", "/%ff%fe", 404),
        ("GET", "/static/", 404),
        ("GET", "/api/train", 405),
        ("DELETE", "/api/data", 405),
        ("PUT", "/", 405),
        ("TRACE", "/healthz", 405),
        ("POST", "/api/data", 415),
        ("POST", "/api/train", 415),
    ],
)
def test_errors_of_addresses_and_methods(client, method, path, status):
    found = problem(client.open(path, method=method), status)
    assert found["errors"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [("{", 400), ("[]", 400), ("[" * 100 + "]" * 100, 400), (" " * 1_000_001, 413), ('{"x": 1}', 422)],
    ids=["no JSON", "no object", "nested", "large", "wrong setting"],
)
@pytest.mark.parametrize("path", ["/api/data", "/api/train"])
def test_errors_of_bodies(client, path, body, status):
    problem(client.post(path, data=body, content_type="application/json"), status)


def test_a_wrong_method_is_told_the_right_ones(client):
    assert set(client.get("/api/train").allow) == {"POST", "OPTIONS"}


def test_a_head_of_an_error_has_no_body(client):
    answer = client.head("/api/train")
    assert answer.status_code == 405
    assert answer.content_type == "application/problem+json"
    assert answer.data == b""


def test_options_say_what_may_be_asked_and_let_no_other_site_ask(client):
    answer = client.options("/api/train", headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 200
    assert "POST" in answer.allow
    assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118


def test_a_mistake_is_written_down_and_answered_with_a_plain_sentence(breaking, caplog):
    app, failing = breaking
    failing["error"] = ZeroDivisionError("secret detail")
    found = problem(app.test_client().get("/failing"), 500)
    assert found["detail"] == "The server has made a mistake, and written it down. Please try again."
    assert "secret detail" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        '{"\\ud800": 1}',
        '{"config": {"data": {"name": "\\udfff"}}}',
        '{"views": ["\\uD83d"]}',
        b'{"config": {"\xed\xa0\x80": 1}}',
        b"\xff\xfe{\x00}\x00",
        b'\xef\xbb\xbf{"config": {}}',
    ],
)
@pytest.mark.parametrize("path", ["/api/data", "/api/train"])
def test_what_is_no_text_in_utf_8_is_refused(client, path, text):
    problem(client.post(path, data=text, content_type="application/json"), 400)


def test_characters_written_in_two_halves_are_text(client):
    body = '{"config": {"data": {"name": "\\ud83d\\ude00"}}}'
    found = problem(client.post("/api/data", data=body, content_type="application/json"), 422)
    assert found["errors"][0]["path"] == "data.name"


@pytest.mark.parametrize(
    "path", ["frames_per_second", "resolution", "epochs_per_second", "config.data.noise", "config.data.seed"]
)
@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 4000, "1e999", "-1e999"])
def test_numbers_beyond_all_bounds_get_a_sentence(client, path, number):
    *outer, last = path.split(".")
    body = f'{{"{last}": {number}}}'
    for name in reversed(outer):
        body = f'{{"{name}": {body}}}'
    found = problem(client.post("/api/train", data=body, content_type="application/json"), 422)
    assert [error["path"] for error in found["errors"]] == [path.removeprefix("config.")]
    assert len(found["detail"]) < 200


@pytest.mark.parametrize("path", ["/static/x//y", "//api/datasets", "/api//datasets", "/static//js//main.js"])
def test_nobody_is_sent_to_the_host_that_a_client_names(client, path):
    for method in ("GET", "POST"):
        answer = client.open(path, method=method, headers={"Host": "evil.example"})
        assert "evil" not in problem(answer, answer.status_code)["detail"]
        assert answer.status_code in (404, 405)


def test_no_address_is_a_redirect(app):
    """A rule that ends with a slash, or redirects, would send to the host that a client names."""
    assert not app.url_map.merge_slashes
    for rule in app.url_map.iter_rules():
        assert rule.redirect_to is None
        assert not rule.rule.endswith("/") or rule.rule == "/"


@pytest.mark.parametrize(
    "path", ["/", "/favicon.ico", "/api/datasets", "/api/openapi.json", "/static/{}/js/main.js"]
)
def test_an_answer_that_is_not_the_one_asked_for_is_a_problem(app, client, path):
    path = path.format(app.extensions["assets"].version)
    found = problem(client.get(path, headers={"If-Match": '"another"'}), 412)
    assert found["detail"] == "The answer is not, or no longer, the one that the request names."
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-Match": tag}).status_code == 200
