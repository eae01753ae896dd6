"""A view that is registered is drawn, described and refused over the wire, without another line."""

import pytest
from dummy_view import register
from schema import validator
from wire import events, named

from app import create_app


@pytest.fixture
def client(monkeypatch):
    """Requests to an application that has been made with one view more."""
    register(monkeypatch)
    with create_app().test_client() as client:
        yield client


def test_it_is_drawn_as_the_api_describes_it(client):
    schemas = client.get("/api/openapi.json").json["components"]["schemas"]
    assert "output_mean" in str(schemas["TrainRequest"])
    with client.post("/api/train", json={"views": ["output_mean"], "until": {"step": 3}}) as answer:
        frames = named("frame", events(answer.iter_encoded()))
    assert [len(frame["output_mean"]) for frame in frames] == [1, 1]
    frame_schema = validator.__wrapped__("Frame")  # not that of an earlier application
    frame_schema.validate(frames[-1])
    assert not frame_schema.is_valid(frames[-1] | {"output_mean": "high"})


def test_a_config_that_it_refuses_gets_its_sentence(client):
    request = {"views": ["weights", "output_mean"], "config": {"data": {"name": "plane"}}}
    answer = client.post("/api/train", json=request)
    assert answer.status_code == 422
    message = "`views` must be without output_mean for numbers; got output_mean."
    assert answer.json["errors"] == [{"path": "views", "message": message}]
