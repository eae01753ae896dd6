"""Training steps: one network beside other libraries, and many networks side by side beside one alone."""

import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
from peers import Jax, Peer, PyTorch, ScikitLearn, TorchCompile
from timing import alternate, ratio, spread, table
from workloads import MEDIUM, SMALL, WIDE, WORKLOADS, Workload

from dl_core import Trainer
from dl_core.training.trainer import Trainer as Textbook

SIDE_BY_SIDE = (1, 2, 4, 8, 16, 32, 64, 128, 256)
PEERS: dict[str, Callable[[Workload, Any], Peer]] = {
    "scikit-learn": ScikitLearn,
    "PyTorch, eager": PyTorch,
    "JAX, scan": Jax,
}


def epochs(trainer: Any) -> Callable[[int], None]:
    """Training for a number of epochs, as `alternate` wants it."""
    return lambda count: trainer.train(epochs=count)


def agreed(
    work: Workload, peers: dict[str, Callable[[Workload, Any], Peer]]
) -> dict[str, Callable[[int], None]]:
    """Peers after three epochs that have led all of them to the engine's parameters."""
    textbook, ours = work.trainer(Textbook), work.trainer()
    made = {name: make(work, textbook) for name, make in peers.items()}
    for trainer in (textbook, ours):
        trainer.train(epochs=3)
    expected = textbook.network.params
    np.testing.assert_allclose(ours.network.params, expected, atol=1e-5, err_msg=f"Descent, {work.name}")
    for name, peer in made.items():
        peer.train(3)
        np.testing.assert_allclose(peer.params(), expected, atol=1e-5, err_msg=f"{name}, {work.name}")
    return {"Descent": epochs(ours), "its textbook path": epochs(textbook)} | {
        name: peer.train for name, peer in made.items()
    }


def beside_peers() -> str:
    """A step of each workload: microseconds here, and how many times as long it takes elsewhere."""
    rows = []
    for work in WORKLOADS:
        candidates = agreed(work, PEERS) | {"shuffled": epochs(work.trainer(shuffle=True))}
        timings = alternate(candidates)
        ours = timings.pop("Descent")
        cells = [str(ratio(timing, ours)) for timing in timings.values()]
        rows.append(
            [f"{work.name}, batch {work.batch_size}", str(spread(ours, 1 / work.steps_per_epoch)), *cells]
        )
    header = [
        "one SGD step",
        "Descent, us",
        "its textbook path, x",
        *(f"{name}, x" for name in PEERS),
        "Descent, shuffled, x",
    ]
    return table(header, rows)


def beside_compiled() -> str:
    """The same beside `torch.compile`, which takes its time to compile."""
    if not any(map(shutil.which, ("g++", "clang++", "c++"))):
        return "`torch.compile` needs a C++ compiler; there is none here."
    rows = []
    for work in (MEDIUM, WIDE):
        timings = alternate(agreed(work, {"compiled": TorchCompile}))
        ours = timings["Descent"]
        cells = [str(spread(ours, 1 / work.steps_per_epoch)), str(ratio(timings["compiled"], ours))]
        rows.append([f"{work.name}, batch {work.batch_size}", *cells])
    return table(["one SGD step", "Descent, us", "torch.compile, x"], rows)


def side_by_side() -> str:
    """Networks x steps a second of R networks, against one alone."""
    rows = []
    columns = {}
    works = (SMALL, MEDIUM, WIDE)
    for work in works:
        candidates = {"alone": epochs(work.trainer())}
        for count in SIDE_BY_SIDE:
            candidates[str(count)] = epochs(Trainer([work.config(seed) for seed in range(count)]))
        timings = alternate(candidates)
        alone = timings.pop("alone")
        columns[work.name] = {name: ratio(alone, timing, int(name)) for name, timing in timings.items()}
    for count in SIDE_BY_SIDE:
        rows.append([str(count), *(str(columns[work.name][str(count)]) for work in works)])
    return table(["networks x steps/s, against one alone", *(f"{work.name}, x" for work in works)], rows)


def by_activation() -> str:
    """What tanh takes of the two budgets in which it counts most: the same networks with relu."""
    rows = []
    for name in ("tanh", "relu"):
        wide, medium = (work._replace(activation=name) for work in (WIDE, MEDIUM))
        timings = alternate(agreed(wide, {"JAX": Jax}))
        ours = timings["Descent"]
        many = Trainer([medium.config(seed) for seed in range(64)])
        beside = alternate({"alone": epochs(medium.trainer()), "many": epochs(many)})
        cells = [
            spread(ours, 1 / wide.steps_per_epoch),
            ratio(timings["JAX"], ours),
            ratio(beside["alone"], beside["many"], 64),
        ]
        rows.append([name, *map(str, cells)])
    header = [f"{WIDE.name} step, us", "JAX, scan, x", f"64 of {MEDIUM.name}: networks x steps/s, x one"]
    return table(["activation", *header], rows)
