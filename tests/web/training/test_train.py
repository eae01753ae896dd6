"""`POST /api/train` in this process: what is streamed, from where it goes on, who holds a place how long."""

import base64
import struct

import pytest
from schema import require
from wire import events, named, strict_json

from app import create_app
from dl_core import Config, Trainer

DROPPING_ADAM = {
    "data": {"name": "spiral", "noise": 0.1, "n_samples": 100},
    "model": {"layers": [{"type": "dense", "units": 6}, {"type": "dropout", "dropout_rate": 0.3}]},
    "training": {"optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 7, "l2": 0.001},
}
CONFIGS = {
    "default": {},
    "three classes": {"data": {"name": "rings"}},
    "four classes": {"data": {"name": "blobs", "noise": 0.2}, "training": {"batch_size": 250}},
    "numbers": {"data": {"name": "ripple", "features": ["x1", "x2", "sin(x1)"], "scaling": "standard"}},
    "no hidden layer": {"model": {"layers": []}},
    "dropout": DROPPING_ADAM,
    "no tuning": {"data": {"split": {"train": 1, "validation": 0, "test": 0}}},
}
SCHEMA_OF = {"start": "Start", "frame": "Frame", "checkpoint": "Checkpoint", "end": "End"}


@pytest.fixture
def train(client):
    """All events of a stream that ends by itself."""

    def ask(**request):
        with client.post("/api/train", json=request) as answer:
            assert answer.status_code == 200, answer.text
            return list(events(answer.iter_encoded()))

    return ask


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("pace", [{}, {"epochs_per_second": 1000, "frames_per_second": 30}])
def test_a_stream_is_start_then_frames_then_a_checkpoint_then_end(train, config, pace):
    views = ["boundary", "neurons", "weights", "unit:0:0"]
    found = train(config=config, until={"epoch": 2}, views=views, resolution=20, **pace)
    names = [name for name, _ in found]
    assert names[:2] == ["start", "frame"]
    assert names[-3:] == ["frame", "checkpoint", "end"]
    assert names.count("start") == names.count("end") == 1
    for name, data in found:
        require(SCHEMA_OF[name], data)
    assert named("end", found) == [{"reason": "until", "step": 2 * found[0][1]["steps_per_epoch"]}]
    frames = named("frame", found)
    assert frames[0]["step"] == 0
    assert [frame["step"] for frame in frames] == sorted({frame["step"] for frame in frames})
    assert all(set(views) < set(frame) for frame in frames)


def test_the_config_comes_back_completed(train):
    start = named("start", train(config={"data": {"name": "moons"}}, until={"step": 0}))[0]
    assert start["config"] == Config.parse({"data": {"name": "moons"}}).model_dump(mode="json")
    assert start["n_parameters"] == 25


def test_a_frame_of_the_default_config_is_small(client):
    with client.post("/api/train", json={"until": {"epoch": 3}}) as answer:
        blocks = answer.data.split(b"\n\n")
    sizes = [len(block) + 2 for block in blocks if block.startswith(b"event: frame")]
    assert len(sizes) == 2
    assert max(sizes) < 16_000


def test_the_views_that_are_asked_for_are_drawn_and_no_others(train):
    frame = named("frame", train(until={"step": 0}, views=["weights"]))[0]
    assert "weights" in frame
    assert not {"boundary", "neurons"} & set(frame)


def test_a_stream_tells_proxies_to_pass_it_on_at_once(client):
    with client.post("/api/train", json={"until": {"step": 0}}) as answer:
        assert answer.content_type.split(";")[0] == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("config", [{}, DROPPING_ADAM], ids=["default", "dropout and adam"])
def test_a_run_in_pieces_ends_with_the_bytes_of_the_run_in_one_piece(train, config):
    whole = named("checkpoint", train(config=config, until={"step": 500}))[-1]
    piece = None
    for until, more in [
        ({"step": 3}, {"frames_per_second": 30}),
        ({"epoch": 7}, {"views": []}),
        ({"step": 7}, {}),  # long past: nothing happens
        ({"step": 499}, {"epochs_per_second": 1000}),
        ({"step": 500}, {"views": ["neurons"], "resolution": 200}),
    ]:
        piece = named("checkpoint", train(config=config, checkpoint=piece, until=until, **more))[-1]
    assert piece == whole
    alone = Trainer(Config.parse(config))
    alone.train(steps=500)
    assert whole == alone.checkpoint().to_json()


def test_training_goes_on_from_a_weight_typed_by_hand(train):
    checkpoint = named("checkpoint", train(until={"step": 40}))[-1]
    values = list(struct.unpack("<25f", base64.b64decode(checkpoint["params"]["data"])))
    values[3] = -2.5
    checkpoint["params"]["data"] = base64.b64encode(struct.pack("<25f", *values)).decode()
    found = train(checkpoint=checkpoint, until={"step": 41})
    first, last = named("frame", found)
    assert first["weights"] == checkpoint["params"]
    assert first["step"] == 40
    assert last["weights"] != first["weights"]


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": {"name": "adam", "learning_rate": 0.001}},
        {"optimizer": {"name": "sgd", "learning_rate": 1}},
        {"batch_size": 33},
        {"l1": 0.1},
    ],
)
def test_what_may_change_in_mid_training_may_change_over_the_wire(train, change):
    checkpoint = named("checkpoint", train(until={"step": 30}))[-1]
    found = train(config={"training": change}, checkpoint=checkpoint, until={"epoch": 2})
    assert named("frame", found)[0]["weights"] == checkpoint["params"]
    assert named("end", found)[0]["reason"] == "until"
    assert named("checkpoint", found)[-1]["epoch"] == 2


