"""From gradients to new parameters: penalties, frozen layers, clipping, learning rate, optimizer.

- Add the gradient of the penalties, ``l1 sum |W| + l2/2 sum W^2``; biases are free.
- Forget the gradients of frozen layers.
- Clip.
- Take the optimizer's step with the schedule's learning rate; what is frozen stays.

What is not used is left out, to the last bit.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dl_core.arrays import Array
from dl_core.config.config import Config
from dl_core.config.side_by_side import distinct, numbers_of, stacked
from dl_core.nn.layers.layer import Layer, Parameter
from dl_core.nn.network import Network
from dl_core.optim.clipping import CLIPPINGS
from dl_core.optim.optimizer import Hyper, Optimizer, like
from dl_core.optim.optimizers import OPTIMIZERS


class Update:
    """The rule for one network, or R side by side.

    `learning_rate`, () or (R, 1), is that before the schedule; `l1` and `l2`, ([R,] P), are the penalties of
    each parameter, 0 for those that are no weights; `frozen` (P,) says which ones training leaves alone.
    """

    def __init__(self, configs: Sequence[Config], network: Network) -> None:
        distinct_schedules = distinct(configs, lambda config: config.training.schedule)
        self.schedules: list[Any] = [config.training.schedule for config in distinct_schedules]
        self.scheduled = any(schedule.varies for schedule in self.schedules)
        self.optimizer_name, hyper = numbers_of([config.training.optimizer for config in configs])
        self.learning_rate: Hyper = hyper["learning_rate"]
        self.optimizer = OPTIMIZERS[self.optimizer_name](network.params, **hyper)
        clipping, numbers = numbers_of([config.training.gradient_clipping for config in configs])
        self.clip, self.clips = CLIPPINGS[clipping].rule, clipping != "none"
        self.limit = like(network.params, numbers["limit"]) if self.clips else None
        self.l1, self.l2 = (stacked_penalties(network, configs, name) for name in ("l1", "l2"))
        self.any_l1, self.any_l2 = bool(self.l1.any()), bool(self.l2.any())
        frozen = network.for_each_parameter(lambda layer, parameter: not layer.trainable) > 0
        self.frozen = frozen if frozen.any() else None

    def lr(self, step: int, epoch: int) -> Hyper:
        """Learning rate of the step after so many steps and epochs; shape () or (R, 1)."""
        return np.asarray(self.lrs(step, epoch, 1)[0]) if self.scheduled else self.learning_rate

    def lrs(self, step: int, epoch: int, count: int) -> Hyper:
        """Learning rates of `count` steps from there within one epoch; shape (count) or (count, R, 1)."""
        factors = np.array([[[s.factor(step + i, epoch)] for s in self.schedules] for i in range(count)])
        if len(self.schedules) == 1:
            factors = factors.reshape(-1, *[1] * self.learning_rate.ndim)
        return np.asarray(factors * self.learning_rate)

    def __call__(self, params: Array, grads: Array, lr: Hyper, optimizer: Optimizer) -> None:
        """Change `params` in place; `grads` are used up."""
        if self.any_l1:
            np.add(grads, self.l1 * np.sign(params), out=grads, where=self.l1 > 0)
        if self.any_l2:
            np.add(grads, self.l2 * params, out=grads, where=self.l2 > 0)
        if self.frozen is not None:
            np.multiply(grads, 0, out=grads, where=self.frozen)
        if self.clips:
            self.clip(grads, self.limit)
        optimizer.learning_rate = lr
        if self.frozen is None:
            optimizer.step(params, grads)
        else:
            before = +params
            optimizer.step(params, grads)
            np.add(before, 0, out=params, where=self.frozen)

    def penalty(self, params: Array) -> NDArray[np.float64]:
        """``l1 sum |W| + l2/2 sum W^2``; shape () or (R,)."""
        if not (self.any_l1 or self.any_l2):
            return np.zeros(params.shape[:-1])
        weights = params.astype(np.float64)
        penalties = np.where(self.l1 > 0, self.l1 * np.abs(weights), 0)
        penalties += np.where(self.l2 > 0, self.l2 / 2 * np.square(weights), 0)
        return np.asarray(penalties.sum(axis=-1))


def stacked_penalties(network: Network, configs: Sequence[Config], name: str) -> Any:
    """A penalty of each parameter, (P,) or (R, P): the layer's own, else that of the training."""

    def of_network(usual: float) -> Array:
        def penalty(layer: Layer, parameter: Parameter) -> float:
            own: float | None = getattr(layer, name)
            return (usual if own is None else own) if parameter.penalized else 0.0

        return network.for_each_parameter(penalty)

    different = distinct(configs, lambda config: getattr(config.training, name))
    return stacked([of_network(getattr(config.training, name)) for config in different])
