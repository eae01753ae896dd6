import numpy as np
import pytest

from dl_core.data.datasets import EXTENT
from dl_core.data.features import FEATURES, SCALINGS, Inputs

POINTS = np.array([[-1, 2], [3, 0.5], [0, -6], [5, 5]], np.float32)

every = pytest.mark.parametrize("name", FEATURES)


@every
def test_a_feature_is_what_its_name_says(name):
    def by_name(x1, x2):
        return eval(name.replace("^", "**"), {"sin": np.sin, "cos": np.cos, "x1": x1, "x2": x2})

    x1, x2 = POINTS.T.astype(float)
    assert FEATURES[name].of(x1, x2) == pytest.approx(by_name(x1, x2))


@every
def test_its_limit_is_the_largest_on_the_plane(name):
    along = np.linspace(-EXTENT, EXTENT, 241)
    reached = np.abs(FEATURES[name].of(*np.meshgrid(along, along))).max()
    assert reached == pytest.approx(FEATURES[name].limit, rel=1e-3)
    assert reached <= FEATURES[name].limit


@pytest.mark.parametrize("scaling", SCALINGS)
def test_inputs_have_a_column_for_each_feature_in_order(scaling):
    inputs = Inputs(["x2", "x1^2", "x1"], scaling, POINTS)(POINTS)
    assert (inputs.shape, inputs.dtype) == ((4, 3), np.float32)
    assert np.array_equal(np.argsort(inputs[:, 0]), np.argsort(POINTS[:, 1]))
    assert np.array_equal(np.argsort(inputs[:, 2]), np.argsort(POINTS[:, 0]))


def test_without_scaling_features_stay_as_they_are():
    assert np.array_equal(Inputs(["x1", "x2"], "none", POINTS)(POINTS), POINTS)


def test_standard_gives_mean_zero_and_deviation_one_on_the_training_samples():
    inputs = Inputs(["x1", "x2", "x1^2"], "standard", POINTS)(POINTS)
    assert inputs.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-6)
    assert inputs.std(axis=0) == pytest.approx(np.ones(3), rel=1e-6)


def test_min_max_gives_zero_to_one_on_the_training_samples():
    inputs = Inputs(["x1", "x2", "x1^2"], "min_max", POINTS)(POINTS)
    assert inputs.min(axis=0).tolist() == [0, 0, 0]
    assert inputs.max(axis=0).tolist() == [1, 1, 1]


@pytest.mark.parametrize("scaling", SCALINGS)
def test_other_samples_go_through_the_training_samples_numbers(scaling):
    fitted = Inputs(["x1", "x2"], scaling, POINTS)
    assert np.array_equal(fitted(POINTS)[:1], fitted(POINTS[:1]))


@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_feature_that_never_changes_is_not_divided_by_zero(scaling):
    inputs = Inputs(["x1", "x2"], scaling, POINTS[:1])(POINTS)
    assert np.isfinite(inputs).all()
    assert inputs[0].tolist() == ([-1, 2] if scaling == "none" else [0, 0])
