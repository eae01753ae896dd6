"""Normalizing layers bring numbers to mean 0 and variance 1, then let the network choose both anew.

``x' = (x - mean) / sqrt(variance + epsilon)``, ``y = gamma x' + beta``. Over what the mean is taken is all
that tells them apart: for each unit over the batch (batch norm), or for each sample over its units (layer
norm). gamma starts at 1, beta at 0.
"""

# mypy: disable-error-code="no-any-return"
# NumPy's types call a Python float times an array Any.

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, TypeAlias

import numpy as np

from dl_core.arrays import Array
from dl_core.nn.layers.layer import Layer, LayerSettings, Parameter, Refusal, Shape, Trainable
from dl_core.settings.declaration import setting

Epsilon: TypeAlias = Annotated[
    float,
    setting("Epsilon", "A small number that keeps the division from blowing up.", log=True, gt=0, le=1),
]


class Normalization(Layer):
    """Base of both."""

    parameters: ClassVar = {"gamma": Parameter("Scale", "unit", 1.0), "beta": Parameter("Shift", "unit", 0.0)}
    axis: ClassVar[int]  # over which mean and variance are taken in training
    gamma: Array  # ([R,] 1, units), like all of these
    beta: Array
    dgamma: Array
    dbeta: Array

    def __init__(self, in_shape: Shape, *, epsilon: float, trainable: bool = True) -> None:
        super().__init__(in_shape)
        self.epsilon = epsilon
        self.trainable = trainable
        self.shapes = dict.fromkeys(self.parameters, (1, in_shape[-1]))

    def mean(self, x: Array) -> Array:
        return x.sum(axis=self.axis, keepdims=True) / x.shape[self.axis]

    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """``x' = (x - mean) / sqrt(variance + epsilon)``, ``y = gamma x' + beta``."""
        mean = self.mean(x)
        centred = x - mean
        variance = self.mean(np.square(centred))
        scale = 1 / np.sqrt(variance + self.epsilon)
        normal = centred * scale
        if training:
            self.scale, self.normal = scale, normal
            self.gather(mean, variance)
        return self.gamma * normal + self.beta

    def gather(self, mean: Array, variance: Array) -> None:
        """Keep what inference will need of a training batch; layer norm needs nothing."""

    def backward(self, dy: Array) -> Array:
        """``dgamma = sum of dy x'``, ``dbeta = sum of dy``, both over the batch."""
        (dy * self.normal).sum(axis=-2, keepdims=True, out=self.dgamma)
        dy.sum(axis=-2, keepdims=True, out=self.dbeta)
        return self.input_gradient(dy)

    @abstractmethod
    def input_gradient(self, dy: Array) -> Array:
        """dloss/dx."""


class BatchNormSettings(LayerSettings, title="Batch norm"):
    """Brings each unit to a like size, over the batch."""

    type: Literal["batch_norm"]
    momentum: Annotated[
        float,
        setting(
            "Momentum",
            "The share of the running mean and variance that each step keeps. Predictions use those "
            "instead of the batch's own. More is steadier, but lags behind.",
            ge=0,
            lt=1,
        ),
    ] = 0.9
    epsilon: Epsilon = 1e-5
    trainable: Trainable = True


class BatchNorm(Normalization):
    """Normalizes each unit over the batch; at inference by running statistics (Ioffe and Szegedy 2015).

    ``running <- momentum running + (1 - momentum) batch's``; the variance is the plain mean of squares, as in
    Keras. The running mean starts at 0, the variance at 1; both are ([R,] 1, units).
    """

    settings = BatchNormSettings
    note = "over the batch"
    axis = -2
    statistics: ClassVar[dict[str, float]] = {"running_mean": 0.0, "running_variance": 1.0}
    running_mean: Array
    running_variance: Array

    def __init__(self, in_shape: Shape, *, momentum: float, epsilon: float, trainable: bool = True) -> None:
        super().__init__(in_shape, epsilon=epsilon, trainable=trainable)
        self.momentum = momentum

    def refusals(self, batch_size: int) -> Iterator[Refusal]:
        if batch_size == 1:
            text = "must not be batch_norm for batches of one sample, whose spread is 0. "
            yield Refusal("type", text + "Raise `training.batch_size` or take layer_norm.", ("batch_size",))

    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """By the batch's mean and variance in training, else by the running ones."""
        if training:
            return super().forward(x, training=True)
        normal = (x - self.running_mean) / np.sqrt(self.running_variance + self.epsilon)
        return self.gamma * normal + self.beta

    def gather(self, mean: Array, variance: Array) -> None:
        """Move the running statistics towards the batch's."""
        self.running_mean *= self.momentum
        self.running_mean += (1 - self.momentum) * mean
        self.running_variance *= self.momentum
        self.running_variance += (1 - self.momentum) * variance

    def input_gradient(self, dy: Array) -> Array:
        """``dx = gamma (dy - mean(dy) - x' mean(dy x')) / sqrt(variance + epsilon)``.

        The means over the batch are dbeta and dgamma, divided by its size.
        """
        n = dy.shape[-2]
        return (dy - self.dbeta / n - self.normal * (self.dgamma / n)) * (self.gamma * self.scale)


class LayerNormSettings(LayerSettings, title="Layer norm"):
    """Brings each sample to a like size, over its units."""

    type: Literal["layer_norm"]
    epsilon: Epsilon = 1e-5
    trainable: Trainable = True


class LayerNorm(Normalization):
    """Normalizes each sample over its units, in training as at inference (Ba et al. 2016)."""

    settings = LayerNormSettings
    note = "over the units"
    axis = -1

    def refusals(self, batch_size: int) -> Iterator[Refusal]:
        if self.in_shape[-1] == 1:
            text = "must not be layer_norm of one unit, whose spread is 0. Add units or take batch_norm."
            yield Refusal("type", text, ("in_shape",))

    def input_gradient(self, dy: Array) -> Array:
        """``dx = (d - mean(d) - x' mean(d x')) / sqrt(variance + epsilon)`` with ``d = gamma dy``."""
        d = dy * self.gamma
        return (d - self.mean(d) - self.normal * self.mean(d * self.normal)) * self.scale
