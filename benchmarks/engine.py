"""How fast the engine trains and draws, beside scikit-learn taking the same steps; `make bench` prints it."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is first imported
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

import json
import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from timing import alternate, table

from dl_core import Config, Trainer
from dl_core.frames import frame
from dl_core.trainer import Trainer as Textbook

NETWORKS = {"2-4-2-1": [4, 2], "2-8-8-1": [8, 8], "2-8-8-8-8-8-8-1": [8] * 6, "2-64-64-64-1": [64] * 3}
SIDE_BY_SIDE = (1, 8, 64)


def config(units: list[int], seed: int = 0, **training: Any) -> Config:
    """Circle, 250 training samples in batches of 10, tanh, plain SGD: the default with other layers."""
    layers = [{"type": "dense", "units": count, "activation": "tanh"} for count in units]
    return Config.model_validate({"model": {"layers": layers, "seed": seed}, "training": training})


def scikit_learn(units: list[int], x: np.ndarray, y: np.ndarray) -> Any:
    """The same step in scikit-learn: one ``partial_fit`` of ten samples."""
    network = MLPClassifier(
        units,
        activation="tanh",
        solver="sgd",
        alpha=0.0,
        batch_size=10,
        learning_rate_init=0.03,
        momentum=0.0,
    )
    batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, len(x), 10)]
    network.partial_fit(*batches[0], classes=[0, 1])

    def steps(count: int) -> None:
        for i in range(count):
            network.partial_fit(*batches[i % len(batches)])

    return steps


def one_network() -> str:
    rows = []
    for name, units in NETWORKS.items():
        trainer, textbook = Trainer(config(units)), Textbook(config(units))
        x, y = trainer.points("train")
        candidates = {
            "Descent": lambda count, trainer=trainer: trainer.train(steps=count),
            "textbook": lambda count, trainer=textbook: trainer.train(steps=count),
            "scikit-learn": scikit_learn(units, x, y.ravel()),
        }
        ours, unrecorded, theirs = alternate(candidates, calls=250).values()
        ratios = f"{unrecorded.median / ours.median:.1f}x, {theirs.median / ours.median:.0f}x"
        rows.append([name, str(ours), str(unrecorded), str(theirs), ratios])
    header = [
        "one SGD step, batch 10",
        "Descent, us",
        "its textbook path, us",
        "scikit-learn, us",
        "faster by",
    ]
    return table(header, rows)


def side_by_side() -> str:
    rows = []
    trainers = {}
    for count in SIDE_BY_SIDE:
        trainers[str(count)] = Trainer([config([8, 8], seed=seed) for seed in range(count)])
    candidates = {
        name: (lambda count, trainer=trainer: trainer.train(steps=count))
        for name, trainer in trainers.items()
    }
    timings = alternate(candidates, calls=100)
    alone = timings["1"].median
    for name, timing in timings.items():
        rows.append([name, str(timing), f"{int(name) * alone / timing.median:.1f}x"])
    return table(
        ["networks side by side, 2-8-8-1", "us a step of all", "networks x steps/s against one"], rows
    )


def one_frame() -> str:
    rows = []
    for name, units in NETWORKS.items():
        trainer = Trainer(config(units))

        def draw(count: int, trainer: Trainer = trainer) -> None:
            for _ in range(count):
                frame(trainer, ["boundary", "neurons", "weights"])

        def draw_and_encode(count: int, trainer: Trainer = trainer) -> None:
            for _ in range(count):
                json.dumps(frame(trainer, ["boundary", "neurons", "weights"]))

        def train(count: int, trainer: Trainer = trainer) -> None:
            trainer.train(steps=25 * count)

        candidates = {"train": train, "draw": draw, "encode": draw_and_encode}
        trained, drawn, encoded = (timing.median / 1000 for timing in alternate(candidates, calls=5).values())
        size = len(json.dumps(frame(trainer, ["boundary", "neurons", "weights"])))
        rows.append([name, f"{trained:.2f}", f"{drawn:.2f}", f"{encoded - drawn:.2f}", f"{size / 1000:.1f}"])
    header = ["one frame", "25 steps, ms", "metrics and all maps, ms", "JSON, ms", "size, kB"]
    return table(header, rows)


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    print("Medians (and quartiles) of 25 rounds in which the candidates take turns; one BLAS thread.\n")
    for measure in (one_network, side_by_side, one_frame):
        print(measure(), end="\n\n", flush=True)
