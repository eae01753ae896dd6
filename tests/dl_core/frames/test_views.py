"""Which views there are, and which a config refuses."""

import pytest
from drawn_frames import ALL, cell_centers, new_trainer, painted
from dummy_view import register
from jsonschema import Draft202012Validator

from dl_core import Config, Trainer
from dl_core.frames import DEFAULT_VIEWS, VIEWS, FramePainter, frame_schema, request_schema, view_error


@pytest.mark.parametrize("views", [[], ALL, ["unit:0:0"], ["unit:2:3", "unit:3:0"]])
def test_views_that_can_be_drawn(views):
    config = Config.parse({"model": {"layers": [{"type": "dense"}, {"type": "dropout"}, {"type": "dense"}]}})
    assert view_error(views, config) is None
    painted(Trainer(config), views, 20)


@pytest.mark.parametrize(
    ("views", "words"),
    [
        ("boundary", "`views` must be a list of at most 16 names."),
        (None, "`views` must be a list of at most 16 names."),
        (["boundary"] * 17, "`views` must be a list of at most 16 names."),
        (["boundry"], "`views` must be names from weights, boundary, neurons and unit:L:U; got boundry."),
        ([3], "`views` must be names from weights, boundary, neurons and unit:L:U; got 3."),
        ([["boundary"]], "`views` must be names from"),
        (["unit:0"], "`views` must be names from"),
        (["unit:0:-1"], "`views` must be names from"),
        (["unit:0:4"], "`views` must name a unit that has a map in this network; got unit:0:4."),
        (["unit:1:0"], "`views` must name a unit that has a map in this network; got unit:1:0."),
        (["unit:3:1"], "`views` must name a unit that has a map in this network; got unit:3:1."),
        (["unit:9:0"], "`views` must name a unit that has a map in this network; got unit:9:0."),
    ],
)
def test_views_that_cannot_be_drawn_get_a_sentence(views, words):
    config = Config.parse({"model": {"layers": [{"type": "dense"}, {"type": "dropout"}, {"type": "dense"}]}})
    message = view_error(views, config)
    assert message.startswith(words)
    assert message.endswith(".")


def test_a_view_is_one_entry_of_the_registry(monkeypatch):
    register(monkeypatch)
    trainer, numbers = new_trainer(5, data={"name": "rings"}), Config.parse({"data": {"name": "plane"}})
    frame = painted(trainer, ["output_mean", "weights", "unit:0:1"])
    assert list(frame)[-3:] == ["weights", "unit:0:1", "output_mean"]
    assert frame["output_mean"] == pytest.approx(trainer.predict(cell_centers(80)).mean(axis=0), abs=1e-5)
    assert view_error(["output_mean"], trainer.config) is None
    assert view_error(["output_mean"], numbers) == (
        "`views` must be without output_mean for numbers; got output_mean."
    )


def test_a_painter_refuses_a_view_that_is_not_known():
    with pytest.raises(ValueError, match=r"must be names from .*; got output_mean\."):
        FramePainter(new_trainer(), ["output_mean"])


def test_schemas_say_of_every_view_what_may_be_asked_and_what_is_drawn():
    entries, names = frame_schema(), request_schema()
    described = {**entries["properties"], **entries["patternProperties"]}
    assert len(described) == len(names["items"]["anyOf"]) == len(VIEWS)
    for view, entry, name in zip(VIEWS.values(), described.values(), names["items"]["anyOf"], strict=True):
        assert entry["description"] == name["description"] == view.description
    Draft202012Validator(names).validate([*DEFAULT_VIEWS, "unit:0:1"])
    for wrong in ("boundary", ["boundry"], ["unit:0"], ["unit:0:1x"], ["boundary"] * 17):
        assert not Draft202012Validator(names).is_valid(wrong)
