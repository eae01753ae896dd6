import math

import numpy as np
import pytest

from dl_core.data.metrics import measure
from dl_core.data.tasks import Task

BINARY, MULTICLASS, REGRESSION = Task("binary", 2, 1), Task("multiclass", 3, 3), Task("regression", 0, 1)


def column(*values):
    return np.array(values, np.float32)[:, None]


def test_accuracy_of_two_classes_is_the_share_on_the_right_side_of_the_threshold():
    y = column(0.9, 0.4, 0.6, 0.1)
    assert measure(BINARY, y, column(1, 1, 0, 0), 0.5)["accuracy"] == 0.5
    assert measure(BINARY, y - 1, column(-1, -1, -1, -1), 0)["accuracy"] == 1


def test_accuracy_of_several_classes_is_the_share_whose_largest_output_is_right():
    y = np.array([[0.1, 0.7, 0.2], [0.5, 0.4, 0.1], [0.2, 0.3, 0.5]], np.float32)
    assert measure(MULTICLASS, y, np.eye(3, dtype=np.float32), 0.5)["accuracy"] == pytest.approx(1 / 3)


def test_r2_and_rmse_by_hand():
    found = measure(REGRESSION, column(1, 2, 6), column(1, 2, 3), 0)
    assert found["rmse"] == pytest.approx(math.sqrt(3))
    assert found["r2"] == pytest.approx(1 - 9 / 2)
    assert measure(REGRESSION, column(2, 2, 2), column(1, 2, 3), 0)["r2"] == 0


def test_r2_of_targets_that_do_not_vary_is_no_number():
    assert math.isnan(measure(REGRESSION, column(1), column(3), 0)["r2"])


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_predictions_that_are_no_numbers_have_no_accuracy(value):
    assert math.isnan(measure(BINARY, column(value, 1), column(1, 1), 0.5)["accuracy"])


def test_each_network_gets_its_own():
    y = np.stack([column(0.9, 0.1), column(0.1, 0.1), column(math.nan, 1)])
    assert measure(BINARY, y, column(1, 0), 0.5)["accuracy"].tolist()[:2] == [1, 0.5]
    assert math.isnan(measure(BINARY, y, column(1, 0), 0.5)["accuracy"][2])
    found = measure(REGRESSION, y[:2], column(1, 0), 0.5)
    assert found["rmse"].shape == found["r2"].shape == (2,)
