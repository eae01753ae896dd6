"""What a request may say: every refusal with its status, its path and its sentence."""

import json
import re

import pytest
from schema import require
from wire import events, named, strict_json

from dl_core import Config, Trainer

LARGEST_NETWORK = {
    "data": {"features": ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)", "cos(x1)", "cos(x2)"]},
    "model": {"layers": [{"type": "dense", "units": 128}] * 8},
    "training": {"optimizer": {"name": "adam", "learning_rate": 0.001}},
}
NOW = {"step": 0}


@pytest.fixture
def refused(client):
    """Post a document (or text); the problem that comes back."""

    def post(document, path="/api/train", status=422, content_type="application/json"):
        body = document if isinstance(document, str | bytes) else json.dumps(document)
        with client.post(path, data=body, content_type=content_type) as answer:
            assert answer.status_code == status, answer.data[:500]
            assert answer.content_type == "application/problem+json"
            return strict_json(answer.data)

    return post


def messages(problem):
    """Sentence of each path."""
    return {error["path"]: error["message"] for error in problem["errors"]}


NUMBER_FIELDS = {"frames_per_second": (1, 30), "resolution": (20, 200), "epochs_per_second": (0, 1000)}


@pytest.mark.parametrize("field", NUMBER_FIELDS)
@pytest.mark.parametrize("bad", ["below", "above", "text", True, [1], {}, None])
def test_a_bad_number_is_refused_by_name(refused, field, bad):
    low, high = NUMBER_FIELDS[field]
    value = {"below": low - 4, "above": high + 4}.get(bad, bad) if isinstance(bad, str) else bad
    if value is None and field == "epochs_per_second":
        return  # null means flat out
    found = messages(refused({field: value, "until": NOW}))
    assert list(found) == [field]
    assert re.match(rf"`{field}` must be .*; got .*\.$", found[field])


@pytest.mark.parametrize(
    ("request_", "path", "words"),
    [
        ({"resolution": 82}, "resolution", r"must be a multiple of 4; got 82\.$"),
        ({"resolution": 80.0}, "resolution", r"must be a whole number; got 80\.0\.$"),
        ({"epochs_per_second": 0}, "epochs_per_second", r"must be more than 0; got 0\.$"),
        ({"until": {}}, "until", r"must have either epoch or step\.$"),
        ({"until": {"epoch": 1, "step": 1}}, "until", r"must have either epoch or step\.$"),
        ({"until": 5}, "until", r"must be an object with settings; got 5\.$"),
        ({"until": {"epoch": -1}}, "until.epoch", r"must be at least 0; got -1\.$"),
        ({"until": {"step": 1.5}}, "until.step", r"must be a whole number; got 1\.5\.$"),
        ({"until": {"step": True}}, "until.step", r"must be a whole number; got true\.$"),
        ({"until": {"step": 2**60}}, "until.step", r"must be at most"),
        ({"until": {"steps": 3}}, "until.steps", r"is not a setting"),
        ({"views": "boundary"}, "views", r"must be a list of at most 16 names\.$"),
        ({"views": None}, "views", r"must be a list"),
        ({"views": ["boundary"] * 17}, "views", r"must be a list of at most 16 names\.$"),
        ({"views": ["borders"]}, "views", r"must be names from .*; got borders\.$"),
        ({"views": [["boundary"]]}, "views", r"must be names from"),
        ({"views": ["unit:9:0"]}, "views", r"must name a unit .*; got unit:9:0\.$"),
        ({"views": ["unit:0:4"]}, "views", r"must name a unit .*; got unit:0:4\.$"),
        ({"epochs": 5}, "epochs", r"is not a setting\. Remove it or check its spelling\.$"),
        ({"config": None}, "config", r"must be an object with settings; got null\.$"),
        ({"config": []}, "config", r"must be an object with settings; got \[\]\.$"),
        (
            {"config": {"data": {"name": "square"}}},
            "data.name",
            r"must be one of circle, .*; got \"square\"\.$",
        ),
        (
            {"config": {"model": {"layers": [{"type": "dense", "units": 0}]}}},
            "model.layers.0.units",
            "at least 1",
        ),
        ({"checkpoint": {}}, "checkpoint", r"must be an object with step, .*\.$"),
        ({"checkpoint": "latest"}, "checkpoint", r"must be an object with step, .*\.$"),
        ({"checkpoint": False}, "checkpoint", r"must be an object with step, .*\.$"),
    ],
)
def test_a_wrong_field_is_refused_with_a_sentence(refused, request_, path, words):
    problem = refused({"until": NOW} | request_)
    found = messages(problem)
    assert list(found) == [path]
    assert re.search(words, found[path])
    assert problem["detail"] == found[path]


