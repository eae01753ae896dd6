"""An activation is a function of the logits together with its derivative.

Each entry of `ACTIVATIONS` holds its value rule and its slope side by side. The slope may use the logits `z`,
the output `a`, or both, whichever is shorter. To add one, write the two functions and one line of the
registry.
"""

# mypy: disable-error-code="no-any-return"
# NumPy's types call a Python float times an array Any.

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from dl_core.arrays import Array

INFINITY = math.inf
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # mean 0, variance 1 stay fixed
GELU_C, GELU_K = math.sqrt(2 / math.pi), 0.044715  # Hendrycks and Gimpel 2016, the tanh form


class ByExp(NamedTuple):
    """The same curve in another form, ``of(exp(factor z) + 1)``, to within 1e-6.

    Metrics and maps, which need no slopes, are computed in it: NumPy's exp takes half the time of its tanh,
    and over a grid ``exp(a + b) = exp(a) exp(b)`` saves most of the exponentials.
    """

    factor: float
    of: Callable[[Array], Array]


class Activation(NamedTuple):
    """Value and slope of ``a = f(z)``.

    Classes are coded -1 and +1 for an output whose `range`, what `a` lies in, is (-1, 1), else 0 and 1.
    """

    forward: Callable[[Array], Array]  # z -> a
    slope: Callable[[Array, Array], Any] | None  # (z, a) -> f'(z); None for a function of all units at once
    range: tuple[float, float]
    mixed: Callable[[Array, Array, Array], Array] | None = None  # (z, a, da) -> dz of such a function
    by_exp: ByExp | None = None  # `forward` for metrics and maps; a test holds both together
    title: str = ""  # for a student, if another than the registry's name in words

    @property
    def description(self) -> str:
        """Its equation."""
        return self.forward.__doc__ or ""

    def about(self) -> dict[str, Any]:
        """For menus and pictures of units: null for an end that is infinite, and how many units it needs."""
        low, high = (end if math.isfinite(end) else None for end in self.range)
        return {"range": [low, high], "least_units": 1 if self.mixed is None else 2}

    def backward(self, z: Array, a: Array, da: Array) -> Array:
        """dloss/dz from dloss/da, ``dz = da * f'(z)``."""
        if self.slope is not None:
            return da * self.slope(z, a)
        if self.mixed is None:
            raise ValueError("An activation needs a slope, or a gradient of all units at once.")
        return self.mixed(z, a, da)


def relu(z: Array) -> Array:
    """``max(z, 0)``."""
    return np.maximum(z, 0)


def relu_slope(z: Array, a: Array) -> Any:
    return z > 0


def leaky_relu(z: Array) -> Array:
    """``z`` where positive, else ``0.01 z`` (Maas et al. 2013)."""
    return np.maximum(z, 0.01 * z)


def leaky_relu_slope(z: Array, a: Array) -> Array:
    return np.maximum(np.sign(z), 0.01)


def elu(z: Array) -> Array:
    """``z`` where positive, else ``exp(z) - 1`` (Clevert et al. 2015, alpha = 1)."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def elu_slope(z: Array, a: Array) -> Array:
    """``1`` where z > 0, else ``exp(z) = a + 1``."""
    return np.minimum(a, 0) + 1


def selu(z: Array) -> Array:
    """``scale * z`` where positive, else ``scale * alpha * (exp(z) - 1)`` (Klambauer et al. 2017)."""
    return SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))


def selu_slope(z: Array, a: Array) -> Array:
    """``scale`` where z > 0, else ``scale * alpha * exp(z) = a + scale * alpha``."""
    return np.where(z > 0, SELU_SCALE, a + SELU_SCALE * SELU_ALPHA)


def gelu(z: Array) -> Array:
    """``z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))`` (Hendrycks and Gimpel 2016, the tanh form)."""
    return 0.5 * z * (1 + np.tanh(GELU_C * (z + GELU_K * z * z * z)))


def gelu_slope(z: Array, a: Array) -> Array:
    """With ``u`` the tanh: ``(1 + u)/2 + z/2 (1 - u^2) sqrt(2/pi) (1 + 3 * 0.044715 z^2)``."""
    u = np.tanh(GELU_C * (z + GELU_K * z * z * z))
    return 0.5 * (1 + u) + 0.5 * z * (1 - u * u) * GELU_C * (1 + 3 * GELU_K * z * z)


def silu(z: Array) -> Array:
    """``z * sigmoid(z)`` (also called swish)."""
    return z * sigmoid(z)


def silu_slope(z: Array, a: Array) -> Array:
    s = sigmoid(z)
    return s + a * (1 - s)


def softplus(z: Array) -> Array:
    """``log(1 + exp(z))``, written so that no exponential overflows."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def softplus_slope(z: Array, a: Array) -> Array:
    return sigmoid(z)


