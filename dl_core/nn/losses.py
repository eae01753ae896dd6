"""A loss says in one number how far outputs are from targets; training follows its gradient downhill.

A network ends in logits z; what they mean is the output activation's part, y = f(z). So a loss is handed
both and returns dloss/dz. For sigmoid with binary cross-entropy and softmax with cross-entropy the two
together are simpler and safer than one after the other: the gradient is ``p - t`` and no logarithm of zero
can occur.

Every loss is the mean over the batch; means over the last two axes leave one number, or R. To add one, write
its class and name it in `LOSSES`.
"""

# mypy: disable-error-code="no-any-return"
# NumPy's types call a Python float times an array Any.

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from dl_core.arrays import Array
from dl_core.nn.activations import Activation, sigmoid, softmax


def mean(losses: Array) -> Any:
    """Mean over batch and units, one number for each network (`ndarray.mean` does the same, but slower)."""
    return losses.sum(axis=(-2, -1)) / (losses.shape[-2] * losses.shape[-1])


class Loss(ABC):
    """Base of all: a loss of outputs and targets, elementwise, averaged over batch and units."""

    title: ClassVar[str] = ""  # for a student, if another than the registry's name in words
    activations: ClassVar[tuple[str, ...]] = ()  # output activations that it belongs with; empty for any
    tasks: ClassVar[tuple[str, ...]] = ("regression",)  # kinds of targets that it measures

    def about(self) -> dict[str, Any]:
        return {"tasks": list(self.tasks), "activations": list(self.activations)}

    @abstractmethod
    def of(self, y: Array, t: Array) -> Array:
        """Loss of each output."""

    @abstractmethod
    def slope(self, y: Array, t: Array) -> Array:
        """Its derivative by the output."""

    def value(self, z: Array, t: Array, activation: Activation) -> Any:
        """Mean loss of logits `z` ([R,] B, C) against targets `t` ([R,] B, C): a number, or R of them."""
        return mean(self.of(activation.forward(z), t))

    def gradient(self, z: Array, t: Array, activation: Activation) -> Array:
        """dloss/dz, of z's shape."""
        y = activation.forward(z)
        return activation.backward(z, y, self.slope(y, t) / (z.shape[-2] * z.shape[-1]))


class Mse(Loss):
    """Mean squared error, ``(y - t)^2``."""

    title = "MSE"
    tasks = ("regression", "binary", "multiclass")

    def of(self, y: Array, t: Array) -> Array:
        return np.square(y - t)

    def slope(self, y: Array, t: Array) -> Array:
        return 2 * (y - t)


class Mae(Loss):
    """Mean absolute error, ``|y - t|``: outliers count less than in mse."""

    title = "MAE"

    def of(self, y: Array, t: Array) -> Array:
        return np.abs(y - t)

    def slope(self, y: Array, t: Array) -> Array:
        """``sign(y - t)``, 0 where they are equal."""
        return np.sign(y - t)


class Huber(Loss):
    """``e^2 / 2`` where ``|e| < 1``, else ``|e| - 1/2``, with ``e = y - t`` (Huber 1964, delta = 1)."""

    def of(self, y: Array, t: Array) -> Array:
        """A parabola near 0, straight lines further out."""
        e = np.abs(y - t)
        return np.where(e < 1, 0.5 * e * e, e - 0.5)

    def slope(self, y: Array, t: Array) -> Array:
        """``e``, limited to -1..1."""
        return np.clip(y - t, -1, 1)


class LogitLoss(Loss):
    """Base of the losses that know their output activation: `of` and `slope` are in terms of the logits."""

    def value(self, z: Array, t: Array, activation: Activation) -> Any:
        return mean(self.of(z, t))


class BinaryCrossEntropy(LogitLoss):
    """``-t log p - (1 - t) log(1 - p)`` with ``p = sigmoid(z)``; K units answer K yes-or-no questions."""

    activations = ("sigmoid",)
    tasks = ("binary", "multiclass")

    def of(self, z: Array, t: Array) -> Array:
        """The same in terms of z: ``log(1 + e^z) - t z``, written so that no exponential overflows."""
        return np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))

    def slope(self, z: Array, t: Array) -> Array:
        return sigmoid(z) - t

    def gradient(self, z: Array, t: Array, activation: Activation) -> Array:
        """``(p - t) / (B C)``."""
        return self.slope(z, t) / (z.shape[-2] * z.shape[-1])


class CategoricalCrossEntropy(LogitLoss):
    """``-sum_c t_c log p_c`` with ``p = softmax(z)`` and t one-hot: minus log of the right p."""

    activations = ("softmax",)
    tasks = ("multiclass",)

    def of(self, z: Array, t: Array) -> Array:
        """In terms of z, less its largest: ``log sum_c exp(z_c) - sum_c t_c z_c``; shape ([R,] B, 1)."""
        z = z - z.max(axis=-1, keepdims=True)
        return np.log(np.exp(z).sum(axis=-1, keepdims=True)) - (t * z).sum(axis=-1, keepdims=True)

    def slope(self, z: Array, t: Array) -> Array:
        return softmax(z) - t

    def gradient(self, z: Array, t: Array, activation: Activation) -> Array:
        """``(p - t) / B``."""
        return self.slope(z, t) / z.shape[-2]


LOSSES: dict[str, Loss] = {
    "mse": Mse(),
    "mae": Mae(),
    "huber": Huber(),
    "binary_cross_entropy": BinaryCrossEntropy(),
    "categorical_cross_entropy": CategoricalCrossEntropy(),
}
