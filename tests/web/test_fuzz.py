"""Whatever is sent: an answer or a refusal, no mistake of the server's, and nothing left behind.

Read off the API's own description, so that a new setting or address is tried as it comes. Every run tries the
same.
"""

import base64
import copy
import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schema import require
from schemathesis.specs.openapi.checks import positive_data_acceptance
from wire import events, strict_json

from app import create_app
from dl_core import Config, Trainer

LEASE_SECONDS = 0.003  # a stream ends by itself, whatever it was asked for
APP = create_app({"DESCENT_LEASE_SECONDS": LEASE_SECONDS, "DESCENT_STREAMS": 2, "DESCENT_WORK_MILLIONS": 100})
SCHEMA = schemathesis.openapi.from_wsgi("/api/openapi.json", APP)
PLAIN = {"Accept-Encoding": "identity"}
ALIKE = {
    **{"derandomize": True, "database": None, "deadline": None},
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
}


@SCHEMA.parametrize()
@settings(max_examples=10, **ALIKE)
def test_the_api_does_what_its_description_says(case):
    """With requests that fit it, unless their settings contradict each other, and with others."""
    case.call_and_validate(headers=PLAIN, excluded_checks=[positive_data_acceptance])
    nothing_is_left()


def nothing_is_left():
    """No turn and no place is still taken."""
    state = APP.extensions["worker_state"]
    assert not state.scheduler.busy
    for slot in [state.acquire_slot(), state.acquire_slot()]:
        slot.release()


def sent(body, path="/api/train"):
    """Post bytes; look at the answer, whatever it is."""
    with APP.test_client().post(path, data=body, content_type="application/json") as answer:
        if answer.content_type == "text/event-stream":
            assert answer.status_code == 200
            found = list(events([answer.data]))
            assert found[0][0] == "start"
            assert found[-1][0] == "end"
        elif answer.status_code == 200:
            require("Data", strict_json(answer.data))
        else:
            assert answer.status_code in (400, 413, 415, 422)
            assert answer.content_type == "application/problem+json"
            problem = strict_json(answer.data)
            require("Problem", problem)
            assert problem["status"] == answer.status_code
            assert len(problem["detail"]) < 2000
    nothing_is_left()
    return answer.status_code


@settings(max_examples=150, **ALIKE)
@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes(body):
    assert sent(body) in (400, 422)
    assert sent(body, "/api/data") in (400, 422)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([2**53, 2**53 + 1, -1, 0, 1e308, 5e-324, "NaN", "__class__", "x1", "\x00", "a" * 1000])
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)

FULL = Config.parse(
    {
        "model": {"layers": [{"type": "dense"}, {"type": "dropout"}]},
        "training": {"optimizer": {"name": "adam", "learning_rate": 0.01}},
    }
)


def state() -> Any:
    """A checkpoint in mid-epoch."""
    trainer = Trainer(FULL)
    trainer.train(steps=7)
    return trainer.checkpoint().to_json()


WHOLE = {
    "config": FULL.model_dump(mode="json"),
    "checkpoint": state(),
    "until": {"epoch": 3},
    "frames_per_second": 30,
    "epochs_per_second": None,
    "views": ["boundary", "neurons", "weights", "unit:0:1"],
    "resolution": 20,
}


def places(node, path=()):
    """Path of everything in a document."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


PLACES = list(places(WHOLE))
CHECKPOINT = [path for path in PLACES if path[0] == "checkpoint"]


def changed(path, value, remove):
    """The whole request with one thing in it replaced or left out."""
    document = copy.deepcopy(WHOLE)
    *outer, last = path
    node = document
    for key in outer:
        node = node[key]
    if remove:
        del node[last]
    else:
        node[last] = value
    return json.dumps(document)


def test_the_whole_request_is_right():
    assert sent(json.dumps(WHOLE)) == 200


@settings(max_examples=100, **ALIKE)
@given(st.sampled_from(PLACES) | st.sampled_from(CHECKPOINT), ANYTHING, st.booleans())
def test_anything_in_the_place_of_anything(path, value, remove):
    sent(changed(path, value, remove))


@settings(max_examples=60, **ALIKE)
@given(st.binary(min_size=4, max_size=4), st.integers(0, 10**9), st.sampled_from(["params", "m", "v"]))
def test_any_numbers_in_a_checkpoint(number, where, name):
    """NaN, infinity, denormal numbers: they train, or diverge, or are refused."""
    document = copy.deepcopy(WHOLE)
    checkpoint = document["checkpoint"]
    array = checkpoint["params"] if name == "params" else checkpoint["optimizer"]["state"][name]
    raw = bytearray(base64.b64decode(array["data"]))
    where %= len(raw) // 4
    raw[4 * where : 4 * where + 4] = number
    array["data"] = base64.b64encode(bytes(raw)).decode()
    assert sent(json.dumps(document)) in (200, 422)


@settings(max_examples=100, **ALIKE)
@given(st.data())
def test_a_request_cut_or_spoiled_anywhere(data):
    body = bytearray(json.dumps(WHOLE).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    sent(bytes(body[: data.draw(st.integers(0, len(body)))]))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 3e38, 1e-45])
def test_numbers_that_no_training_leads_to(number):
    import numpy as np

    document = copy.deepcopy(WHOLE)
    array = document["checkpoint"]["params"]
    numbers = np.full(array["shape"], number, np.float32)
    array["data"] = base64.b64encode(numbers.tobytes()).decode()
    assert sent(json.dumps(document)) in (200, 422)
