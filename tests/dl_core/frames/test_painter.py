"""A frame's form, and what it depends on."""

import json
import threading

import numpy as np
import pytest
from drawn_frames import ALL, new_trainer, over_the_wire, painted

from dl_core import Config, Trainer
from dl_core.arrays import decode
from dl_core.data.datasets import DATASETS
from dl_core.frames import DEFAULT_VIEWS, FramePainter, InferenceCache


@pytest.mark.parametrize("name", DATASETS)
def test_a_frame_has_its_form_for_every_dataset(name):
    trainer = new_trainer(1, data={"name": name})
    frame = painted(trainer, ALL)
    assert list(frame) == [
        "step",
        "epoch",
        "position",
        "metrics",
        "penalty",
        "lr",
        "weights",
        "boundary",
        "neurons",
    ]
    assert (frame["step"], frame["epoch"], frame["position"]) == (25, 1, 0)
    for split in ("train", "validation", "test"):
        assert frame["metrics"][split] == pytest.approx(trainer.metrics(split), rel=1e-5)
    assert decode(frame["weights"]).tobytes() == trainer.network.params.tobytes()
    kinds = {"multiclass": ["classes", "values"]}.get(trainer.task.name, ["values"])
    assert list(frame["boundary"]) == kinds
    assert all(decode(value).shape == (80, 80) for value in frame["boundary"].values())
    assert all(decode(value).dtype == np.uint8 for value in frame["boundary"].values())
    assert [(map_["layer"], decode(map_["values"]).shape) for map_ in frame["neurons"]] == [
        (0, (4, 20, 20)),
        (1, (2, 20, 20)),
    ]


def test_the_default_frame_fits_its_budget():
    assert len(json.dumps(painted(new_trainer(3), ALL))) < 16_000


def test_only_what_is_asked_for_is_drawn():
    assert list(painted(new_trainer(), [])) == ["step", "epoch", "position", "metrics", "penalty", "lr"]
    assert "neurons" not in painted(new_trainer(), ["boundary"])


def test_a_frame_depends_on_the_trainer_alone_and_leaves_it_alone():
    trainer = new_trainer(3)
    before = json.dumps(trainer.checkpoint().to_json())
    first = painted(trainer, [*ALL, "unit:0:1"], 40)
    painted(trainer, ALL, 20)
    assert painted(trainer, [*ALL, "unit:0:1"], 40) == first
    assert json.dumps(trainer.checkpoint().to_json()) == before
    assert painted(Trainer(trainer.config, trainer.checkpoint()), [*ALL, "unit:0:1"], 40) == first