def test_everything_wrong_is_said_at_once(refused):
    problem = refused(
        {
            "config": {"data": {"noise": 9}, "training": {"l1": -1, "batch_size": 4000}},
            "checkpoint": {"step": 0},
            "frames_per_second": 99,
            "until": {"epoch": -1},
            "speed": 3,
        }
    )
    assert set(messages(problem)) == {
        *("data.noise", "training.l1", "training.batch_size", "checkpoint"),
        *("frames_per_second", "until.epoch", "speed"),
    }


def test_views_are_looked_at_beside_other_fields(refused):
    assert set(messages(refused({"views": ["x"], "resolution": 1}))) == {"views", "resolution"}


def test_data_takes_a_config_and_nothing_else(refused):
    found = messages(refused({"config": {"data": {"seed": -1}}, "until": NOW}, path="/api/data"))
    assert set(found) == {"data.seed", "until"}


@pytest.mark.parametrize("path", ["/api/train", "/api/data"])
@pytest.mark.parametrize(
    "body",
    [
        *(
            "",
            "{",
            "epoch=3",
            "'{}'",
            '{"config": {}} {}',
            '{"config": NaN}',
            '{"l": Infinity}',
            '{"l": -Infinity}',
        ),
        *(b"\xff\xfe\xfa", b'{"a": "\xff"}', '{"n": ' + 5000 * "9" + "}"),
    ],
)
def test_what_is_not_json_is_refused(refused, body, path):
    assert refused(body, path, status=400)["detail"] == "The request is not valid JSON."


@pytest.mark.parametrize("body", ["[]", "3", "null", '"config"', "true"])
def test_json_that_is_no_object_is_refused(refused, body):
    assert refused(body, status=400)["detail"] == "The request must be a JSON object."


@pytest.mark.parametrize("depth", [33, 300, 900, 960, 1000, 3000, 200_000])
@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('{"config":', "}")])
@pytest.mark.parametrize("field", ["config", "views", "checkpoint", "until", "else"])
def test_absurd_nesting_is_refused(refused, depth, left, right, field):
    body = f'{{"{field}": {left * depth}1{right * depth}}}'
    if len(body) > 1_000_000:
        assert refused(body, status=413)
    else:
        assert "not valid JSON" in refused(body, status=400)["detail"] or depth < 3000


@pytest.mark.parametrize(
    "hostile",
    [
        {f"k{i}": 0 for i in range(50_000)},
        {"config": {"data": {"features": [f"x{i}" for i in range(50_000)]}}},
        {"config": {"model": {"layers": [{f"k{i}": 0 for i in range(900)}] * 16}}},
        {"views": [[]] * 50_000},
    ],
)
def test_a_request_with_absurdly_many_values_is_refused_as_a_whole(refused, hostile):
    problem = refused(hostile, status=400)
    assert re.match(r"^The request must have at most 2000 values; got \d+\.$", problem["detail"])
    assert problem["errors"] == []


@pytest.mark.parametrize("value", [[[[[[[[]]]]]]], {"a": {"b": {"c": [[[{}]]]}}}])
def test_moderate_nesting_gets_a_sentence(refused, value):
    for field in ("config", "views", "checkpoint", "until"):
        assert messages(refused({field: value}))


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/xml"]
)
def test_another_media_type_is_refused(refused, content_type):
    assert "Content-Type: application/json" in refused("{}", status=415, content_type=content_type)["detail"]


