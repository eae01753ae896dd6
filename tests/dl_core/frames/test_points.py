"""Maps over the plane."""

import numpy as np
import pytest
from drawn_frames import ALL, cell_centers, new_trainer, painted

from dl_core.arrays import decode
from dl_core.frames import FramePainter


def unpacked(picture):
    """Real values of an entry {"values", "scale"}."""
    values, scale = decode(picture["values"]), decode(picture["scale"])
    return values.astype(np.float32) / 127 * scale[:, None, None].reshape(-1, *[1] * (values.ndim - 1))


@pytest.mark.parametrize("resolution", [20, 80, 200])
def test_the_decision_map_is_the_prediction_at_cell_cell_centers(resolution):
    trainer = new_trainer(
        20, data={"name": "moons"}, training={"optimizer": {"name": "adam", "learning_rate": 0.1}}
    )
    values = decode(painted(trainer, ["boundary"], resolution)["boundary"]["values"])
    predicted = trainer.predict(cell_centers(resolution)).reshape(resolution, resolution)
    np.testing.assert_allclose(values / 255, predicted, rtol=0, atol=0.51 / 255)
    assert np.ptp(values) > 200


def test_row_0_is_the_smallest_x2_and_column_0_the_smallest_x1():
    trainer = new_trainer(model={"layers": []})
    trainer.network.params[...] = [0, 5, 0]
    values = decode(painted(trainer, ["boundary"])["boundary"]["values"]).astype(int)
    assert (values[0] == 0).all()
    assert (values[-1] == 255).all()
    trainer.network.params[...] = [5, 0, 0]
    values = decode(painted(trainer, ["boundary"])["boundary"]["values"]).astype(int)
    assert (values[:, 0] == 0).all()
    assert (values[:, -1] == 255).all()


def test_several_classes_show_the_winner_and_its_probability():
    trainer = new_trainer(10, data={"name": "pinwheel"})
    boundary = painted(trainer, ["boundary"])["boundary"]
    probabilities = trainer.predict(cell_centers(80))
    assert np.array_equal(decode(boundary["classes"]).ravel(), probabilities.argmax(axis=1))
    values = decode(boundary["values"]).ravel() / 255
    np.testing.assert_allclose(values, probabilities.max(axis=1), rtol=0, atol=0.51 / 255)


def test_numbers_are_shown_over_the_targets_range():
    trainer = new_trainer(5, data={"name": "plane", "noise": 0.5})
    low, high = (FramePainter(trainer).start()["range"][end] for end in ("min", "max"))
    largest = max(np.abs(trainer.points(split)[1]).max() for split in ("train", "validation", "test"))
    assert (low, high) == (-largest, largest)
    values = decode(painted(trainer, ["boundary"])["boundary"]["values"]).ravel()
    shown = low + values / 255 * (high - low)
    predicted = trainer.predict(cell_centers(80)).ravel().clip(low, high)
    np.testing.assert_allclose(shown, predicted, rtol=0, atol=(high - low) * 0.51 / 255)


def test_unit_maps_are_the_hidden_outputs_at_coarse_cell_cell_centers():
    layers = [
        {"type": "dense", "units": 3, "activation": "relu"},
        {"type": "dropout"},
        {"type": "dense", "units": 2},
    ]
    trainer = new_trainer(5, data={"scaling": "standard"}, model={"layers": layers})
    maps = painted(trainer, ["neurons"], 40)["neurons"]
    assert [map_["layer"] for map_ in maps] == [0, 2]
    outputs = trainer.network.outputs(trainer.data[0].inputs(cell_centers(10).astype(np.float32)))
    for map_ in maps:
        exact = outputs[map_["layer"]].T.reshape(-1, 10, 10)
        scale = decode(map_["scale"])
        assert scale == pytest.approx(np.maximum(1, np.abs(exact).max(axis=(1, 2))))
        assert (np.abs(unpacked(map_) - exact) <= 0.51 / 127 * scale[:, None, None]).all()


@pytest.mark.parametrize(
    ("view", "layer", "unit"), [("unit:0:3", 0, 3), ("unit:1:0", 1, 0), ("unit:2:1", 2, 1)]
)
def test_a_units_large_map(view, layer, unit):
    trainer = new_trainer(5, data={"name": "blobs"})
    frame = painted(trainer, [view])
    outputs = trainer.network.outputs(trainer.data[0].inputs(cell_centers(80).astype(np.float32)))
    outputs[2] = trainer.predict(cell_centers(80))
    exact = outputs[layer][:, unit].reshape(80, 80)
    assert decode(frame[view]["values"]).shape == (80, 80)
    tolerance = 0.6 / 127 * max(1, np.abs(exact).max())
    np.testing.assert_allclose(unpacked(frame[view]), exact, rtol=0, atol=tolerance)


def test_a_unit_asked_for_twice_is_drawn_twice_alike():
    frame = painted(new_trainer(5), ["boundary", "unit:0:1", "unit:0:01", "unit:2:0"])
    assert frame["unit:0:01"] == frame["unit:0:1"] == painted(new_trainer(5), ["unit:0:1"])["unit:0:1"]


def test_without_hidden_layers_there_are_no_unit_maps():
    assert painted(new_trainer(model={"layers": []}), ALL)["neurons"] == []
