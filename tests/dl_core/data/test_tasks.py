import numpy as np
import pytest

from dl_core.data.tasks import Task, coding, refusals, resolve, targets, task_of
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LOSSES

BINARY, MULTICLASS, REGRESSION = Task("binary", 2, 1), Task("multiclass", 4, 4), Task("regression", 0, 1)


@pytest.mark.parametrize(
    ("dataset", "n_classes", "task", "units"),
    [
        ("circle", None, BINARY, 1),
        ("rings", None, Task("multiclass", 3, 3), 3),
        ("blobs", None, MULTICLASS, 4),
        ("blobs", 2, BINARY, 1),
        ("pinwheel", None, Task("multiclass", 5, 5), 5),
        ("pinwheel", 8, Task("multiclass", 8, 8), 8),
        ("ripple", None, REGRESSION, 1),
    ],
)
def test_the_task_follows_from_the_data(dataset, n_classes, task, units):
    assert task_of(dataset, n_classes) == task
    assert task.units == units


@pytest.mark.parametrize(
    ("task", "loss", "activation", "resolved"),
    [
        (BINARY, "auto", "auto", ("binary_cross_entropy", "sigmoid")),
        (MULTICLASS, "auto", "auto", ("categorical_cross_entropy", "softmax")),
        (REGRESSION, "auto", "auto", ("mse", "linear")),
        (BINARY, "mse", "auto", ("mse", "sigmoid")),
        (BINARY, "auto", "tanh", ("mse", "tanh")),
        (MULTICLASS, "mse", "auto", ("mse", "softmax")),
        (MULTICLASS, "auto", "sigmoid", ("binary_cross_entropy", "sigmoid")),
        (MULTICLASS, "binary_cross_entropy", "auto", ("binary_cross_entropy", "sigmoid")),
        (MULTICLASS, "auto", "tanh", ("mse", "tanh")),
        (REGRESSION, "auto", "sigmoid", ("mse", "sigmoid")),
        (REGRESSION, "huber", "auto", ("huber", "linear")),
    ],
)
def test_auto_picks_what_belongs_together(task, loss, activation, resolved):
    assert resolve(task, loss, activation) == resolved
    assert refusals(task, *resolved) == []


@pytest.mark.parametrize("task", [BINARY, MULTICLASS, REGRESSION])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_is_not_refused_belongs_together(task, loss, activation):
    fits = (
        task.name in LOSSES[loss].tasks
        and activation in (LOSSES[loss].activations or ACTIVATIONS)
        and not (activation == "softmax" and task.units == 1)
    )
    assert (refusals(task, loss, activation) == []) == fits


def test_targets_of_two_classes():
    y = np.array([[0], [1]])
    assert targets(BINARY, y, "sigmoid").tolist() == [[0], [1]]
    assert targets(BINARY, y, "tanh").tolist() == [[-1], [1]]
    assert targets(BINARY, y, "linear").tolist() == [[0], [1]]


def test_targets_of_several_classes_are_one_hot():
    assert targets(MULTICLASS, np.array([[2], [0]]), "softmax").tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]
    assert targets(MULTICLASS, np.array([[1]]), "tanh").tolist() == [[-1, 1, -1, -1]]


def test_targets_that_are_numbers_stay():
    y = np.array([[0.5], [-2]], np.float32)
    assert np.array_equal(targets(REGRESSION, y, "linear"), y)


def test_only_outputs_centred_at_zero_are_coded_so():
    assert {name for name in ACTIVATIONS if coding(name) == (-1, 1)} == {"tanh", "softsign", "sine"}


@pytest.mark.parametrize(
    ("task", "activation", "y", "expected"),
    [
        (BINARY, "sigmoid", [[0], [1]], [[0.1], [0.9]]),
        (BINARY, "tanh", [[0], [1]], [[-0.8], [0.8]]),
        (MULTICLASS, "softmax", [[1]], [[0.05, 0.85, 0.05, 0.05]]),
        (MULTICLASS, "sigmoid", [[1]], [[0.1, 0.9, 0.1, 0.1]]),
        (REGRESSION, "linear", [[2.5]], [[2.5]]),
    ],
)
def test_smoothed_targets_by_hand(task, activation, y, expected):
    assert targets(task, np.array(y), activation, 0.2) == pytest.approx(np.array(expected))


def test_two_numbers_a_point_are_two_units():
    assert task_of("swirl", None) == Task("regression", 0, 2)
