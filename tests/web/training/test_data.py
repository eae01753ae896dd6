"""A config's points and the gallery of datasets."""

import pytest
from schema import require
from wire import strict_json

from dl_core import Config
from dl_core.data.datasets import DATASETS
from dl_core.data.features import FEATURES


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
