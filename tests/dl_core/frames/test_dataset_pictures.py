"""What the page shows of a dataset."""

import numpy as np
import pytest
from drawn_frames import cell_centers, over_the_wire

from dl_core import Config, Trainer
from dl_core.arrays import decode
from dl_core.data.datasets import DATASETS
from dl_core.data.features import FEATURES
from dl_core.frames import FramePainter, dataset, gallery


@pytest.mark.parametrize(
    "parts", [{}, {"data": {"name": "blobs", "n_classes": 8}}, {"data": {"name": "ripple"}}]
)
def test_data_for_the_page(parts):
    config = Config.parse(parts)
    found = over_the_wire(dataset(config))
    trainer = Trainer(config)
    start = over_the_wire(FramePainter(trainer).start())
    shared = {name: found[name] for name in found.keys() & start.keys()}
    assert shared.keys() == found.keys() - {"splits", "features"}
    assert shared.items() <= start.items()
    for split, points in found["splits"].items():
        x, y = trainer.points(split)
        assert decode(points["x"]).tobytes() == x.tobytes()
        assert np.array_equal(decode(points["y"]), y[:, 0])
        assert decode(points["y"]).dtype == (np.float32 if config.task.name == "regression" else np.uint8)
    assert [feature["name"] for feature in found["features"]] == list(FEATURES)


def test_feature_maps_are_the_features_before_scaling():
    found = {
        map_["name"]: map_ for map_ in dataset(Config.parse({"data": {"scaling": "standard"}}))["features"]
    }
    x1, x2 = cell_centers(20).T
    for name, values in (("x1", x1), ("x2", x2), ("x1*x2", x1 * x2), ("cos(x2)", np.cos(x2))):
        shown = decode(found[name]["values"]).ravel() / 127 * found[name]["scale"]
        assert shown == pytest.approx(values, abs=0.51 / 127 * found[name]["scale"])
    assert found["x1"]["scale"] == 6


def test_the_gallery_shows_every_dataset():
    entries = over_the_wire(gallery())
    assert [entry["name"] for entry in entries] == list(DATASETS)
    for entry in entries:
        assert list(entry) == ["name", "title", "description", "task", "tasks", "points", "range"]
        assert decode(entry["points"]["x"]).shape == (150, 2)
        usual = entry["tasks"][0]
        numbers = usual["classes"] == 0 and usual["outputs"] > 1
        assert decode(entry["points"]["y"]).shape == ((150, usual["outputs"]) if numbers else (150,))
        assert (usual["n_classes"], usual["task"]) == (None, entry["task"])
    assert gallery() == entries


def test_the_gallery_says_what_each_number_of_classes_comes_to():
    tasks = {entry["name"]: entry["tasks"] for entry in gallery()}
    assert [len(tasks[name]) for name in ("circle", "swirl", "blobs")] == [1, 1, 8]
    for name, known in tasks.items():
        for entry in known:
            config = Config.parse({"data": {"name": name, "n_classes": entry["n_classes"]}})
            said = (entry["task"], entry["classes"], entry["outputs"], entry["output_activation"])
            assert said == (*config.task, config.objective[1])
