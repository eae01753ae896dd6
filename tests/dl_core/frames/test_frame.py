import json

import numpy as np
import pytest

from dl_core import Config, Trainer
from dl_core.arrays import decode
from dl_core.data.datasets import DATASETS, EXTENT
from dl_core.data.features import FEATURES
from dl_core.frames import frame as frames

DEFAULT_VIEWS = ["boundary", "neurons", "weights"]


def trainer(epochs=0, **parts):
    one = Trainer(Config.parse(parts))
    one.train(epochs=epochs)
    return one


def over_the_wire(value):
    """What the browser gets; fails on NaN and on what JSON does not know."""
    return json.loads(json.dumps(value, allow_nan=False))


def unpacked(picture):
    """Real values of an entry {"values", "scale"}."""
    values, scale = decode(picture["values"]), decode(picture["scale"])
    return values.astype(np.float32) / 127 * scale[:, None, None].reshape(-1, *[1] * (values.ndim - 1))


def centres(n):
    along = -EXTENT + (np.arange(n) + 0.5) * 2 * EXTENT / n
    return np.array([[x1, x2] for x2 in along for x1 in along])


@pytest.mark.parametrize("name", DATASETS)
def test_a_frame_has_its_form_for_every_dataset(name):
    one = trainer(1, data={"name": name})
    frame = over_the_wire(frames.frame(one, DEFAULT_VIEWS))
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
        assert frame["metrics"][split] == pytest.approx(one.metrics(split), rel=1e-5)
    assert decode(frame["weights"]).tobytes() == one.network.params.tobytes()
    kinds = {"multiclass": ["classes", "values"]}.get(one.task.name, ["values"])
    assert list(frame["boundary"]) == kinds
    assert all(decode(value).shape == (80, 80) for value in frame["boundary"].values())
    assert all(decode(value).dtype == np.uint8 for value in frame["boundary"].values())
    assert [(map_["layer"], decode(map_["values"]).shape) for map_ in frame["neurons"]] == [
        (0, (4, 20, 20)),
        (1, (2, 20, 20)),
    ]


def test_the_default_frame_fits_its_budget():
    assert len(json.dumps(frames.frame(trainer(3), DEFAULT_VIEWS))) < 16_000


def test_only_what_is_asked_for_is_drawn():
    assert list(frames.frame(trainer(), [])) == ["step", "epoch", "position", "metrics", "penalty", "lr"]
    assert "neurons" not in frames.frame(trainer(), ["boundary"])


@pytest.mark.parametrize("resolution", [20, 80, 200])
def test_the_decision_map_is_the_prediction_at_cell_centres(resolution):
    one = trainer(20, data={"name": "moons"}, training={"optimizer": {"name": "adam", "learning_rate": 0.1}})
    values = decode(frames.frame(one, ["boundary"], resolution)["boundary"]["values"])
    predicted = one.predict(centres(resolution)).reshape(resolution, resolution)
    assert values / 255 == pytest.approx(predicted, abs=0.51 / 255)
    assert np.ptp(values) > 200


def test_row_0_is_the_smallest_x2_and_column_0_the_smallest_x1():
    one = trainer(model={"layers": []})
    one.network.params[...] = [0, 5, 0]
    values = decode(frames.frame(one, ["boundary"])["boundary"]["values"]).astype(int)
    assert (values[0] == 0).all()
    assert (values[-1] == 255).all()
    one.network.params[...] = [5, 0, 0]
    values = decode(frames.frame(one, ["boundary"])["boundary"]["values"]).astype(int)
    assert (values[:, 0] == 0).all()
    assert (values[:, -1] == 255).all()


def test_several_classes_show_the_winner_and_its_probability():
    one = trainer(10, data={"name": "pinwheel"})
    boundary = frames.frame(one, ["boundary"])["boundary"]
    probabilities = one.predict(centres(80))
    assert np.array_equal(decode(boundary["classes"]).ravel(), probabilities.argmax(axis=1))
    assert decode(boundary["values"]).ravel() / 255 == pytest.approx(
        probabilities.max(axis=1), abs=0.51 / 255
    )