def test_divergence_is_news_and_no_error(train):
    config = {"data": {"name": "plane"}, "training": {"optimizer": {"name": "sgd", "learning_rate": 10}}}
    found = train(config=config)
    for name, data in found:
        require(SCHEMA_OF[name], data)
    end = found[-1][1]
    assert end["reason"] == "diverged"
    assert end["message"].startswith(f"Training diverged at step {end['step']}: ")
    assert named("frame", found)[-1]["metrics"]["train"]["loss"] is None
    again = train(config=config, checkpoint=named("checkpoint", found)[-1])
    assert [name for name, _ in again] == ["start", "frame", "checkpoint", "end"]
    assert again[-1] == found[-1]


@pytest.mark.parametrize(("allowed", "asked"), [(60, 0.5), (1, 60)])
def test_a_request_may_ask_for_a_shorter_lease_but_for_no_longer_one(allowed, asked):
    client = create_app({"DESCENT_LEASE_SECONDS": allowed}).test_client()
    with client.post("/api/train", json={"lease_seconds": asked, "views": []}) as answer:
        found = list(events(answer.iter_encoded()))
    assert named("end", found)[0]["reason"] == "lease"
    assert found[-2][0] == "checkpoint"


@pytest.fixture
def crowded():
    """An application with a single place."""
    return create_app({"DESCENT_STREAMS": 1}).test_client()


def free(client):
    """Whether a place is free: if it is, it is taken for a moment."""
    with client.post("/api/train", json={"until": {"step": 0}}) as answer:
        assert answer.status_code in (200, 503)
        if answer.status_code == 503:
            problem = strict_json(answer.data)
            require("Problem", problem)
            assert problem["detail"] == "Every place for training is taken just now. Try again soon."
            assert int(answer.headers["Retry-After"]) >= 1
        return answer.status_code == 200


@pytest.mark.parametrize("heard", [0, 1, 2, 3])
def test_a_place_is_free_again_when_the_client_has_left(crowded, heard):
    answer = crowded.post("/api/train", json={"frames_per_second": 30, "epochs_per_second": 100})
    chunks = answer.iter_encoded()
    for _ in range(heard):
        next(chunks)
    assert not free(crowded)
    answer.close()
    assert free(crowded)


def test_a_place_is_free_again_when_the_stream_has_ended(crowded):
    for _ in range(3):
        with crowded.post("/api/train", json={"until": {"step": 5}}) as answer:
            assert b'"reason":"until"' in answer.data
    assert free(crowded)


def test_what_comes_before_the_stream_takes_a_turn(client, monkeypatch):
    scheduler, held = client.application.extensions["worker_state"].scheduler, []

    def beginning(painter):
        held.append(scheduler.busy)
        return {}

    monkeypatch.setattr("web.training.stream.FramePainter.start", beginning)
    with client.post("/api/train", json={}) as answer:
        assert answer.status_code == 200
    assert held == [True]


@pytest.mark.parametrize(
    "broken",
    [
        "web.training.train.Trainer",
        "web.training.stream.FramePainter.start",
        "web.training.stream.FramePainter.frame",
    ],
)
def test_a_mistake_before_the_stream_begins_is_answered_as_one_and_takes_no_place(
    crowded, monkeypatch, broken
):
    def fail(*_):
        raise ArithmeticError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(broken, fail)
        with crowded.post("/api/train", json={}) as answer:
            assert answer.status_code == 500
            assert answer.content_type == "application/problem+json"
            problem = strict_json(answer.data)
    require("Problem", problem)
    assert "broken" not in problem["detail"]
    assert free(crowded)


def test_a_mistake_in_mid_stream_cuts_it_and_frees_the_place(crowded, monkeypatch):
    answer = crowded.post("/api/train", json={})
    chunks = answer.iter_encoded()
    next(chunks)

    def fail(*_):
        raise ArithmeticError("broken")

    monkeypatch.setattr("web.training.stream.FramePainter.frame", fail)
    with pytest.raises(ArithmeticError, match="broken"):
        next(chunks)
    answer.close()
    monkeypatch.undo()
    assert free(crowded)
