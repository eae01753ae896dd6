"""Adaptive optimizers: each weight has a step size of its own, smaller where its gradients are large."""

from typing import Annotated, ClassVar, Literal, TypeAlias

import numpy as np

from dl_core.arrays import Array
from dl_core.optim.optimizer import Hyper, LearningRate, Optimizer, like
from dl_core.settings.declaration import Settings, setting

Epsilon: TypeAlias = Annotated[
    float,
    setting(
        "Epsilon",
        "A small number that keeps the division from blowing up where gradients are almost zero.",
        log=True,
        gt=0,
        le=1,
    ),
]


class AdagradSettings(Settings, title="Adagrad"):
    """Gradient descent whose steps shrink for each weight by all that it has moved so far."""

    name: Literal["adagrad"]
    learning_rate: LearningRate = 0.01
    epsilon: Epsilon = 1e-10


class Adagrad(Optimizer):
    """``v <- v + g^2``, ``p <- p - lr g / (sqrt(v) + epsilon)``. v starts at 0.

    Duchi et al. 2011; epsilon outside the root as in PyTorch.
    """

    settings = AdagradSettings
    slots = ("v",)
    epsilon: Hyper
    v: Array

    def step(self, params: Array, grads: Array) -> None:
        self.v += grads * grads
        params -= like(params, self.learning_rate) * grads / (np.sqrt(self.v) + like(params, self.epsilon))


class RmspropSettings(Settings, title="RMSProp"):
    """Gradient descent with a step size of its own for each weight: smaller where gradients are large."""

    name: Literal["rmsprop"]
    learning_rate: LearningRate = 0.01
    rho: Annotated[
        float,
        setting(
            "Memory (rho)",
            "How slowly the average of squared gradients forgets. Closer to 1 remembers more steps.",
            ge=0,
            lt=1,
        ),
    ] = 0.9
    epsilon: Epsilon = 1e-8


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
        self.v *= like(params, self.rho)
        self.v += like(params, 1 - self.rho) * (grads * grads)
        params -= like(params, self.learning_rate) * grads / (np.sqrt(self.v) + like(params, self.epsilon))


class AdamSettings(Settings, title="Adam"):
    """Momentum and a step size of its own for each weight together: a good first choice."""

    name: Literal["adam"]
    learning_rate: LearningRate = 0.001
    beta1: Annotated[
        float,
        setting(
            "Beta 1",
            "How slowly the average of gradients (the momentum) forgets. Closer to 1 is smoother.",
            ge=0,
            lt=1,
        ),
    ] = 0.9
    beta2: Annotated[
        float,
        setting(
            "Beta 2",
            "How slowly the average of squared gradients forgets. Closer to 1 gives steadier step sizes.",
            ge=0,
            lt=1,
        ),
    ] = 0.999
    epsilon: Epsilon = 1e-8


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
        self.t += 1
        self.m *= like(params, self.beta1)
        self.m += like(params, 1 - self.beta1) * grads
        self.v *= like(params, self.beta2)
        self.v += like(params, 1 - self.beta2) * (grads * grads)
        m_hat = self.m / like(params, 1 - np.power(self.beta1, self.t))
        v_hat = self.v / like(params, 1 - np.power(self.beta2, self.t))
        params -= like(params, self.learning_rate) * m_hat / (np.sqrt(v_hat) + like(params, self.epsilon))


class AdamwSettings(AdamSettings, title="AdamW"):
    """Adam that also shrinks every weight a little at each step, apart from the gradient."""

    name: Literal["adamw"]  # type: ignore[assignment]
    weight_decay: Annotated[
        float,
        setting(
            "Weight decay",
            "How fast all weights shrink towards zero, whatever the loss says. "
            "More keeps the boundary smooth.",
            log=True,
            ge=0,
            le=10,
        ),
    ] = 0.01


class Adamw(Adam):
    """Adam with decoupled weight decay: ``p <- p - lr weight_decay p``, then Adam's step.

    Loshchilov and Hutter 2019, in the form of PyTorch and Keras: biases decay as well.
    """

    settings = AdamwSettings
    weight_decay: Hyper

    def step(self, params: Array, grads: Array) -> None:
        params *= like(params, 1 - self.learning_rate * self.weight_decay)
        super().step(params, grads)