def softsign(z: Array) -> Array:
    """``z / (1 + |z|)``."""
    return z / (1 + np.abs(z))


def softsign_slope(z: Array, a: Array) -> Array:
    return 1 / np.square(1 + np.abs(z))


def sigmoid(z: Array) -> Array:
    """``1 / (1 + exp(-z))``, written as a tanh, which cannot overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def sigmoid_slope(z: Array, a: Array) -> Array:
    return a * (1 - a)


def tanh(z: Array) -> Array:
    """``(exp(z) - exp(-z)) / (exp(z) + exp(-z))``."""
    return np.tanh(z)


def tanh_slope(z: Array, a: Array) -> Array:
    return 1 - a * a


def sine(z: Array) -> Array:
    """``sin(z)`` (Sitzmann et al. 2020)."""
    return np.sin(z)


def sine_slope(z: Array, a: Array) -> Array:
    return np.cos(z)


def gaussian(z: Array) -> Array:
    """``exp(-z^2)``, a bump around zero."""
    return np.exp(-z * z)


def gaussian_slope(z: Array, a: Array) -> Array:
    return -2 * z * a


def step(z: Array) -> Array:
    """``1`` where z > 0, else 0: the perceptron's. NaN stays NaN."""
    return np.heaviside(z, 0)


def step_slope(z: Array, a: Array) -> Array:
    """``0`` everywhere, so nothing before a step learns."""
    return z * 0


def linear(z: Array) -> Array:
    """``z``."""
    return z


def linear_slope(z: Array, a: Array) -> float:
    return 1.0


def softmax(z: Array) -> Array:
    """``exp(z_i) / sum_j exp(z_j)`` over the units; less the largest z, so that no exponential overflows."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_gradient(z: Array, a: Array, da: Array) -> Array:
    """``dz_i = a_i (da_i - sum_j a_j da_j)``: every unit's output depends on every unit's logit."""
    return a * (da - (a * da).sum(axis=-1, keepdims=True))


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(relu, relu_slope, (0, INFINITY), title="ReLU"),
    "leaky_relu": Activation(leaky_relu, leaky_relu_slope, (-INFINITY, INFINITY), title="Leaky ReLU"),
    "elu": Activation(elu, elu_slope, (-1, INFINITY), title="ELU"),
    "selu": Activation(selu, selu_slope, (-SELU_SCALE * SELU_ALPHA, INFINITY), title="SELU"),
    "gelu": Activation(gelu, gelu_slope, (-0.17004, INFINITY), title="GELU"),
    "silu": Activation(silu, silu_slope, (-0.27847, INFINITY), title="SiLU"),
    "softplus": Activation(softplus, softplus_slope, (0, INFINITY)),
    "softsign": Activation(softsign, softsign_slope, (-1, 1)),
    "sigmoid": Activation(sigmoid, sigmoid_slope, (0, 1), by_exp=ByExp(-1, lambda d: 1 / d)),
    "tanh": Activation(tanh, tanh_slope, (-1, 1), title="tanh", by_exp=ByExp(2, lambda d: 1 - 2 / d)),
    "sine": Activation(sine, sine_slope, (-1, 1)),
    "gaussian": Activation(gaussian, gaussian_slope, (0, 1)),
    "step": Activation(step, step_slope, (0, 1)),
    "linear": Activation(linear, linear_slope, (-INFINITY, INFINITY)),
    "softmax": Activation(softmax, None, (0, 1), softmax_gradient),
}
