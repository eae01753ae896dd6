"""How a step's cost grows with the work in it, and what each option adds to plain SGD."""

import math
from collections.abc import Callable
from typing import Any

from steps import epochs
from timing import alternate, figures, ratio, spread, table
from workloads import MEDIUM, Workload

from dl_core import Trainer
from dl_core.optim.optimizers import OPTIMIZERS

AXES: dict[str, tuple[tuple[int, ...], Callable[[int], Workload]]] = {
    "units in each of two layers": ((2, 4, 8, 16, 32, 64, 128), lambda n: Workload([n, n])),
    "layers of 8 units": ((1, 2, 3, 4, 5, 6, 7, 8), lambda n: Workload([8] * n)),
    "batch, 2-8-8-1": ((1, 2, 5, 10, 25, 50, 125, 250), lambda n: MEDIUM._replace(batch_size=n)),
}

DENSE = [{"type": "dense", "units": 8}, {"type": "dense", "units": 8}]


def between(*kinds: str, **settings: Any) -> dict[str, Any]:
    """A model with a layer of each of these kinds after each dense one, and more settings of the latter."""
    return {
        "layers": [
            part for layer in DENSE for part in (layer | settings, *({"type": kind} for kind in kinds))
        ]
    }


OPTIONS: dict[str, dict[str, Any]] = {
    **{name: {"training": {"optimizer": {"name": name}}} for name in OPTIMIZERS if name != "sgd"},
    "l1": {"training": {"l1": 0.001}},
    "l2": {"training": {"l2": 0.001}},
    "shuffle": {"training": {"shuffle": True}},
    "label smoothing": {"training": {"label_smoothing": 0.1}},
    "class weights": {"training": {"class_weights": [1.0, 2.0]}},
    "cosine schedule, in epochs": {"training": {"schedule": {"name": "cosine"}}},
    "cosine schedule, in steps": {"training": {"schedule": {"name": "cosine", "unit": "steps"}}},
    "clipping by value": {"training": {"gradient_clipping": {"name": "value"}}},
    "clipping by norm": {"training": {"gradient_clipping": {"name": "norm"}}},
    "early stopping": {"training": {"early_stopping": {"name": "validation_loss", "patience": 10_000}}},
    "first layer frozen": {"model": {"layers": [DENSE[0] | {"trainable": False}, DENSE[1]]}},
    "skip connection": {"model": {"layers": [DENSE[0], DENSE[1] | {"residual": True}]}},
    "dropout after each layer": {"model": between("dropout")},
    "batch norm after each layer": {"model": between("batch_norm")},
    "layer norm after each layer": {"model": between("layer_norm")},
    "much of it at once": {
        "model": between("batch_norm", "dropout"),
        "training": {
            "optimizer": {"name": "adam"},
            "l2": 0.001,
            "schedule": {"name": "cosine", "unit": "steps"},
            "gradient_clipping": {"name": "norm"},
            "shuffle": True,
        },
    },
}
"""Changes to the config of 2-8-8-1, one at a time. To measure another option, add it here."""


def arithmetic(trainer: Any, work: Workload) -> float:
    """Multiplications of a step's matrix products: forward, weight gradients, and what flows back."""
    total = 0
    for i, layer in enumerate(trainer.network.layers):
        for name, shape in layer.shapes.items():
            if layer.parameters[name].kind == "weights":
                total += (2 if i == 0 else 3) * math.prod(shape) * work.batch_size
    return float(total)


def growth() -> str:
    """A table for each axis: time and arithmetic, both against the smallest."""
    tables = []
    for axis, (values, make) in AXES.items():
        works = {str(n): make(n) for n in values}
        trainers = {name: work.trainer() for name, work in works.items()}
        timings = alternate({name: epochs(trainer) for name, trainer in trainers.items()})
        first = next(iter(works))
        rows = []
        for name, work in works.items():
            steps, fewest = work.steps_per_epoch, works[first].steps_per_epoch
            against = ratio(timings[name], timings[first], fewest / steps)
            products = arithmetic(trainers[name], work) / arithmetic(trainers[first], works[first])
            rows.append([name, str(spread(timings[name], 1 / steps)), str(against), figures(products)])
        tables.append(table([axis, "us a step", "time, x the first", "multiplications, x the first"], rows))
    return "\n\n".join(tables)


def options() -> str:
    """Time of a step with one option, against plain SGD without it."""
    candidates = {"plain SGD": epochs(MEDIUM.trainer())}
    for name, parts in OPTIONS.items():
        candidates[name] = epochs(Trainer(MEDIUM.config(**parts)))
    timings = alternate(candidates)
    plain = timings["plain SGD"]
    rows = [
        [name, str(spread(timing, 1 / MEDIUM.steps_per_epoch)), str(ratio(timing, plain))]
        for name, timing in timings.items()
    ]
    return table(["2-8-8-1, batch 10", "us a step", "time, x plain SGD"], rows)