def test_numbers_are_shown_over_the_targets_range():
    one = trainer(5, data={"name": "plane", "noise": 0.5})
    low, high = (frames.start(one)["range"][end] for end in ("min", "max"))
    largest = max(np.abs(one.points(split)[1]).max() for split in ("train", "validation", "test"))
    assert (low, high) == (-largest, largest)
    values = decode(frames.frame(one, ["boundary"])["boundary"]["values"]).ravel()
    shown = low + values / 255 * (high - low)
    assert shown == pytest.approx(
        one.predict(centres(80)).ravel().clip(low, high), abs=(high - low) * 0.51 / 255
    )


def test_unit_maps_are_the_hidden_outputs_at_coarse_cell_centres():
    layers = [
        {"type": "dense", "units": 3, "activation": "relu"},
        {"type": "dropout"},
        {"type": "dense", "units": 2},
    ]
    one = trainer(5, data={"scaling": "standard"}, model={"layers": layers})
    maps = frames.frame(one, ["neurons"], 40)["neurons"]
    assert [map_["layer"] for map_ in maps] == [0, 2]
    outputs = one.network.outputs(one.data[0].inputs(centres(10).astype(np.float32)))
    for map_ in maps:
        exact = outputs[map_["layer"]].T.reshape(-1, 10, 10)
        scale = decode(map_["scale"])
        assert scale == pytest.approx(np.maximum(1, np.abs(exact).max(axis=(1, 2))))
        assert (np.abs(unpacked(map_) - exact) <= 0.51 / 127 * scale[:, None, None]).all()


@pytest.mark.parametrize(
    ("view", "layer", "unit"), [("unit:0:3", 0, 3), ("unit:1:0", 1, 0), ("unit:2:1", 2, 1)]
)
def test_a_units_large_map(view, layer, unit):
    one = trainer(5, data={"name": "blobs"})
    frame = over_the_wire(frames.frame(one, [view]))
    outputs = one.network.outputs(one.data[0].inputs(centres(80).astype(np.float32)))
    outputs[2] = one.predict(centres(80))
    exact = outputs[layer][:, unit].reshape(80, 80)
    assert decode(frame[view]["values"]).shape == (80, 80)
    assert unpacked(frame[view]) == pytest.approx(exact, abs=0.6 / 127 * max(1, np.abs(exact).max()))


def test_a_unit_asked_for_twice_is_drawn_twice_alike():
    frame = frames.frame(trainer(5), ["boundary", "unit:0:1", "unit:0:01", "unit:2:0"])
    assert frame["unit:0:01"] == frame["unit:0:1"] == frames.frame(trainer(5), ["unit:0:1"])["unit:0:1"]


def test_without_hidden_layers_there_are_no_unit_maps():
    assert frames.frame(trainer(model={"layers": []}), DEFAULT_VIEWS)["neurons"] == []


def test_a_frame_depends_on_the_trainer_alone_and_leaves_it_alone():
    one = trainer(3)
    before = json.dumps(one.checkpoint().to_json())
    first = frames.frame(one, [*DEFAULT_VIEWS, "unit:0:1"], 40)
    frames.frame(one, DEFAULT_VIEWS, 20)
    assert frames.frame(one, [*DEFAULT_VIEWS, "unit:0:1"], 40) == first
    assert json.dumps(one.checkpoint().to_json()) == before
    assert frames.frame(Trainer(one.config, one.checkpoint()), [*DEFAULT_VIEWS, "unit:0:1"], 40) == first


