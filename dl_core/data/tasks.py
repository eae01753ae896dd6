"""The task follows from the data, and says which outputs and losses belong together.

`binary`: two classes on one output unit. `multiclass`: K > 2 classes on K units, targets one-hot.
`regression`: numbers, each on a unit of its own.
"""

from typing import NamedTuple

import numpy as np

from dl_core.arrays import Array
from dl_core.data.datasets import DATASETS, Labels
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LOSSES
from dl_core.settings.sentences import Path


class Task(NamedTuple):
    """What kind of answer is asked for, how many classes there are (0 for numbers), and output units."""

    name: str
    n_classes: int
    units: int


def task_of(dataset: str, n_classes: int | None) -> Task:
    """Task of a dataset; `n_classes` None means the dataset's own number."""
    classes = n_classes or DATASETS[dataset].n_classes or 0
    if classes == 0:
        return Task("regression", 0, DATASETS[dataset].n_outputs)
    return Task("binary", 2, 1) if classes == 2 else Task("multiclass", classes, classes)


def resolve(task: Task, loss: str, activation: str) -> tuple[str, str]:
    """Loss and output activation, "auto" replaced by what belongs with the task and the other one."""
    if activation == "auto":
        wanted = LOSSES[loss].activations if loss != "auto" else ()
        usual = {"regression": "linear", "binary": "sigmoid", "multiclass": "softmax"}[task.name]
        activation = wanted[0] if wanted else usual
    if loss == "auto":
        fitting = [
            name
            for name, entry in LOSSES.items()
            if activation in entry.activations and task.name in entry.tasks
        ]
        loss = fitting[0] if fitting else "mse"
    return loss, activation


def refusals(task: Task, loss: str, activation: str) -> list[tuple[Path, str]]:
    """Why a resolved pair does not fit the task or itself: path of the setting, sentence after its name."""
    kind = {"regression": "numbers", "binary": "two classes on one unit", "multiclass": "several classes"}[
        task.name
    ]
    entry = LOSSES[loss]
    loss_path, activation_path = ("training", "loss"), ("model", "output_activation")
    wrong: list[tuple[Path, str]] = []
    if task.name not in entry.tasks:
        fitting = ", ".join(name for name, other in LOSSES.items() if task.name in other.tasks)
        wrong.append((loss_path, f'must be auto or one of {fitting} for {kind}; got "{loss}".'))
    if ACTIVATIONS[activation].mixed is not None and task.units < 2:
        text = f'must not be {activation} for {kind}: a share of one unit is always 1; got "{activation}".'
        wrong.append((activation_path, text))
    if not wrong and entry.activations and activation not in entry.activations:
        wanted = " or ".join(entry.activations)
        text = f'must be {wanted} for the loss {loss}; got "{activation}". Change one to auto.'
        wrong.append((activation_path, text))
    return wrong


def coding(activation: str) -> tuple[float, float]:
    """Targets for "no" and "yes": -1 and 1 for an output activation centred at zero, else 0 and 1."""
    return (-1.0, 1.0) if ACTIVATIONS[activation].range == (-1, 1) else (0.0, 1.0)


def targets(task: Task, y: Labels | Array, activation: str, smoothing: float = 0.0) -> Array:
    """What the outputs should be: (N, C) float32 from class indices (N, 1) or values (N, C).

    `smoothing` is how far they move from the true answer to "do not know": an equal share for each class
    under softmax, else halfway between no and yes (Szegedy et al. 2016, section 7).
    """
    if task.name == "regression":
        return y.astype(np.float32)
    no, yes = coding(activation)
    hit = y == np.arange(task.units) if task.name == "multiclass" else y == 1
    unknown = 1 / task.n_classes if activation == "softmax" else (no + yes) / 2
    return (np.where(hit, yes, no) * (1 - smoothing) + unknown * smoothing).astype(np.float32)
