"""A network is a list of layers; its parameters are one flat vector that the layers look into.

It ends in logits: the output layer is linear, and what its sums mean is the output activation's part.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dl_core import rng as random
from dl_core.arrays import Array
from dl_core.initializers import BIAS_INITIALIZERS, INITIALIZERS
from dl_core.layers import LAYERS, Dense, Layer


class Network:
    """Layers in order, the output layer last.

    Attributes
    ----------
    layers : list of Layer
    params, grads : ndarray of shape ([R,] P)
        For each layer with parameters, in order: W (in, units) row by row, then b (units).
    offsets : list of dict
        For each layer, where each of its parameters begins in `params`.
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
        self.layers: list[Layer] = []
        for settings in [*hidden, {"type": "dense", "units": units, "activation": "linear"}]:
            arguments = {name: value for name, value in settings.items() if name != "type"}
            build: Callable[..., Layer] = LAYERS[settings["type"]]
            self.layers.append(build(in_features, **arguments))
            in_features = self.layers[-1].units
        self.offsets: list[dict[str, int]] = []
        size = 0
        for layer in self.layers:
            self.offsets.append({})
            for name, (rows, columns) in layer.shapes.items():
                self.offsets[-1][name] = size
                size += rows * columns
        axes = () if n_networks is None else (n_networks,)
        self.params: Array = np.zeros((*axes, size), dtype)
        self.grads: Array = np.zeros((*axes, size), dtype)
        for layer, offsets in zip(self.layers, self.offsets, strict=True):
            layer.bind(self.views(self.params, layer, offsets), self.views(self.grads, layer, offsets))

    @staticmethod
    def views(flat: Array, layer: Layer, offsets: dict[str, int]) -> dict[str, Array]:
        """A layer's parameters within a flat vector, each in its own shape."""
        return {
            name: flat[..., offsets[name] : offsets[name] + shape[0] * shape[1]].reshape(
                *flat.shape[:-1], *shape
            )
            for name, shape in layer.shapes.items()
        }

    @property
    def is_weight(self) -> Array:
        """1 for each parameter that is a weight, 0 for biases: what the penalties act on; shape (P,)."""
        mask = np.zeros(self.params.shape[-1], self.params.dtype)
        for layer, offsets in zip(self.layers, self.offsets, strict=True):
            if isinstance(layer, Dense):
                mask[offsets["W"] : offsets["b"]] = 1
        return mask

    def initial(self, seed: int, initializer: str, bias_initializer: str) -> Array:
        """Starting params of one network, (P,). Each dense layer has draws of its own."""
        parts: list[Array] = []
        dense = [layer for layer in self.layers if isinstance(layer, Dense)]
        for i, layer in enumerate(dense):
            weights, biases = (random.generator(seed, purpose, layer=i) for purpose in ("weights", "biases"))
            parts.append(INITIALIZERS[initializer](weights, layer.shapes["W"]).ravel())
            parts.append(BIAS_INITIALIZERS[bias_initializer](biases, layer.shapes["b"]).ravel())
        return np.concatenate(parts).astype(self.params.dtype)

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
