"""A network is a list of layers; its parameters are one flat vector that the layers look into.

It ends in logits: the output layer is linear, and what its sums mean is the output activation's part.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dl_core import rng as random
from dl_core.arrays import Array
from dl_core.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS
from dl_core.nn.layers import build
from dl_core.nn.layers.layer import Layer, Parameter, Shape


class Network:
    """Layers in order, the output layer last.

    `params` and `grads` ([R,] P) hold for each layer, in order: W (in, units) row by row, then b (units);
    gamma, then beta. `offsets` says where each begins; `statistics` ([R,] S) are the running ones.
    """

    def __init__(
        self,
        in_shape: Shape,
        hidden: Sequence[dict[str, Any]],
        units: int,
        *,
        n_networks: int | None = None,
        dtype: type[np.floating[Any]] = np.float32,
    ) -> None:
        """Build the layers; every parameter is 0.

        `in_shape` is that of one sample, `units` the outputs of the whole; `hidden` has each hidden layer's
        settings, ``{"type": "dense", "units": 4, "activation": "tanh"}``. `n_networks` None: no R axis.
        """
        self.built = in_shape, [dict(settings) for settings in hidden], units  # for another one like it
        output = {"type": "dense", "units": units, "activation": "linear"}
        self.layers: list[Layer] = build(in_shape, [*hidden, output])
        self.offsets = offsets([layer.shapes for layer in self.layers])
        running = [dict.fromkeys(layer.statistics, (1, layer.out_shape[-1])) for layer in self.layers]
        axes = () if n_networks is None else (n_networks,)
        self.params, params = allocate([layer.shapes for layer in self.layers], axes, dtype)
        self.grads, grads = allocate([layer.shapes for layer in self.layers], axes, dtype)
        self.statistics, statistics = allocate(running, axes, dtype)
        for layer, *views in zip(self.layers, params, grads, statistics, strict=True):
            layer.bind(*views)
            for name, start in layer.statistics.items():
                getattr(layer, name)[...] = start

    def described(self) -> list[dict[str, Any]]:
        """What the page needs to draw each layer, as plain JSON."""
        return [
            {
                "in_shape": [*layer.in_shape],
                "out_shape": [*layer.out_shape],
                "maps": layer.maps,
                "parameters": [
                    {
                        "name": name,
                        "title": layer.parameters[name].title,
                        "kind": layer.parameters[name].kind,
                        "shape": [*shape],
                        "offset": starts[name],
                    }
                    for name, shape in layer.shapes.items()
                ],
            }
            for layer, starts in zip(self.layers, self.offsets, strict=True)
        ]

    def for_each_parameter(self, value: Callable[[Layer, Parameter], float]) -> Array:
        """``value(layer, parameter)`` at each number of the parameter, (P,)."""
        flat, views = allocate([layer.shapes for layer in self.layers], (), self.params.dtype)
        for layer, named in zip(self.layers, views, strict=True):
            for name, view in named.items():
                view[...] = value(layer, layer.parameters[name])
        return flat

    def initial(self, seed: int, initializer: str, bias_initializer: str) -> Array:
        """Starting params of one network, (P,). Each layer that draws some has a generator of its own."""
        flat, views = allocate([layer.shapes for layer in self.layers], (), self.params.dtype)
        n_drawn = 0  # layers so far that have drawn: part of what a seed means
        for layer, named in zip(self.layers, views, strict=True):
            weights, biases = (random.generator(seed, name, layer=n_drawn) for name in ("weights", "biases"))
            draws = {
                "initializer": (weights, INITIALIZERS[layer.initializer or initializer]),
                "bias_initializer": (biases, BIAS_INITIALIZERS[bias_initializer]),
            }
            for name, view in named.items():
                start = layer.parameters[name].start
                view[...] = layer.initial(name, *draws[start]) if isinstance(start, str) else start
            n_drawn += any(layer.parameters[name].start in draws for name in named)
        return flat

    def draw(self, seed: int, epoch: int, n_samples: int) -> list[Array | None]:
        """What each layer draws for an epoch, a flat row for each sample in the order of its visit."""
        return [
            layer.draw(random.generator(seed, "dropout", epoch=epoch, layer=i), n_samples).reshape(
                n_samples, -1
            )
            if layer.draws
            else None
            for i, layer in enumerate(self.layers)
        ]

    def forward(self, x: Array) -> Array:
        """Logits ([R,] N, C) of inputs ([R,] N, *shape), at inference."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def outputs(self, x: Array) -> list[Array]:
        """Every layer's outputs, the logits last, at inference."""
        outputs = []
        for layer in self.layers:
            x = layer.forward(x)
            outputs.append(x)
        return outputs

    def train_forward(self, x: Array, drawn: Sequence[Array | None]) -> Array:
        """Logits of a training batch; `drawn` holds the batch's rows of what the layers drew."""
        for layer, rows in zip(self.layers, drawn, strict=True):
            given = None if rows is None else rows.reshape(*rows.shape[:-1], *layer.out_shape)
            x = layer.forward(x, training=True, drawn=given)
        return x

    def backward(self, dz: Array) -> Array:
        """Fill `grads` from dloss/dlogits of the batch just run forward; return dloss/dinputs."""
        for layer in reversed(self.layers):
            dz = layer.backward(dz)
        return dz


def offsets(shapes: Sequence[Mapping[str, Shape]]) -> list[dict[str, int]]:
    """Where each matrix begins if all lie one after the other, row by row."""
    starts: list[dict[str, int]] = []
    size = 0
    for named in shapes:
        starts.append({})
        for name, shape in named.items():
            starts[-1][name] = size
            size += math.prod(shape)
    return starts


def allocate(
    shapes: Sequence[Mapping[str, Shape]], axes: tuple[int, ...], dtype: DTypeLike
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
