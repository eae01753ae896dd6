"""An initializer draws the numbers that training starts from.

``draw(rng, shape) -> array`` with `shape` = (in_features, units) for weights and (1, units) for biases. The
scaled ones keep the spread of activations (and of gradients) about the same from layer to layer. To add one,
write the function and one line of the registry.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from dl_core.arrays import Array

Shape: TypeAlias = tuple[int, int]
Initializer: TypeAlias = Callable[[np.random.Generator, Shape], Array]


def zeros(rng: np.random.Generator, shape: Shape) -> Array:
    """All 0. Units that start alike stay alike: useful to see why weights are drawn at random."""
    return np.zeros(shape)


def constant(rng: np.random.Generator, shape: Shape) -> Array:
    """All 0.1."""
    return np.full(shape, 0.1)


def normal(rng: np.random.Generator, shape: Shape) -> Array:
    """Normal, mean 0, standard deviation 0.5, whatever the layer's size."""
    return 0.5 * rng.standard_normal(shape)


def uniform(rng: np.random.Generator, shape: Shape) -> Array:
    """Uniform from -0.5 to 0.5, whatever the layer's size."""
    return rng.uniform(-0.5, 0.5, shape)


def lecun_normal(rng: np.random.Generator, shape: Shape) -> Array:
    """Normal, variance ``1 / in`` (LeCun et al. 1998); for selu."""
    return rng.standard_normal(shape) / math.sqrt(shape[0])


def glorot_uniform(rng: np.random.Generator, shape: Shape) -> Array:
    """Uniform within ``sqrt(6 / (in + out))`` of 0 (Glorot and Bengio 2010); for tanh and sigmoid."""
    limit = math.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-limit, limit, shape)


def glorot_normal(rng: np.random.Generator, shape: Shape) -> Array:
    """Normal, variance ``2 / (in + out)`` (Glorot and Bengio 2010); for tanh and sigmoid."""
    return rng.standard_normal(shape) * math.sqrt(2 / (shape[0] + shape[1]))


def he_uniform(rng: np.random.Generator, shape: Shape) -> Array:
    """Uniform within ``sqrt(6 / in)`` of 0 (He et al. 2015); for relu and its relatives."""
    limit = math.sqrt(6 / shape[0])
    return rng.uniform(-limit, limit, shape)


def he_normal(rng: np.random.Generator, shape: Shape) -> Array:
    """Normal, variance ``2 / in`` (He et al. 2015); for relu and its relatives."""
    return rng.standard_normal(shape) * math.sqrt(2 / shape[0])


def orthogonal(rng: np.random.Generator, shape: Shape) -> Array:
    """Rows or columns (the fewer) of length 1 and at right angles (Saxe et al. 2014)."""
    tall = rng.standard_normal((max(shape), min(shape)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diag(r) < 0, -1, 1)  # without the sign q would not be uniform over all rotations
    return q if q.shape == shape else np.ascontiguousarray(q.T)


INITIALIZERS: dict[str, Initializer] = {
    "zeros": zeros,
    "constant": constant,
    "normal": normal,
    "uniform": uniform,
    "lecun_normal": lecun_normal,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "orthogonal": orthogonal,
}

BIAS_INITIALIZERS: dict[str, Initializer] = {
    name: INITIALIZERS[name] for name in ("zeros", "constant", "normal", "uniform")
}
