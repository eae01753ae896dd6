"""What every optimizer has: its settings, the arrays that it keeps, and one step.

An optimizer is an elementwise rule: new params from old params, their gradients, and its own few arrays. It
works on one flat vector, so it knows nothing of layers. Hyper-parameters are single numbers, or arrays of
shape (R, 1) when networks side by side differ in them; then params are ([R,] P) and the same line serves
both. Constants derived from them are worked out in float64 and rounded once to the params' precision, which
makes one network and R networks agree to the bit.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dl_core.arrays import Array
from dl_core.settings.declaration import Settings, setting

Hyper: TypeAlias = NDArray[np.float64]

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


class Optimizer(ABC):
    """Base of all: holds hyper-parameters, and what the rule keeps from step to step, 0 at the start."""

    settings: ClassVar[type[Settings]]  # the names are those of the hyper-parameters
    slots: ClassVar[tuple[str, ...]] = ()  # names of the arrays that it keeps, each of the params' shape
    counts: ClassVar[tuple[str, ...]] = ()  # names of the whole numbers that it keeps
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