@pytest.mark.parametrize("name", ["circle", "rings", "plane"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_what_is_not_finite_becomes_null_or_0(name, value):
    one = trainer(
        data={"name": name}, model={"layers": [{"type": "dense", "activation": "relu"}]}, training={"l2": 1}
    )
    one.network.params[...] = value
    frame = over_the_wire(frames.frame(one, [*DEFAULT_VIEWS, "unit:0:0", "unit:1:0"]))
    if not np.isfinite(value):
        assert frame["penalty"] is None
        assert frame["metrics"]["train"]["loss"] is None
        assert np.array_equal(decode(frame["weights"]), one.network.params, equal_nan=True)
    if np.isnan(value):
        assert not decode(frame["boundary"]["values"]).any()
        assert not decode(frame["neurons"][0]["values"]).any()


def test_start_says_what_frames_mean():
    layers = [{"type": "dense", "units": 3, "activation": "relu"}, {"type": "dropout", "dropout_rate": 0.1}]
    one = trainer(data={"features": ["x1", "x2", "x1^2"]}, model={"layers": layers})
    start = over_the_wire(frames.start(one))
    assert start["config"] == one.config.model_dump(mode="json")
    assert Config.parse(start["config"]) == one.config
    dense, dropout, output = start["layers"]
    assert dense.items() >= one.config.model.layers[0].model_dump().items()
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


def test_a_param_edited_at_its_offset_is_the_weight_of_that_link():
    one = trainer()
    W, b = frames.start(one)["layers"][1]["parameters"]
    checkpoint = one.checkpoint()
    checkpoint.params[W["offset"] + 3 * W["shape"][-1] + 1] = 9  # from input 3 to unit 1
    checkpoint.params[b["offset"] + 1] = 8
    again = Trainer(one.config, checkpoint)
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
    start = frames.start(trainer(**parts))
    assert (start["task"], start["classes"], start["range"]) == (task, classes, range_)


@pytest.mark.parametrize(
    "parts", [{}, {"data": {"name": "blobs", "n_classes": 8}}, {"data": {"name": "ripple"}}]
)
def test_data_for_the_page(parts):
    config = Config.parse(parts)
    found = over_the_wire(frames.dataset(config))
    assert list(found) == ["task", "classes", "axes", "range", "splits", "features"]
    one = Trainer(config)
    for split, points in found["splits"].items():
        x, y = one.points(split)
        assert decode(points["x"]).tobytes() == x.tobytes()
        assert np.array_equal(decode(points["y"]), y[:, 0])
        assert decode(points["y"]).dtype == (np.float32 if config.task.name == "regression" else np.uint8)
    assert [feature["name"] for feature in found["features"]] == list(FEATURES)


def test_feature_maps_are_the_features_before_scaling():
    found = {
        map_["name"]: map_
        for map_ in frames.dataset(Config.parse({"data": {"scaling": "standard"}}))["features"]
    }
    x1, x2 = centres(20).T
    for name, values in (("x1", x1), ("x2", x2), ("x1*x2", x1 * x2), ("cos(x2)", np.cos(x2))):
        shown = decode(found[name]["values"]).ravel() / 127 * found[name]["scale"]
        assert shown == pytest.approx(values, abs=0.51 / 127 * found[name]["scale"])
    assert found["x1"]["scale"] == 6


def test_the_gallery_shows_every_dataset():
    gallery = over_the_wire(frames.gallery())
    assert [entry["name"] for entry in gallery] == list(DATASETS)
    for entry in gallery:
        assert list(entry) == [
            *("name", "title", "description", "task", "n_classes", "n_outputs", "points", "range")
        ]
        assert decode(entry["points"]["x"]).shape == (150, 2)
        outputs = entry["n_outputs"]
        assert decode(entry["points"]["y"]).shape == ((150,) if outputs == 1 else (150, outputs))
        assert entry["n_classes"] == DATASETS[entry["name"]].n_classes
    assert frames.gallery() == gallery


@pytest.mark.parametrize("views", [[], DEFAULT_VIEWS, ["unit:0:0"], ["unit:2:3", "unit:3:0"]])
def test_views_that_can_be_drawn(views):
    config = Config.parse({"model": {"layers": [{"type": "dense"}, {"type": "dropout"}, {"type": "dense"}]}})
    assert frames.view_error(views, config) is None
    assert frames.view_error(views, Trainer(config)) is None
    frames.frame(Trainer(config), views, 20)


@pytest.mark.parametrize(
    ("views", "words"),
    [
        ("boundary", "`views` must be a list of at most 16 names."),
        (None, "`views` must be a list of at most 16 names."),
        (["boundary"] * 17, "`views` must be a list of at most 16 names."),
        (["boundry"], "`views` must be names from boundary, neurons, weights and unit:L:U; got boundry."),
        ([3], "`views` must be names from boundary, neurons, weights and unit:L:U; got 3."),
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
    message = frames.view_error(views, config)
    assert message.startswith(words)
    assert message.endswith(".")
