"""A layer maps a batch forward, and the gradient of the loss backward.

Forward and backward stand side by side and name no R: axes are counted from the right, so the same lines
serve one network, x (B, D), and R side by side, x (R, B, D). `backward` is called after `forward(...,
training=True)` of the same batch. Parameters and gradients are views into the network's flat vectors, handed
over by `bind`.

To add one, write its settings and its class and name it in `LAYERS`.
"""

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, Literal

import numpy as np

from dl_core.activations import ACTIVATIONS
from dl_core.arrays import Array
from dl_core.initializers import Shape
from dl_core.settings import OneOf, Settings, setting


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
    draws : bool
        Whether it draws anything at random for each epoch.
    """

    settings: ClassVar[type[Settings]]
    draws: ClassVar[bool] = False
    units: int
    shapes: dict[str, Shape]

    def bind(self, params: dict[str, Array], grads: dict[str, Array]) -> None:
        """Take the views in which parameters live (`W`, `b`) and gradients go (`dW`, `db`)."""
        for name, view in params.items():
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


class DenseSettings(Settings):
    """A layer of units, each connected to all units of the layer before."""

    type: Literal["dense"]
    units: Annotated[
        int,
        setting(
            "Units",
            "Neurons in this layer. More can draw more complicated shapes, "
            "but take longer and overfit more easily.",
            ge=1,
            le=128,
        ),
    ] = 4
    activation: Annotated[
        str,
        OneOf(ACTIVATIONS),
        setting(
            "Activation",
            "The curve that each unit puts its sum through. "
            "Without a bent one, many layers do no more than one.",
        ),
    ] = "tanh"


class Dense(Layer):
    """Fully connected layer, ``y = f(x @ W + b)``.

    Attributes
    ----------
    W : ndarray of shape ([R,] in_features, units)
    b : ndarray of shape ([R,] 1, units)
        The 1 lines up with the batch axis.
    """

    settings = DenseSettings
    W: Array
    b: Array
    dW: Array
    db: Array

    def __init__(self, in_features: int, *, units: int, activation: str) -> None:
        self.units = units
        self.activation = ACTIVATIONS[activation]
        self.shapes = {"W": (in_features, units), "b": (1, units)}

    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """``z = x @ W + b``, ``y = f(z)``."""
        z = x @ self.W + self.b
        y = self.activation.forward(z)
        if training:
            self.x, self.z, self.y = x, z, y  # backward needs them; inference leaves no trace
        return y

    def backward(self, dy: Array) -> Array:
        """``dW = x^T dz``, ``db = sum of dz over the batch``, ``dx = dz W^T``."""
        dz = self.activation.backward(self.z, self.y, dy)
        np.matmul(self.x.mT, dz, out=self.dW)
        dz.sum(axis=-2, keepdims=True, out=self.db)
        return dz @ self.W.mT


class DropoutSettings(Settings):
    """Switches units of the layer before off at random while training, so that none is relied on alone."""

    type: Literal["dropout"]
    dropout_rate: Annotated[
        float,
        setting(
            "Dropout rate",
            "The share of units switched off at random in each training step. More fights overfitting, "
            "but slows learning.",
            ge=0,
            le=0.95,
        ),
    ] = 0.2


class Dropout(Layer):
    """Inverted dropout, ``y = x * kept / (1 - dropout_rate)``; at inference ``y = x``.

    Each unit of each sample is dropped with probability `dropout_rate`; the division keeps the expected sum.
    Srivastava et al. 2014.
    """

    settings = DropoutSettings
    draws = True

    def __init__(self, in_features: int, *, dropout_rate: float) -> None:
        self.units = in_features
        self.dropout_rate = dropout_rate
        self.shapes = {}

    def draw(self, rng: np.random.Generator, n_samples: int) -> Array:
        """1 / (1 - dropout_rate) for a unit that is kept, 0 for a dropped one; shape (n_samples, units)."""
        kept = rng.random((n_samples, self.units), dtype=np.float32) >= self.dropout_rate
        return kept * np.float32(1 / (1 - self.dropout_rate))

    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """``x * drawn`` in training, ``x`` otherwise."""
        if not training:
            return x
        if drawn is None:
            raise ValueError("Dropout needs what it drew for the epoch to train.")
        self.drawn = drawn
        return x * drawn

    def backward(self, dy: Array) -> Array:
        """``dx = dy * drawn``: nothing flows through a dropped unit."""
        return dy * self.drawn


LAYERS: dict[str, type[Layer]] = {"dense": Dense, "dropout": Dropout}
