"""What every layer has: a way forward, a way back, and perhaps parameters, statistics and draws."""

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, TypeAlias

import numpy as np

from dl_core.arrays import Array
from dl_core.nn.initializers import Shape
from dl_core.settings.declaration import Settings, setting

Trainable: TypeAlias = Annotated[
    bool,
    setting(
        "Trainable",
        "Whether training may change this layer. A frozen one keeps its weights and passes signals through.",
    ),
]


class Layer(ABC):
    """Base of all: a layer without parameters that draws nothing.

    Attributes
    ----------
    settings : type
        The settings' declaration; beside `type`, the names are those of the constructor's arguments.
    units : int
        Features out.
    shapes : dict
        Name and shape of each parameter, in the order in which they lie in the flat vector.
    statistics : dict
        Name and start of each running statistic, (1, units): gathered in training, used at inference.
    trainable : bool
        Whether training may change the parameters.
    draws : bool
        Whether it draws anything at random for each epoch.
    """

    settings: ClassVar[type[Settings]]
    draws: ClassVar[bool] = False
    statistics: ClassVar[dict[str, float]] = {}
    units: int
    shapes: dict[str, Shape]
    trainable: bool = True

    def bind(
        self, params: dict[str, Array], grads: dict[str, Array], statistics: dict[str, Array] | None = None
    ) -> None:
        """Take the views in which parameters live (`W`, `b`), gradients go (`dW`, `db`), and statistics."""
        for name, view in (params | (statistics or {})).items():
            setattr(self, name, view)
        for name, view in grads.items():
            setattr(self, f"d{name}", view)

    def draw(self, rng: np.random.Generator, n_samples: int) -> Array:
        """What the layer draws at random for an epoch, a row for each sample; only of layers with `draws`."""
        raise NotImplementedError

    @abstractmethod
    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """Outputs for x. Only training leaves a trace on the layer. `drawn`: the batch's rows of the draw."""

    @abstractmethod
    def backward(self, dy: Array) -> Array:
        """Store the parameters' gradients; return dloss/dx."""
