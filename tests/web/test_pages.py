"""The page: what it names is there, and nothing on it needs more than its policy allows."""

import re

import pytest


@pytest.fixture
def page(client):
    return client.get("/")


def test_the_page_is_asked_for_again_each_time(page):
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"


def test_whatever_the_page_names_is_served(client, page):
    named = re.findall(r'(?:src|href)="\.(/[^"]*)"', page.text)  # below any path
    assert len(named) > 5
    for path in named:
        assert client.get(path).status_code == 200, path
    assert any(path.endswith("/plotly.min.js") for path in named)


def test_modules_name_modules_that_are_there(app, client):
    prefix = app.extensions["assets"].prefix
    seen, waiting = set(), ["js/main.js"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        answer = client.get(f"{prefix}/{name}")
        assert answer.status_code == 200, name
        folder = name.rsplit("/", 1)[0]
        for target in re.findall(r"""(?:from|import)\s*\(?['"](\.[^'"]+)['"]""", answer.text):
            parts = folder.split("/")
            for step in target.split("/"):
                parts = parts if step == "." else parts[:-1] if step == ".." else [*parts, step]
            waiting.append("/".join(parts))
    assert len(seen) > 5


def test_scripts_come_from_this_server_alone(page):
    policy = dict(rule.split(" ", 1) for rule in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert "script-src" not in policy
    assert "unsafe-eval" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    assert not re.search(r"\son[a-z]+=", page.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)


def test_every_answer_keeps_to_itself(client):
    for path in ("/", "/api/datasets", "/healthz", "/nothing", "/favicon.ico"):
        answer = client.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers


def test_browsers_that_ask_for_an_icon_get_it(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
