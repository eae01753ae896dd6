"""A dummy of each family, registered as a new entry would be: import this before anything of `dl_core`.

`pytest -p dummies` runs tests with them, `gunicorn -c tests/gunicorn_dummies.py` serves the page with them.
Each is as unlike the real ones as its family allows, and nothing else in the tree knows its name.
"""

# ruff: noqa: E402 - registering must come between two imports

import importlib.util
import sys
from typing import ClassVar, Literal

import numpy as np

if "dl_core" in sys.modules:
    raise ImportError("Import the dummies before dl_core, whose settings are declared as it is imported.")
spec = importlib.util.find_spec("dl_core")
sys.modules["dl_core"] = package = importlib.util.module_from_spec(spec)  # its __init__ runs below

from dl_core.arrays import Array
from dl_core.data.datasets import DATASETS, Dataset
from dl_core.data.features import FEATURES, SCALINGS, Feature
from dl_core.nn.activations import ACTIVATIONS, Activation
from dl_core.nn.initializers import INITIALIZERS
from dl_core.nn.losses import LOSSES, Loss
from dl_core.optim.optimizer import LearningRate, Optimizer, like
from dl_core.optim.optimizers import OPTIMIZERS
from dl_core.optim.schedules import SCHEDULES, Schedule
from dl_core.settings.declaration import Settings


def bend(z: Array) -> Array:
    """``z / sqrt(1 + z^2)``."""
    return z / np.sqrt(1 + z * z)


def bend_slope(z: Array, a: Array) -> Array:
    """``(1 + z^2)^(-3/2)``."""
    s = 1 / np.sqrt(1 + z * z)
    return s * s * s


def third(rng, shape):
    """All 1/3, with alternating signs."""
    return np.resize([1 / 3, -1 / 3], shape)


class Quartic(Loss):
    """Errors to the fourth power, ``(y - t)^4``."""

    tasks = ("regression", "binary", "multiclass")

    def of(self, y: Array, t: Array) -> Array:
        return np.square(np.square(y - t))

    def slope(self, y: Array, t: Array) -> Array:
        e = y - t
        return 4 * e * e * e


class SignSettings(Settings, title="Dummy sign"):
    """Every weight moves by the learning rate, by the sign of its averaged gradient."""

    name: Literal["dummy_sign"]
    learning_rate: LearningRate = 0.003


class Sign(Optimizer):
    """``v <- (v + g) / 2``, ``p <- p - lr sign(v)``."""

    settings = SignSettings
    slots = ("v",)

    def step(self, params: Array, grads: Array) -> None:
        self.v += grads
        self.v *= np.float32(0.5)
        params -= like(params, self.learning_rate) * np.sign(self.v)


class Harmonic(Schedule, title="Dummy harmonic"):
    """The learning rate falls as one over the time."""

    name: Literal["dummy_harmonic"]

    def decay(self, t: int) -> float:
        return 1 / (1 + t)


def stripes(rng, label, noise):
    """Upright stripes 2 wide, of each class in turn. Noise moves."""
    x = rng.uniform(-4.5, 4.5, (label.size, 2))
    x[:, 0] = 2 * rng.integers(-2, 2, label.size) + label + rng.uniform(0.1, 0.9, label.size)
    return x + 2 * noise * rng.uniform(-1, 1, x.shape)


def halved(features):
    """Half as large."""
    return 0.0, 2.0


# What settings are declared from comes first.
ACTIVATIONS["dummy_bend"] = Activation(bend, bend_slope, (-1, 1))
INITIALIZERS["dummy_third"] = third

from dl_core.nn.layers import LAYERS
from dl_core.nn.layers.layer import Layer, LayerSettings, Parameter, Shape


class FoldSettings(LayerSettings, title="Dummy fold"):
    """Adds its inputs up in turn into three numbers, each times a gain."""

    type: Literal["dummy_fold"]


class Fold(Layer):
    """``y_j = gain_j * sum of the inputs i with i mod 3 = j``: three features out, however many come in."""

    settings = FoldSettings
    parameters: ClassVar = {"gain": Parameter("Gain", "unit", 1.0)}
    maps = True
    gain: Array
    dgain: Array

    def __init__(self, in_shape: Shape) -> None:
        super().__init__(in_shape)
        self.out_shape = (3,)
        self.shapes = {"gain": (1, 3)}

    @property
    def fold(self) -> Array:
        """(inputs, 3) of 0 and 1."""
        return np.eye(3, dtype=self.gain.dtype)[np.arange(self.in_shape[-1]) % 3]

    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        sums = x @ self.fold
        if training:
            self.sums = sums
        return self.gain * sums

    def backward(self, dy: Array) -> Array:
        (dy * self.sums).sum(axis=-2, keepdims=True, out=self.dgain)
        return (dy * self.gain) @ self.fold.T


LAYERS["dummy_fold"] = Fold
LOSSES["dummy_quartic"] = Quartic()
OPTIMIZERS["dummy_sign"] = Sign
SCHEDULES["dummy_harmonic"] = Harmonic
FEATURES["x1+x2"] = Feature(lambda x1, x2: x1 + x2, 12, "x₁+x₂", "x1 plus x2")
SCALINGS["dummy_halved"] = halved
DATASETS["dummy_stripes"] = Dataset("Stripes", "A dummy: upright stripes of two classes.", stripes, 2)

spec.loader.exec_module(package)

CONFIG = {
    "data": {"name": "dummy_stripes", "features": ["x1", "x2", "x1+x2", "x1^2"], "scaling": "dummy_halved"},
    "model": {
        "layers": [
            {"type": "dense", "units": 4, "activation": "dummy_bend", "initializer": "dummy_third"},
            {"type": "dummy_fold"},
            {"type": "dense", "units": 3, "activation": "tanh"},
        ],
        "output_activation": "tanh",
    },
    "training": {
        "loss": "dummy_quartic",
        "optimizer": {"name": "dummy_sign", "learning_rate": 0.003},
        "schedule": {"name": "dummy_harmonic", "unit": "epochs", "warmup": 10},
        "l2": 0.001,
    },
}
"""A config that uses all of them."""
