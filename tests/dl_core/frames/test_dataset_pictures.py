"""What the page shows of a dataset."""

import numpy as np
import pytest
from drawn_frames import cell_centers, over_the_wire

from dl_core import Config, Trainer
from dl_core.arrays import decode
from dl_core.data.datasets import DATASETS
from dl_core.data.features import FEATURES
from dl_core.frames import dataset, gallery


@pytest.mark.parametrize(
    "parts", [{}, {"data": {"name": "blobs", "n_classes": 8}}, {"data": {"name": "ripple"}}]
)
def test_data_for_the_page(parts):
    config = Config.parse(parts)
    found = over_the_wire(dataset(config))
    assert list(found) == ["task", "classes", "axes", "range", "splits", "features"]
    trainer = Trainer(config)
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
        assert list(entry) == [
            *("name", "title", "description", "task", "n_classes", "n_outputs", "points", "range")
        ]
        assert decode(entry["points"]["x"]).shape == (150, 2)
        outputs = entry["n_outputs"]
        assert decode(entry["points"]["y"]).shape == ((150,) if outputs == 1 else (150, outputs))
        assert entry["n_classes"] == DATASETS[entry["name"]].n_classes
    assert gallery() == entries
