"""What a config costs, told from its numbers alone: what would hold everybody up is refused before any work.

Work is counted in multiplications of a forward pass. A piece of it that cannot be interrupted (a step, a
frame) holds all others up for as long as it takes.
"""

import math
from collections.abc import Iterator

from dl_core.config.config import Config
from dl_core.frames.points import finest_resolution
from dl_core.nn.network import Network
from dl_core.optim.optimizers import OPTIMIZERS

BACKWARD = 3
"""A training step's work in forward passes."""
DRAWING = 3.5
"""How many times a step's most work a frame may take: there are but a few frames a second."""
BYTES = 4
FEWEST_SAMPLES = 10


class Cost:
    """What a config costs: `sample` is the work of one sample forward, in multiplications.

    In bytes: what a step has `kept` for each sample of a batch, what an epoch has `drawn` for each sample,
    the state of training in a `checkpoint`, as text, and the `memory` of the run while it lasts.
    """

    def __init__(self, config: Config) -> None:
        layers = [layer.model_dump() for layer in config.model.layers]
        self.network = Network(config.in_shape, layers, config.task.units)
        training = config.training.model_dump()
        arrays = 1 + len(OPTIMIZERS[training["optimizer"]["name"]].slots)
        arrays += training["early_stopping"]["name"] != "none"
        self.parameters = self.network.params.size
        self.sample = sum(layer.work for layer in self.network.layers)
        self.kept = BYTES * sum(layer.kept for layer in self.network.layers)
        self.drawn = BYTES * sum(math.prod(layer.in_shape) for layer in self.network.layers if layer.draws)
        self.checkpoint = arrays * self.parameters * BYTES * 4 // 3  # in base64
        self.memory = training["batch_size"] * self.kept + config.data.n_samples * self.drawn
        self.memory += arrays * self.parameters * BYTES


def too_costly(
    config: Config, resolution: int, *, most_work: float, most_bytes: float, largest_checkpoint: float
) -> Iterator[tuple[str, str]]:
    """Path of each setting that makes a run cost too much, and a sentence about what to change.

    `resolution` is that of the decision map, `most_work` in multiplications of one step (of one frame,
    `DRAWING` times as much), `most_bytes` what a run may keep while it lasts, `largest_checkpoint` as text.
    """
    cost, data, training = Cost(config), config.data, config.training
    rows = DRAWING * most_work / cost.sample  # of one frame's forward passes, at the most
    batch = min(most_work / cost.sample / BACKWARD, (most_bytes - data.n_samples * cost.drawn) / cost.kept)
    finest = finest_resolution(rows - data.n_samples)
    size = f"for a network of {cost.parameters:,} parameters"
    smaller = "or make the network smaller."

    if cost.checkpoint > largest_checkpoint:
        most = int(cost.parameters * largest_checkpoint / cost.checkpoint)
        text = f"must have at most {most:,} parameters with this optimizer; got {cost.parameters:,}."
        yield "model.layers", f"`model.layers` {text} Remove layers or units."
    if batch < 1 or rows < 2 * FEWEST_SAMPLES:
        text = f"cost more than this server allows, with {cost.parameters:,} parameters."
        yield "model.layers", f"`model.layers` {text} Remove layers or units."
        return
    if training.batch_size > batch:
        text = f"must be at most {int(batch)} {size}; got {training.batch_size}. Lower it {smaller}"
        yield "training.batch_size", f"`training.batch_size` {text}"
    if data.n_samples > rows / 2:
        text = f"must be at most {int(rows / 2)} {size}; got {data.n_samples}. Lower it {smaller}"
        yield "data.n_samples", f"`data.n_samples` {text}"
    elif resolution > finest:
        text = f"must be at most {finest} {size}; got {resolution}. Lower it, draw fewer samples {smaller}"
        yield "resolution", f"`resolution` {text}"
