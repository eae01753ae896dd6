"""Pictures: a decision map beside eager PyTorch, and all that one frame costs."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from peers import PyTorch
from timing import alternate, figures, ratio, spread, table
from workloads import DEEP, MEDIUM, SMALL, WIDE, Workload

from dl_core.frames.evaluation import evaluate
from dl_core.frames.frame import frame
from dl_core.frames.maps import centres, decision, grid, neurons
from dl_core.training.trainer import Trainer as Textbook

CELLS = 100
VIEWS = ["boundary", "neurons", "weights"]


def repeated(draw: Callable[[], Any]) -> Callable[[int], None]:
    """Drawing a number of times, as `alternate` wants it."""

    def run(count: int) -> None:
        for _ in range(count):
            draw()

    return run


def decision_map() -> str:
    """Outputs of every unit at 100 x 100 points."""
    import torch

    rows = []
    for work in (SMALL, MEDIUM, DEEP):
        trainer = work.trainer()
        network = PyTorch(work, work.trainer(Textbook)).network
        trainer.checkpoint()
        x = torch.tensor(trainer.data[0].inputs(centres(CELLS)))
        wanted = [(i, slice(None)) for i in range(len(trainer.network.layers))]

        def ours(trainer: Any = trainer, wanted: Any = wanted) -> list[np.ndarray]:
            with np.errstate(all="ignore"):
                return grid(trainer, CELLS)(trainer.network, wanted)

        def theirs(network: Any = network, x: Any = x) -> list[np.ndarray]:
            outputs = []
            with torch.inference_mode():
                y = x
                for layer in network:
                    y = layer(y)
                    if isinstance(layer, torch.nn.Tanh):
                        outputs.append(y.numpy())
                return [*outputs, torch.sigmoid(y).numpy()]

        for mine, other in zip(ours(), theirs(), strict=True):
            np.testing.assert_allclose(mine.T, other, atol=1e-5, err_msg=work.name)
        timings = alternate({"ours": repeated(ours), "theirs": repeated(theirs)})
        cells = [str(spread(timings["ours"], 1e-3)), str(ratio(timings["theirs"], timings["ours"]))]
        rows.append([work.name, *cells])
    return table(["100 x 100 map, every unit's", "Descent, ms", "PyTorch, eager, x"], rows)


def one_frame() -> str:
    """What a frame of 25 steps costs, and its parts by themselves."""
    rows = []
    for work in (SMALL, MEDIUM, DEEP, WIDE):
        trainer = work.trainer(shuffle=True)
        candidates = parts(work, trainer)
        timings = alternate(candidates)
        size = len(json.dumps(frame(trainer, VIEWS))) / 1000
        rows.append(
            [work.name, *(figures(spread(timing, 1e-3).median) for timing in timings.values()), figures(size)]
        )
    header = ["one frame", *(f"{name}, ms" for name in candidates), "size, kB"]
    return table(header, rows)


def parts(work: Workload, trainer: Any) -> dict[str, Callable[[int], None]]:
    """The frame, and its parts."""
    whole = frame(trainer, VIEWS)
    return {
        "25 steps": lambda count: trainer.train(steps=25 * count),
        "frame": repeated(lambda: frame(trainer, VIEWS)),
        "JSON": repeated(lambda: json.dumps(whole)),
        "metrics alone": repeated(lambda: evaluate(trainer)),
        "metrics and unit maps": repeated(lambda: neurons(trainer, evaluate(trainer, 20)[1])),
        "decision map alone": repeated(
            lambda: decision(grid(trainer, 80)(trainer.network, [(-1, slice(None))])[0], 0, 1)
        ),
    }