def test_a_charset_is_no_other_media_type(client):
    with client.post("/api/data", data="{}", content_type="application/json; charset=utf-8") as answer:
        assert answer.status_code == 200


def padded(size, **request):
    """A request of that size."""
    text = json.dumps({**request, "padding": ""})
    return text.replace('"padding": "', '"padding": "' + "x" * (size - len(text)))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (padded(1_000_000), 422),
        (padded(1_000_001), 413),
        (padded(1_000_001, checkpoint=None), 413),
        (padded(1_000_001, checkpoint={"step": 0}), 422),
        (padded(3_000_000, checkpoint={"step": 0}), 422),
        (padded(3_000_001, checkpoint={"step": 0}), 413),
        ("[" + "1," * 600_000 + "1]", 413),
        ("x" * 1_000_001, 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_size_is_limited_unless_there_is_a_checkpoint(refused, body, status):
    problem = refused(body, status=status)
    if status == 413:
        assert problem["detail"] == "The request must be at most 1 MB, or 3 MB with a checkpoint."


def test_the_largest_networks_checkpoint_is_accepted(client):
    trainer = Trainer(Config.parse(LARGEST_NETWORK))
    trainer.train(steps=1)
    request = {"config": LARGEST_NETWORK, "checkpoint": trainer.checkpoint().to_json(), "until": {"step": 1}}
    body = json.dumps(request)
    assert 1_800_000 < len(body) < 3_000_000
    with client.post("/api/train", data=body, content_type="application/json") as answer:
        assert answer.status_code == 200
        assert '"reason":"until","step":1' in answer.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"model": {"layers": []}},
            r"^`checkpoint\.params` must have shape \[3\] for this config; got \[25\]\.$",
        ),
        (
            {"data": {"n_samples": 20}, "training": {"batch_size": 10}},
            r"^`checkpoint\.position` must be less than",
        ),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused_and_nothing_else_happens(app, refused, changes, words):
    trainer = Trainer(Config.parse({}))
    trainer.train(steps=3)
    problem = refused({"config": changes, "checkpoint": trainer.checkpoint().to_json()})
    assert list(messages(problem)) == ["checkpoint"]
    assert re.match(words, messages(problem)["checkpoint"])
    assert not app.extensions["worker_state"].scheduler.busy


def test_refusals_take_no_place(app, refused, monkeypatch):
    from web.training.worker_state import WorkerState

    state = WorkerState(streams=1, lease_seconds=60)
    monkeypatch.setitem(app.extensions, "worker_state", state)
    checkpoint = Trainer(Config.parse({})).checkpoint().to_json()
    for request in (
        {"config": {"model": {"layers": []}}, "checkpoint": checkpoint},
        {"views": 3},
        {"config": 3},
    ):
        refused(request)
        state.acquire_slot().release()  # it is still there


def test_a_run_that_costs_more_than_its_share_is_refused_by_the_setting_to_change(app, refused):
    layers = [{"type": "dense", "units": 128}] * 8
    config = {"data": {"n_samples": 5000}, "model": {"layers": layers}, "training": {"batch_size": 640}}
    assert list(messages(refused({"config": config, "resolution": 200}))) == ["data.n_samples"]
    config["data"] = {}
    config["training"] = {}
    assert list(messages(refused({"config": config, "resolution": 200}))) == ["resolution"]
    assert not app.extensions["worker_state"].scheduler.busy


def test_a_deployment_sets_what_a_share_is():
    from app import create_app

    client = create_app({"DESCENT_WORK_MILLIONS": 1.5}).test_client()
    found = messages(client.post("/api/train", json={"until": NOW}).json)
    assert list(found) == ["resolution"]
    assert re.search(
        r"must be at most \d+ for a network of 25 parameters; got 80\. Lower it, draw fewer", *found.values()
    )


