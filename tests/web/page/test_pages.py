"""The page: what it names is there, and nothing on it needs more than its policy allows."""

import re

import pytest
from serving import ROOT

from app import create_app
from web.page.assets import PLOTLY
from web.page.headers import headers


@pytest.fixture
def page(client):
    return client.get("/")


def test_the_page_is_asked_for_again_each_time(page):
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"


def test_whatever_the_page_names_is_served(client, page):
    named = re.findall(r'(?:src|href)="\.(/[^"]*)"', page.text)  # below any path
    assert len(named) == 5
    for path in named:
        assert client.get(path).status_code == 200, path
    assert any(path.endswith("/plotly.min.js") for path in named)


def test_modules_name_modules_that_are_there(app, client):
    """Those of a comment's types as well, and the worker's."""
    prefix = app.extensions["assets"].prefix
    folder = ROOT / "static"
    for path in folder.rglob("*.js"):
        for target in re.findall(r"""(?:from|import|URL)\s*\(?'(\.[^']+)'""", path.read_text()):
            name = (path.parent / target).resolve().relative_to(folder)
            assert client.get(f"{prefix}/{name}").status_code == 200, (path, target)


def test_scripts_come_from_this_server_alone(page):
    policy = dict(rule.split(" ", 1) for rule in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    assert not re.search(r"\s(on[a-z]+|style)=|<style", page.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)


def test_plotly_finds_an_element_where_it_would_insert_a_style_sheet(client, page):
    looked_for = re.findall(r'getElementById\("([0-9a-f]{64})"\)', PLOTLY.read_text())
    assert looked_for
    for name in looked_for:
        assert f'id="{name}"' in page.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(
            ("GET", path)
            for path in ("/", "/api/datasets", "/healthz", "/nothing", "/favicon.ico", "/api/train")
        ),
        *(("POST", path) for path in ("/api/train", "/api/data", "/healthz")),
        ("GET", "/static/{version}/js/main.js"),
        ("GET", "/static/other/js/main.js"),
        ("OPTIONS", "/api/data"),
    ],
)
def test_every_answer_keeps_to_itself(app, client, method, path):
    path = path.format(version=app.extensions["assets"].version)
    with client.open(path, method=method) as answer:
        for name, value in headers(()).items():
            assert answer.headers.getlist(name) == [value]
        assert "Set-Cookie" not in answer.headers
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118


def test_only_whom_the_deployment_names_may_hold_the_page_in_a_frame(client):
    def ancestors(client):
        return client.get("/").headers["Content-Security-Policy"].split("frame-ancestors ")[1]

    assert ancestors(client) == "'self'"
    app = create_app({"DESCENT_EMBED_ORIGINS": ["https://learn.example.org", "https://*.school.example"]})
    assert ancestors(app.test_client()) == "'self' https://learn.example.org https://*.school.example"


def test_browsers_that_ask_for_an_icon_get_it(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
