import numpy as np
import pytest

from dl_core import Config
from dl_core.data.datasets import DATASETS, make
from dl_core.training.data import Data


def data(**settings):
    return Data(Config.parse({"data": settings, "training": {"batch_size": 1}}))


def raw(one):
    """All raw points, whatever their split, in one order."""
    x = np.concatenate([part.x for part in one.samples.values()])
    return x[np.lexsort(x.T)]


@pytest.mark.parametrize("name", DATASETS)
def test_inputs_and_targets_of_every_dataset(name):
    one = data(name=name, features=["x1", "x2", "x1*x2"], scaling="standard", n_samples=40)
    n_classes = DATASETS[name].n_classes or 0
    units = n_classes if n_classes > 2 else DATASETS[name].n_outputs
    for split, size in (("train", 20), ("validation", 10), ("test", 10)):
        assert (one.x[split].shape, one.x[split].dtype) == ((size, 3), np.float32)
        assert (one.t[split].shape, one.t[split].dtype) == ((size, units), np.float32)


@pytest.mark.parametrize(
    "change",
    [
        {"split": {"train": 0.1, "validation": 0.2, "test": 0.7}},
        {"features": ["cos(x1)"]},
        {"scaling": "min_max"},
    ],
)
def test_the_raw_points_are_the_same_whatever_split_or_features(change):
    assert np.array_equal(raw(data(name="spiral", noise=0.1)), raw(data(name="spiral", noise=0.1, **change)))


def test_scaling_is_fitted_on_the_training_part_alone():
    one = data(name="xor", scaling="standard", features=["x1", "x1^2"])
    assert one.x["train"].mean(axis=0) == pytest.approx(np.zeros(2), abs=1e-6)
    assert np.abs(one.x["test"].mean(axis=0)).max() > 0.01


def test_parts_may_be_empty():
    one = data(split={"train": 1, "validation": 0, "test": 0}, scaling="standard")
    assert one.x["validation"].shape == (0, 2)
    assert one.t["test"].shape == (0, 1)


def test_the_points_are_the_datasets():
    samples = make("moons", n_samples=60, noise=0.2, n_classes=None, seed=9)
    assert np.array_equal(
        raw(data(name="moons", n_samples=60, noise=0.2, seed=9)), samples.x[np.lexsort(samples.x.T)]
    )
