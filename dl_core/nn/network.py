"""A network is a list of layers; its parameters are one flat vector that the layers look into.

It ends in logits: the output layer is linear, and what its sums mean is the output activation's part.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dl_core import rng as random
from dl_core.arrays import Array
from dl_core.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS, Shape
from dl_core.nn.layers import LAYERS
from dl_core.nn.layers.dense import Dense
from dl_core.nn.layers.layer import Layer

PURPOSES = ("weights", "biases")


class Network:
    """Layers in order, the output layer last.

    Attributes
    ----------
    layers : list of Layer
    params, grads : ndarray of shape ([R,] P)
        For each layer with parameters, in order: W (in, units) row by row, then b (units); gamma, then beta.
    built : tuple
        What it was built from: inputs, settings of the hidden layers, outputs.
    offsets : list of dict
        For each layer, where each of its parameters begins in `params`.
    statistics : ndarray of shape ([R,] S)
        The running statistics of the layers that keep some, one after the other.
    """

    def __init__(
        self,
        in_features: int,
        hidden: Sequence[dict[str, Any]],
        units: int,
        *,
        n_networks: int | None = None,
        dtype: type[np.floating[Any]] = np.float32,
    ) -> None:
        """Build the layers; every parameter is 0.

        Parameters
        ----------
        in_features, units : int
            Inputs and outputs of the whole.
        hidden : list of dict
            Settings of each hidden layer, ``{"type": "dense", "units": 4, "activation": "tanh"}``.
        n_networks : int or None
            R; None for one network without the R axis.
        """
        self.built = in_features, [dict(settings) for settings in hidden], units
        self.layers: list[Layer] = []
        for settings in [*hidden, {"type": "dense", "units": units, "activation": "linear"}]:
            arguments = {name: value for name, value in settings.items() if name != "type"}
            build: Callable[..., Layer] = LAYERS[settings["type"]]
            self.layers.append(build(in_features, **arguments))
            in_features = self.layers[-1].units
        self.offsets = offsets([layer.shapes for layer in self.layers])
        running = [dict.fromkeys(layer.statistics, (1, layer.units)) for layer in self.layers]
        axes = () if n_networks is None else (n_networks,)
        self.params, params = carved([layer.shapes for layer in self.layers], axes, dtype)
        self.grads, grads = carved([layer.shapes for layer in self.layers], axes, dtype)
        self.statistics, statistics = carved(running, axes, dtype)
        for layer, *views in zip(self.layers, params, grads, statistics, strict=True):
            layer.bind(*views)
            for name, start in layer.statistics.items():
                getattr(layer, name)[...] = start

    def each(self, of: Callable[[Layer, str], float]) -> Array:
        """One number for each parameter, (P,), by its layer and its name there."""
        found, views = carved([layer.shapes for layer in self.layers], (), self.params.dtype)
        for layer, parts in zip(self.layers, views, strict=True):
            for name, part in parts.items():
                part[...] = of(layer, name)
        return found

    def initial(self, seed: int, initializer: str, bias_initializer: str) -> Array:
        """Starting params of one network, (P,). Each dense layer has draws of its own; gamma starts at 1."""
        found, views = carved([layer.shapes for layer in self.layers], (), self.params.dtype)
        n_dense = 0
        for layer, parts in zip(self.layers, views, strict=True):
            if isinstance(layer, Dense):
                draw = INITIALIZERS[layer.initializer or initializer]
                draw_bias = BIAS_INITIALIZERS[bias_initializer]
                weights, biases = (random.generator(seed, purpose, layer=n_dense) for purpose in PURPOSES)
                parts["W"][...] = draw(weights, layer.shapes["W"])
                parts["b"][...] = draw_bias(biases, layer.shapes["b"])
                n_dense += 1
            elif "gamma" in parts:
                parts["gamma"][...] = 1
        return found

    def draw(self, seed: int, epoch: int, n_samples: int) -> list[Array | None]:
        """What each layer draws for an epoch, a row for each sample in the order of its visit."""
        return [
            layer.draw(random.generator(seed, "dropout", epoch=epoch, layer=i), n_samples)
            if layer.draws
            else None
            for i, layer in enumerate(self.layers)
        ]

    def forward(self, x: Array) -> Array:
        """Logits ([R,] N, C) of inputs ([R,] N, D), at inference."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def outputs(self, x: Array) -> list[Array]:
        """Every layer's outputs, the logits last, at inference."""
        found = []
        for layer in self.layers:
            x = layer.forward(x)
            found.append(x)
        return found

    def train_forward(self, x: Array, drawn: Sequence[Array | None]) -> Array:
        """Logits of a training batch; `drawn` holds the batch's rows of what the layers drew."""
        for layer, rows in zip(self.layers, drawn, strict=True):
            x = layer.forward(x, training=True, drawn=rows)
        return x

    def backward(self, dz: Array) -> Array:
        """Fill `grads` from dloss/dlogits of the batch just run forward; return dloss/dinputs."""
        for layer in reversed(self.layers):
            dz = layer.backward(dz)
        return dz


def offsets(shapes: Sequence[dict[str, Shape]]) -> list[dict[str, int]]:
    """Where each matrix begins if all lie one after the other, row by row."""
    found: list[dict[str, int]] = []
    size = 0
    for named in shapes:
        found.append({})
        for name, shape in named.items():
            found[-1][name] = size
            size += math.prod(shape)
    return found


def carved(
    shapes: Sequence[dict[str, Shape]], axes: tuple[int, ...], dtype: DTypeLike
) -> tuple[Array, list[dict[str, Array]]]:
    """A flat vector of zeros ([R,] P), and the views into it for all the matrices."""
    flat = np.zeros((*axes, sum(math.prod(shape) for named in shapes for shape in named.values())), dtype)
    views = [
        {
            name: flat[..., start : start + math.prod(shape)].reshape(*axes, *shape)
            for (name, shape), start in zip(named.items(), starts.values(), strict=True)
        }
        for named, starts in zip(shapes, offsets(shapes), strict=True)
    ]
    return flat, views
