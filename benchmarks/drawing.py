"""Pictures: a decision map beside eager PyTorch, and all that one frame costs."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from peers import PyTorch
from timing import alternate, figures, ratio, spread, table
from workloads import DEEP, MEDIUM, SMALL, WIDE

from dl_core.frames import FramePainter, InferenceCache
from dl_core.frames.dataset_pictures import cell_centers
from dl_core.training.trainer import Trainer as Textbook

CELLS = 100


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
        x = trainer.data[0].inputs(cell_centers(CELLS))
        points = torch.tensor(x)
        inference = InferenceCache().inference(trainer.network, x, trainer.activation, side=CELLS)
        units = [(i, slice(None)) for i in range(len(trainer.network.layers))]

        def ours(inference: Any = inference, trainer: Any = trainer, units: Any = units) -> list[np.ndarray]:
            with np.errstate(all="ignore"):
                return inference(trainer.network, units)

        def theirs(network: Any = network, x: Any = points) -> list[np.ndarray]:
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
        candidates = parts(trainer)
        timings = alternate(candidates)
        size = len(json.dumps(FramePainter(trainer).frame())) / 1000
        rows.append(
            [work.name, *(figures(spread(timing, 1e-3).median) for timing in timings.values()), figures(size)]
        )
    header = ["one frame", *(f"{name}, ms" for name in candidates), "size, kB"]
    return table(header, rows)


def parts(trainer: Any) -> dict[str, Callable[[int], None]]:
    """The frame, and its parts."""
    painter = FramePainter(trainer)
    whole = painter.frame()
    return {
        "25 steps": lambda count: trainer.train(steps=25 * count),
        "frame": repeated(painter.frame),
        "JSON": repeated(lambda: json.dumps(whole)),
        "metrics alone": repeated(FramePainter(trainer, []).passes[0].draw),
        "metrics and unit maps": repeated(FramePainter(trainer, ["neurons"]).passes[0].draw),
        "decision map alone": repeated(FramePainter(trainer, ["boundary"]).passes[1].draw),
    }
