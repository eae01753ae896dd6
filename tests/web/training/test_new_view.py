"""A view that is registered is drawn, described and refused over the wire, without another line."""

import pytest
from dummy_view import register
from jsonschema import Draft202012Validator
from wire import events, named

from web.api.openapi import document


@pytest.fixture(autouse=True)
def offered(monkeypatch):
    register(monkeypatch)


def test_it_is_drawn_as_the_api_describes_it(client):
    request = {"views": ["output_mean"], "until": {"step": 3}}
    components = document()["components"]
    for name in ("TrainRequest", "Frame"):
        assert "output_mean" in str(components["schemas"][name])
    with client.post("/api/train", json=request) as answer:
        frames = named("frame", events(answer.iter_encoded()))
    assert [len(frame["output_mean"]) for frame in frames] == [1, 1]
    schema = {"$ref": "#/components/schemas/Frame", "components": components}
    Draft202012Validator(schema).validate(frames[-1])


def test_a_config_that_it_refuses_gets_its_sentence(client):
    request = {"views": ["weights", "output_mean"], "config": {"data": {"name": "plane"}}}
    answer = client.post("/api/train", json=request)
    assert answer.status_code == 422
    message = "`views` must be without output_mean for numbers; got output_mean."
    assert answer.json["errors"] == [{"path": "views", "message": message}]
