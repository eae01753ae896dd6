"""What the optimizers can be set to: a group of settings for each, its name first."""

from typing import Annotated, Literal, TypeAlias

from dl_core.settings.declaration import Settings, setting

LearningRate: TypeAlias = Annotated[
    float,
    setting(
        "Learning rate",
        "How far one step moves the weights. Too small and learning crawls; "
        "too large and the loss jumps or explodes.",
        log=True,
        gt=0,
        le=10,
    ),
]


class SgdSettings(Settings):
    """Stochastic gradient descent: step against the gradient of one mini-batch."""

    name: Literal["sgd"]
    learning_rate: LearningRate = 0.03


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


class MomentumSettings(Settings):
    """Gradient descent that keeps a part of its last step, like a heavy ball rolling downhill."""

    name: Literal["momentum"]
    learning_rate: LearningRate = 0.01
    momentum: MomentumShare = 0.9


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


class NesterovSettings(Settings):
    """Momentum that looks ahead: it brakes before the valley's far side instead of on it."""

    name: Literal["nesterov"]
    learning_rate: LearningRate = 0.01
    momentum: MomentumShare = 0.9


class AdagradSettings(Settings):
    """Gradient descent whose steps shrink for each weight by all that it has moved so far."""

    name: Literal["adagrad"]
    learning_rate: LearningRate = 0.01
    epsilon: Epsilon = 1e-10


class RmspropSettings(Settings):
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


class AdamSettings(Settings):
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


class AdamwSettings(AdamSettings):
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