def test_a_run_at_the_highest_counts_ends_in_good_order_and_goes_no_further(client):
    def events_of(checkpoint):
        with client.post("/api/train", json={"checkpoint": checkpoint, "frames_per_second": 30}) as answer:
            assert answer.status_code == 200, answer.text
            return list(events(answer.iter_encoded()))

    start = Trainer(Config()).checkpoint().to_json()
    for changes in ({"step": 2**53 - 3}, {"epoch": 2**32 - 3}):
        first = events_of(start | changes)
        (end,) = named("end", first)
        assert first[-1] == ("end", end)
        assert end["reason"] == "limit"
        assert re.match(r"^Training has reached its last (step, 9007|epoch, 4294)", end["message"])
        require("End", end)
        again = events_of(named("checkpoint", first)[-1])
        assert [name for name, _ in again] == ["start", "frame", "checkpoint", "end"]
        assert named("end", again) == [end]


def test_a_best_loss_of_hundreds_of_digits_is_refused(refused):
    config = {"training": {"early_stopping": {"name": "validation_loss"}}}
    checkpoint = Trainer(Config.parse(config)).checkpoint().to_json()
    checkpoint["early_stopping"]["best"] = [10**400]
    found = messages(refused({"config": config, "checkpoint": checkpoint}))
    assert found == {"checkpoint": "`checkpoint.early_stopping.best` must hold numbers or null."}


LONG = "x" * 1_400_000
ARRAY = {"dtype": LONG, "shape": [1], "data": ""}
STATE = Trainer(Config()).checkpoint().to_json()


@pytest.mark.parametrize(
    "hostile",
    [
        {LONG[:900_000]: 1},
        {"views": [LONG[:900_000]]},
        {"resolution": LONG[:900_000]},
        {"until": {LONG[:900_000]: 1}},
        {"config": LONG[:900_000]},
        {"config": {LONG[:900_000]: {}}},
        {"config": {"data": {"name": LONG[:900_000]}}},
        {"config": {"data": {"features": [LONG[:900_000]]}}},
        {"config": {"data": {"split": {LONG[:900_000]: 1}}}},
        {"config": {"model": {"layers": [{"type": LONG[:900_000]}]}}},
        {"config": {"model": {"layers": [{"type": "dense", LONG[:900_000]: 1}]}}},
        {"config": {"training": {"optimizer": {"name": "sgd", LONG[:900_000]: 1}}}},
        {"config": {"training": {"class_weights": LONG[:900_000]}}},
        {"checkpoint": LONG},
        {"checkpoint": {LONG: 1}},
        {"checkpoint": STATE | {"step": LONG}},
        {"checkpoint": STATE | {"params": ARRAY}},
        {"checkpoint": STATE | {"optimizer": {"name": LONG, "state": 3}}},
        {"checkpoint": STATE | {"optimizer": {"name": "sgd", "state": {LONG: 1}}}},
        {"checkpoint": STATE | {"optimizer": {"name": "sgd", "state": {LONG: "x"}}}},
        {"checkpoint": STATE | {"optimizer": {"name": "sgd", "state": {LONG: ARRAY}}}},
        {"checkpoint": STATE | {"optimizer": {"name": "sgd", "state": {LONG: [1]}}}},
        {"checkpoint": STATE | {"layers": {"statistics": ARRAY}}},
    ],
)
def test_no_value_of_a_request_comes_back_beyond_sixty_characters(refused, hostile):
    text = json.dumps(refused(hostile))
    assert "x" * 61 not in text
    assert len(text) < 1000


@pytest.mark.parametrize("path", ["/api/train", "/api/data"])
def test_at_most_a_hundred_errors_come_back(refused, path):
    problem = refused({f"unknown{i}": 0 for i in range(1900)}, path)
    assert len(problem["errors"]) == 100
    require("Problem", problem)
    assert problem["detail"].endswith(
        "`unknown2` is not a setting. Remove it or check its spelling. "
        "1800 more are wrong than the 100 that are listed."
    )
    assert len(json.dumps(problem)) < 15_000
    assert len(refused({f"unknown{i}": 0 for i in range(100)}, path)["errors"]) == 100