@pytest.mark.parametrize("name", ["circle", "rings", "plane"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_what_is_not_finite_becomes_null_or_0(name, value):
    trainer = new_trainer(
        data={"name": name}, model={"layers": [{"type": "dense", "activation": "relu"}]}, training={"l2": 1}
    )
    trainer.network.params[...] = value
    frame = painted(trainer, [*ALL, "unit:0:0", "unit:1:0"])
    if not np.isfinite(value):
        assert frame["penalty"] is None
        assert frame["metrics"]["train"]["loss"] is None
        assert np.array_equal(decode(frame["weights"]), trainer.network.params, equal_nan=True)
    if np.isnan(value):
        assert not decode(frame["boundary"]["values"]).any()
        assert not decode(frame["neurons"][0]["values"]).any()


def test_start_says_what_frames_mean():
    layers = [{"type": "dense", "units": 3, "activation": "relu"}, {"type": "dropout", "dropout_rate": 0.1}]
    trainer = new_trainer(data={"features": ["x1", "x2", "x1^2"]}, model={"layers": layers})
    start = over_the_wire(FramePainter(trainer).start())
    assert start["config"] == trainer.config.model_dump(mode="json")
    assert Config.parse(start["config"]) == trainer.config
    dense, dropout, output = start["layers"]
    assert dense.items() >= trainer.config.model.layers[0].model_dump().items()
    assert (dense["in_shape"], dense["out_shape"], dense["maps"]) == ([3], [3], True)
    assert dense["parameters"] == [
        {"name": "W", "title": "Weight", "kind": "weights", "shape": [3, 3], "offset": 0},
        {"name": "b", "title": "Bias", "kind": "bias", "shape": [1, 3], "offset": 9},
    ]
    shapes = {"units": 3, "in_shape": [3], "out_shape": [3], "maps": False, "parameters": []}
    assert dropout == {"type": "dropout", "dropout_rate": 0.1, **shapes}
    assert output.items() >= {"type": "dense", "units": 1, "activation": "sigmoid", "output": True}.items()
    assert [(part["name"], part["offset"]) for part in output["parameters"]] == [("W", 12), ("b", 15)]
    assert start["n_parameters"] == 16
    assert (start["task"], start["classes"]) == ("binary", ["0", "1"])
    assert start["axes"] == [{"name": "x1", "min": -6, "max": 6}, {"name": "x2", "min": -6, "max": 6}]
    assert start["range"] == {"min": 0, "max": 1}
    assert start["samples"] == {"train": 250, "validation": 125, "test": 125}
    assert start["steps_per_epoch"] == 25
    assert (start["loss"], start["output_activation"]) == ("binary_cross_entropy", "sigmoid")
    assert start["schedule"] == {"varies": False, "unit": "epochs", "end": 1, "factors": [1.0] * 151}


def test_a_param_edited_at_its_offset_is_the_weight_of_that_link():
    trainer = new_trainer()
    W, b = FramePainter(trainer).start()["layers"][1]["parameters"]
    checkpoint = trainer.checkpoint()
    checkpoint.params[W["offset"] + 3 * W["shape"][-1] + 1] = 9  # from input 3 to unit 1
    checkpoint.params[b["offset"] + 1] = 8
    again = Trainer(trainer.config, checkpoint)
    assert again.network.layers[1].W[3, 1] == 9
    assert again.network.layers[1].b[0, 1] == 8


@pytest.mark.parametrize(
    ("parts", "task", "classes", "range_"),
    [
        ({"data": {"name": "rings"}}, "multiclass", ["0", "1", "2"], {"min": 0, "max": 1}),
        ({"model": {"output_activation": "tanh"}}, "binary", ["0", "1"], {"min": -1, "max": 1}),
        ({"data": {"name": "saddle"}}, "regression", None, {"min": -1, "max": 1}),
    ],
)
def test_task_classes_and_range(parts, task, classes, range_):
    start = FramePainter(new_trainer(**parts)).start()
    assert (start["task"], start["classes"], start["range"]) == (task, classes, range_)


def test_by_default_a_frame_shows_every_view_without_numbers():
    assert set(DEFAULT_VIEWS) == set(ALL)
    assert FramePainter(new_trainer()).frame() == FramePainter(new_trainer(), ALL).frame()


def several(n):
    """Painters' arguments for networks built alike and otherwise, with different parameters."""
    sizes = [(8, 8), (8, 8), (5, 3)]
    return [
        new_trainer(
            2 + i,
            data={"name": "rings"},
            model={
                "seed": i,
                "layers": [{"type": "dense", "units": units} for units in sizes[i % len(sizes)]],
            },
        )
        for i in range(n)
    ]


def test_painters_that_share_a_cache_draw_in_turns_as_if_alone():
    cache, trainers = InferenceCache(), several(6)
    painters = [FramePainter(trainer, [*ALL, "unit:0:1"], 40, cache) for trainer in trainers]
    alone = [FramePainter(trainer, [*ALL, "unit:0:1"], 40).frame() for trainer in trainers]
    assert [painter.frame() for painter in painters * 2] == alone * 2
    assert len(cache) == 4  # two passes for each architecture


def test_a_painter_of_its_own_for_each_thread_draws_as_if_alone():
    trainers = several(2)
    alone = [json.dumps(FramePainter(trainer, [*ALL, "unit:0:1"]).frame()) for trainer in trainers]
    together, painted = threading.Barrier(2), [set(), set()]

    def draw(i):
        together.wait()
        painter = FramePainter(trainers[i], [*ALL, "unit:0:1"])
        for _ in range(100):
            painted[i].add(json.dumps(painter.frame()))

    threads = [threading.Thread(target=draw, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert painted == [{frame} for frame in alone]
