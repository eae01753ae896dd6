"""The document that describes the API."""

import re

import pytest
from openapi_spec_validator import validate
from schema import require
from wire import strict_json


@pytest.fixture
def description(client):
    """The OpenAPI document."""
    return strict_json(client.get("/api/openapi.json").data)


def test_the_document_is_valid_openapi(description):
    validate(description)


def test_every_address_and_method_is_described(app, description):
    served = {
        (re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method)
        for path, operations in description["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert described == served


def test_the_page_finds_the_configs_schema_with_labels_and_help(description):
    config = description["components"]["schemas"]["Config"]
    assert set(config["properties"]) == {"data", "model", "training"}
    noise = description["components"]["schemas"]["DataSettings"]["properties"]["noise"]
    assert noise["title"] == "Noise"
    assert noise["description"]
    assert noise["maximum"] == 0.5


def test_what_the_document_says_may_be_asked_is_accepted(client):
    request = {
        "config": {},
        "checkpoint": None,
        "until": {"epoch": 0, "step": None},
        "epochs_per_second": None,
    }
    require("TrainRequest", request)
    with client.post("/api/train", json=request) as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/api/datasets", "/api/openapi.json"])
def test_what_changes_only_with_the_release_is_not_sent_twice(client, path):
    first = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.content_encoding == "gzip"
    headers = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    again = client.get(path, headers=headers)
    assert again.status_code == 304
    assert again.data == b""
    plain = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert plain.status_code == 200
    assert strict_json(plain.data)
