"""Gradient descent with one learning rate for all weights: plain, with momentum, and looking ahead."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from dl_core.arrays import Array
from dl_core.optim.optimizer import Hyper, LearningRate, Optimizer, like
from dl_core.settings.declaration import Settings, setting

MomentumShare: TypeAlias = Annotated[
    float,
    setting(
        "Momentum",
        "The share of the last step that is kept. "
        "More carries training faster along valleys and over bumps, but it overshoots.",
        ge=0,
        lt=1,
    ),
]


class SgdSettings(Settings, title="SGD"):
    """Stochastic gradient descent: step against the gradient of one mini-batch."""

    name: Literal["sgd"]
    learning_rate: LearningRate = 0.03


class Sgd(Optimizer):
    """Stochastic gradient descent, ``p <- p - lr g`` (Robbins and Monro 1951)."""

    settings = SgdSettings

    def step(self, params: Array, grads: Array) -> None:
        params -= like(params, self.learning_rate) * grads


class MomentumSettings(Settings, title="Momentum"):
    """Gradient descent that keeps a part of its last step, like a heavy ball rolling downhill."""

    name: Literal["momentum"]
    learning_rate: LearningRate = 0.01
    momentum: MomentumShare = 0.9


class Momentum(Optimizer):
    """Heavy ball, ``v <- momentum v + g``, ``p <- p - lr v``. v starts at 0.

    Polyak 1964, in the form of PyTorch's SGD.
    """

    settings: ClassVar[type[Settings]] = MomentumSettings
    slots = ("v",)
    momentum: Hyper
    v: Array

    def step(self, params: Array, grads: Array) -> None:
        self.v *= like(params, self.momentum)
        self.v += grads
        params -= like(params, self.learning_rate) * self.v


class NesterovSettings(Settings, title="Nesterov"):
    """Momentum that looks ahead: it brakes before the valley's far side instead of on it."""

    name: Literal["nesterov"]
    learning_rate: LearningRate = 0.01
    momentum: MomentumShare = 0.9


class Nesterov(Momentum):
    """Momentum that looks ahead, ``v <- momentum v + g``, ``p <- p - lr (g + momentum v)``. v starts at 0.

    Nesterov 1983, in the form of Sutskever et al. 2013 and PyTorch's SGD.
    """

    settings = NesterovSettings

    def step(self, params: Array, grads: Array) -> None:
        momentum = like(params, self.momentum)
        self.v *= momentum
        self.v += grads
        params -= like(params, self.learning_rate) * (grads + momentum * self.v)
