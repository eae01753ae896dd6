"""Events: the JSON that Python would write, with arrays put in unread."""

import json

import pytest

from dl_core import Config, Trainer
from dl_core.frames import FramePainter
from web.training.events import Checkpoint, End, Frame, Start, encode

ARRAY = {"dtype": "uint8", "shape": [2], "data": "AAA="}


def plain(name, data):
    """The same, without the short cut."""
    return f"event: {name}\ndata: {json.dumps(data, allow_nan=False, separators=(',', ':'))}\n\n".encode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"a": ARRAY, "b": [ARRAY, {"c": ARRAY, "d": [1, "x", None, True]}]},
        {"a": ARRAY | {"data": ""}, "b": ARRAY},
        {"text": 'says "data":"" and \\"data\\":\\"\\"', "b": ARRAY},
        {"a": ARRAY, 'quoted "data":""': 'ü ♥ "'},
        {"data": {"name": "circle"}, "dtype": "none"},
    ],
)
def test_an_event_is_the_json_that_python_writes(data):
    assert encode(Frame(data)) == plain("frame", data)


def test_what_streams_send_is_the_json_that_python_writes():
    trainer = Trainer(Config.parse({"data": {"name": "blobs"}}))
    trainer.train(steps=3)
    painter = FramePainter(trainer)
    for event in (
        Start(painter.start()),
        Frame(painter.frame()),
        Checkpoint(trainer.checkpoint().to_json()),
    ):
        assert encode(event) == plain(type(event).__name__.lower(), event.data)


def test_an_end_says_no_more_than_there_is_to_say():
    assert encode(End("until", 3)) == plain("end", {"reason": "until", "step": 3})
    told = {"reason": "diverged", "step": 3, "message": "Why."}
    assert encode(End("diverged", 3, "Why.")) == plain("end", told)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_never_passes(number):
    with pytest.raises(ValueError, match="JSON"):
        encode(Frame({"loss": number, "a": ARRAY}))


def test_a_stray_empty_text_under_the_name_of_an_arrays_is_not_taken_for_one():
    with pytest.raises(ValueError, match="zip"):
        encode(Frame({"a": {"data": ""}, "b": ARRAY}))
