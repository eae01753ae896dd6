"""From a config to what a network trains on: points drawn, split, turned into inputs and targets."""

import numpy as np

from dl_core.arrays import Array
from dl_core.config.config import Config
from dl_core.data.datasets import Samples, make
from dl_core.data.features import Inputs
from dl_core.data.splits import split
from dl_core.data.tasks import targets


class Data:
    """Samples of a config, by split ("train", "validation" and "test"): raw, and as float32 arrays.

    `inputs` maps points to the network's inputs `x` (N, D); `t` (N, C) are the targets. `goals` are those of
    the training samples as training sees them, with label smoothing, and `weights` (N, 1) how much each one's
    error counts, None if all count the same.
    """

    def __init__(self, config: Config) -> None:
        data = config.data
        drawn = make(
            data.name, n_samples=data.n_samples, noise=data.noise, n_classes=data.n_classes, seed=data.seed
        )
        stratified = config.task.name != "regression"
        self.samples: dict[str, Samples] = split(drawn, config.sizes, seed=data.seed, stratified=stratified)
        self.inputs = Inputs(data.features, data.scaling, self.samples["train"].x)
        activation = config.objective[1]
        self.x: dict[str, Array] = {name: self.inputs(part.x) for name, part in self.samples.items()}
        self.t: dict[str, Array] = {
            name: targets(config.task, part.y, activation) for name, part in self.samples.items()
        }
        y, training = self.samples["train"].y, config.training
        self.goals = targets(config.task, y, activation, training.label_smoothing)
        self.weights: Array | None = None
        if training.class_weights is not None:
            self.weights = np.asarray(training.class_weights, np.float32)[y]
