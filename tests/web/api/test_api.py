"""The short requests, and the document that describes all of them."""

import re

import pytest
from openapi_spec_validator import validate
from schema import require
from wire import strict_json

from dl_core.config.config import Config
from dl_core.data.datasets import DATASETS
from dl_core.data.features import FEATURES


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


@pytest.mark.parametrize("name", DATASETS)
def test_data_of_every_dataset_are_as_described(client, name):
    data = strict_json(client.post("/api/data", json={"config": {"data": {"name": name}}}).data)
    require("Data", data)
    assert [len(data["splits"][split]["x"]["shape"]) for split in data["splits"]] == [2, 2, 2]
    assert [feature["name"] for feature in data["features"]] == list(FEATURES)


def test_data_of_an_empty_request_are_the_default_configs(client):
    empty = client.post("/api/data", json={}).data
    assert empty == client.post("/api/data", json={"config": Config().model_dump(mode="json")}).data
    assert strict_json(empty)["splits"]["train"]["x"]["shape"] == [250, 2]


def test_an_empty_split_has_no_points(client):
    config = {"data": {"split": {"train": 1, "validation": 0, "test": 0}}}
    splits = strict_json(client.post("/api/data", json={"config": config}).data)["splits"]
    assert splits["test"]["x"] == {"dtype": "float32", "shape": [0, 2], "data": ""}


def test_the_gallery_shows_every_dataset(client):
    answer = strict_json(client.get("/api/datasets").data)
    require("Datasets", answer)
    assert [one["name"] for one in answer["datasets"]] == list(DATASETS)


def test_health_is_told(client):
    answer = client.get("/healthz")
    assert strict_json(answer.data) == {"status": "ok"}
    require("Health", answer.json)


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
