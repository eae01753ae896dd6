"""A dense layer connects every unit to all inputs, ``y = f(x @ W + b)``."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from dl_core.arrays import Array
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.initializers import INITIALIZERS
from dl_core.nn.layers.layer import BIAS, WEIGHTS, Layer, LayerSettings, Refusal, Shape, Trainable
from dl_core.settings.declaration import OneOf, setting


class DenseSettings(LayerSettings, title="Dense"):
    """Each unit sees every unit before it."""

    most: ClassVar[int | None] = 8

    type: Literal["dense"]
    units: Annotated[
        int,
        setting(
            "Units",
            "Neurons in this layer. More can draw more complicated shapes, "
            "but take longer and overfit more easily.",
            prominent=True,
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
            prominent=True,
        ),
    ] = "tanh"
    residual: Annotated[
        bool,
        setting(
            "Skip connection",
            "Adds the layer's inputs to its outputs, so that signals and gradients have a way around it. "
            "Deep networks train more easily with it. It needs as many units as inputs.",
        ),
    ] = False
    initializer: Annotated[
        Annotated[str, OneOf(INITIALIZERS)] | None,
        setting("Initial weights", "How this layer's starting weights are drawn; none: as the network's."),
    ] = None
    l1: Annotated[
        Annotated[float, Field(ge=0, le=10)] | None,
        setting("L1 penalty", "This layer's own L1 penalty; none: that of the training.", log=True),
    ] = None
    l2: Annotated[
        Annotated[float, Field(ge=0, le=10)] | None,
        setting("L2 penalty", "This layer's own L2 penalty; none: that of the training.", log=True),
    ] = None
    trainable: Trainable = True


class Dense(Layer):
    """Fully connected layer, ``y = f(x @ W + b)``; with a skip connection ``y = x + f(x @ W + b)``.

    He et al. 2016 for the skip connection.
    """

    settings = DenseSettings
    parameters: ClassVar = {"W": WEIGHTS, "b": BIAS}
    maps = True
    W: Array  # ([R,] in_features, units)
    b: Array  # ([R,] 1, units): the 1 lines up with the batch axis
    dW: Array
    db: Array

    def __init__(
        self,
        in_shape: Shape,
        *,
        units: int,
        activation: str,
        residual: bool = False,
        initializer: str | None = None,
        l1: float | None = None,
        l2: float | None = None,
        trainable: bool = True,
    ) -> None:
        super().__init__(in_shape)
        self.out_shape = (units,)
        self.activation = ACTIVATIONS[activation]
        self.residual = residual
        self.initializer, self.l1, self.l2 = initializer, l1, l2
        self.trainable = trainable
        self.shapes = {"W": (in_shape[-1], units), "b": (1, units)}

    def refusals(self, batch_size: int) -> Iterator[Refusal]:
        (units,) = self.out_shape
        if units == 1 and self.activation is ACTIVATIONS["softmax"]:
            text = "must not be softmax for one unit, whose share is always 1. Add units or choose another."
            yield Refusal("activation", text)
        if self.residual and self.in_shape != self.out_shape:
            text = f"must be false where {self.in_shape[-1]} inputs meet {units} units: both are added. "
            text += f"Set `{{layer}}.units` to {self.in_shape[-1]}."
            yield Refusal("residual", text, ("in_shape",))

    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """``z = x @ W + b``, ``a = f(z)``, ``y = a`` or ``x + a``."""
        z = x @ self.W + self.b
        a = self.activation.forward(z)
        if training:
            self.x, self.z, self.a = x, z, a  # backward needs them; inference leaves no trace
        return x + a if self.residual else a

    def backward(self, dy: Array) -> Array:
        """``dW = x^T dz``, ``db = sum of dz over the batch``, ``dx = dz W^T``, and dy itself if skipped."""
        dz = self.activation.backward(self.z, self.a, dy)
        np.matmul(self.x.mT, dz, out=self.dW)
        dz.sum(axis=-2, keepdims=True, out=self.db)
        dx = dz @ self.W.mT
        return dx + dy if self.residual else dx
