"""Dropout switches units off at random while training, so that the network relies on none of them alone."""

from typing import Annotated, Literal

import numpy as np

from dl_core.arrays import Array
from dl_core.nn.layers.layer import Layer, LayerSettings, Shape
from dl_core.settings.declaration import setting


class DropoutSettings(LayerSettings, title="Dropout"):
    """Switches off units at random while training."""

    type: Literal["dropout"]
    dropout_rate: Annotated[
        float,
        setting(
            "Dropout rate",
            "The share of units switched off at random in each training step. More fights overfitting, "
            "but slows learning.",
            prominent=True,
            ge=0,
            le=0.95,
        ),
    ] = 0.2


class Dropout(Layer):
    """Inverted dropout, ``y = x * kept / (1 - dropout_rate)``; at inference ``y = x``.

    Each unit of each sample is dropped with probability `dropout_rate`; the division keeps the expected sum.
    Srivastava et al. 2014.
    """

    settings = DropoutSettings
    note = "off"
    draws = True

    def __init__(self, in_shape: Shape, *, dropout_rate: float) -> None:
        super().__init__(in_shape)
        self.dropout_rate = dropout_rate

    def draw(self, rng: np.random.Generator, n_samples: int) -> Array:
        """1 / (1 - dropout_rate) for a unit that is kept, 0 for a dropped one; (n_samples, *in_shape)."""
        kept = rng.random((n_samples, *self.in_shape), dtype=np.float32) >= self.dropout_rate
        return kept * np.float32(1 / (1 - self.dropout_rate))

    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """``x * drawn`` in training, ``x`` otherwise."""
        if not training:
            return x
        if drawn is None:
            raise ValueError("Dropout needs what it drew for the epoch to train.")
        self.drawn = drawn
        return x * drawn

    def backward(self, dy: Array) -> Array:
        """``dx = dy * drawn``: nothing flows through a dropped unit."""
        return dy * self.drawn
