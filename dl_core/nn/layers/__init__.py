"""A layer maps a batch forward, and the gradient of the loss backward.

Forward and backward stand side by side and name no R: axes are counted from the right, so the same lines
serve one network, x (B, *shape), and R side by side, x (R, B, *shape). `backward` is called
after `forward(..., training=True)` of the same batch. Parameters and gradients are views into the network's
flat vectors, set by `bind`.

To add a layer, write its settings and its class in a file of its own and name the class in `LAYERS`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dl_core.nn.layers.dense import Dense
from dl_core.nn.layers.dropout import Dropout
from dl_core.nn.layers.layer import Layer, Shape
from dl_core.nn.layers.normalization import BatchNorm, LayerNorm

LAYERS: dict[str, type[Layer]] = {
    "dense": Dense,
    "dropout": Dropout,
    "batch_norm": BatchNorm,
    "layer_norm": LayerNorm,
}


def build(shape: Shape, settings: Sequence[Mapping[str, Any]]) -> list[Layer]:
    """Layers of these settings, ``{"type": "dense", "units": 4}``, each for what comes out of the last."""
    layers: list[Layer] = []
    for each in settings:
        layer: Any = LAYERS[each["type"]]
        layers.append(layer(shape, **{name: value for name, value in each.items() if name != "type"}))
        shape = layers[-1].out_shape
    return layers
