"""An optimizer is an elementwise rule: new params from old params, their gradients, and its own few arrays.

It works on one flat vector, so it knows nothing of layers. Hyper-parameters are single numbers, or arrays of
shape (R, 1) when networks side by side differ in them; then params are ([R,] P) and the same line serves
both. Constants derived from them are worked out in float64 and rounded once to the params' precision, which
makes one network and R networks agree to the bit.

To add one, write its settings (in `optimizer_settings`) and its class and name it in `OPTIMIZERS`; they are
sorted from simple to hard.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dl_core.arrays import Array
from dl_core.optim.optimizer_settings import (
    AdagradSettings,
    AdamSettings,
    AdamwSettings,
    MomentumSettings,
    NesterovSettings,
    RmspropSettings,
    SgdSettings,
)
from dl_core.settings.declaration import Settings

Hyper: TypeAlias = NDArray[np.float64]


class Optimizer(ABC):
    """Base of all: holds hyper-parameters and states.

    Attributes
    ----------
    settings : type
        The settings' declaration; the names are those of the hyper-parameters.
    slots : tuple of str
        Names of the arrays, each of the params' shape and 0 at the start, that the rule keeps from step to
        step.
    counts : tuple of str
        Names of the whole numbers, 0 at the start, that it keeps beside them.
    """

    settings: ClassVar[type[Settings]]
    slots: ClassVar[tuple[str, ...]] = ()
    counts: ClassVar[tuple[str, ...]] = ()
    learning_rate: Hyper

    def __init__(self, params: Array, **hyper: ArrayLike) -> None:
        for name, value in hyper.items():
            setattr(self, name, np.asarray(value, np.float64))
        for name in self.slots:
            setattr(self, name, np.zeros_like(params))
        for name in self.counts:
            setattr(self, name, 0)

    @abstractmethod
    def step(self, params: Array, grads: Array) -> None:
        """Change `params` in place."""

    def state(self) -> dict[str, Any]:
        """Counts and copies of the arrays, by name."""
        arrays = {name: getattr(self, name).copy() for name in self.slots}
        return {name: getattr(self, name) for name in self.counts} | arrays

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take counts and the arrays' values over."""
        for name in self.counts:
            setattr(self, name, state[name])
        for name in self.slots:
            getattr(self, name)[...] = state[name]


def like(params: Array, constant: Hyper) -> Any:
    """Constant in the precision of `params`."""
    return constant.astype(params.dtype)


class Sgd(Optimizer):
    """Stochastic gradient descent, ``p <- p - lr g`` (Robbins and Monro 1951)."""

    settings = SgdSettings

    def step(self, params: Array, grads: Array) -> None:
        """One step."""
        params -= like(params, self.learning_rate) * grads


class Momentum(Optimizer):
    """Heavy ball, ``v <- momentum v + g``, ``p <- p - lr v``. v starts at 0.

    Polyak 1964, in the form of PyTorch's SGD.
    """

    settings: ClassVar[type[Settings]] = MomentumSettings
    slots = ("v",)
    momentum: Hyper
    v: Array

    def step(self, params: Array, grads: Array) -> None:
        """One step."""
        self.v *= like(params, self.momentum)
        self.v += grads
        params -= like(params, self.learning_rate) * self.v


class Nesterov(Momentum):
    """Momentum that looks ahead, ``v <- momentum v + g``, ``p <- p - lr (g + momentum v)``. v starts at 0.

    Nesterov 1983, in the form of Sutskever et al. 2013 and PyTorch's SGD.
    """

    settings = NesterovSettings

    def step(self, params: Array, grads: Array) -> None:
        """One step."""
        momentum = like(params, self.momentum)
        self.v *= momentum
        self.v += grads
        params -= like(params, self.learning_rate) * (grads + momentum * self.v)


class Adagrad(Optimizer):
    """``v <- v + g^2``, ``p <- p - lr g / (sqrt(v) + epsilon)``. v starts at 0.

    Duchi et al. 2011; epsilon outside the root as in PyTorch.
    """

    settings = AdagradSettings
    slots = ("v",)
    epsilon: Hyper
    v: Array

    def step(self, params: Array, grads: Array) -> None:
        """One step."""
        self.v += grads * grads
        params -= like(params, self.learning_rate) * grads / (np.sqrt(self.v) + like(params, self.epsilon))


class Rmsprop(Optimizer):
    """``v <- rho v + (1 - rho) g^2``, ``p <- p - lr g / (sqrt(v) + epsilon)``. v starts at 0.

    Tieleman and Hinton 2012, lecture 6.5; epsilon outside the root as in PyTorch.
    """

    settings = RmspropSettings
    slots = ("v",)
    rho: Hyper
    epsilon: Hyper
    v: Array

    def step(self, params: Array, grads: Array) -> None:
        """One step."""
        self.v *= like(params, self.rho)
        self.v += like(params, 1 - self.rho) * (grads * grads)
        params -= like(params, self.learning_rate) * grads / (np.sqrt(self.v) + like(params, self.epsilon))


class Adam(Optimizer):
    """Adaptive moments (Kingma and Ba 2015, algorithm 1). m and v start at 0, t counts from 1.

    ``m <- beta1 m + (1 - beta1) g``, ``v <- beta2 v + (1 - beta2) g^2``,
    ``m' = m / (1 - beta1^t)``, ``v' = v / (1 - beta2^t)``, ``p <- p - lr m' / (sqrt(v') + epsilon)``.
    """

    settings: ClassVar[type[Settings]] = AdamSettings
    slots = ("m", "v")
    counts = ("t",)
    beta1: Hyper
    beta2: Hyper
    epsilon: Hyper
    m: Array
    v: Array
    t: int

    def step(self, params: Array, grads: Array) -> None:
        """One step."""
        self.t += 1
        self.m *= like(params, self.beta1)
        self.m += like(params, 1 - self.beta1) * grads
        self.v *= like(params, self.beta2)
        self.v += like(params, 1 - self.beta2) * (grads * grads)
        m_hat = self.m / like(params, 1 - np.power(self.beta1, self.t))
        v_hat = self.v / like(params, 1 - np.power(self.beta2, self.t))
        params -= like(params, self.learning_rate) * m_hat / (np.sqrt(v_hat) + like(params, self.epsilon))


class Adamw(Adam):
    """Adam with decoupled weight decay: ``p <- p - lr weight_decay p``, then Adam's step.

    Loshchilov and Hutter 2019, in the form of PyTorch and Keras: biases decay as well.
    """

    settings = AdamwSettings
    weight_decay: Hyper

    def step(self, params: Array, grads: Array) -> None:
        """One step."""
        params *= like(params, 1 - self.learning_rate * self.weight_decay)
        super().step(params, grads)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": Rmsprop,
    "adam": Adam,
    "adamw": Adamw,
}
