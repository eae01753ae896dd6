"""Clipping keeps gradients from being so large that one step throws the network out of the valley.

A rule changes the gradients ([R,] P) of a whole network in place; limits are numbers, or (R, 1). To add one,
write its settings and its rule and name it in `CLIPPINGS`.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from dl_core.arrays import Array
from dl_core.settings.declaration import Settings, setting

Limit: TypeAlias = Annotated[
    float,
    setting(
        "Limit",
        "How large gradients may be. Lower is safer, and slower where slopes are steep.",
        log=True,
        gt=0,
        le=1000,
    ),
]


class NoneSettings(Settings, title="Off"):
    """Gradients stay as they are."""

    name: Literal["none"]


class ValueSettings(Settings, title="By value"):
    """Each single gradient is cut off at the limit."""

    name: Literal["value"]
    limit: Limit = 0.5


class NormSettings(Settings, title="By norm"):
    """If all gradients together are longer than the limit, all are shrunk alike; their direction stays."""

    name: Literal["norm"]
    limit: Limit = 1.0


def leave(grads: Array, limit: Any) -> None:
    """Nothing to do."""


def by_value(grads: Array, limit: Any) -> None:
    """``g <- min(max(g, -limit), limit)``."""
    np.maximum(grads, -limit, out=grads)
    np.minimum(grads, limit, out=grads)


def by_norm(grads: Array, limit: Any) -> None:
    """``g <- g limit / max(|g|, limit)``, |g| the length of all gradients (Pascanu et al. 2013)."""
    norm = np.sqrt(np.square(grads).sum(axis=-1, keepdims=True))
    grads *= limit / np.maximum(norm, limit)


class Clipping(NamedTuple):
    """Entry of the registry: the settings' declaration, and the rule."""

    settings: type[Settings]
    rule: Callable[[Array, Any], None]


CLIPPINGS: dict[str, Clipping] = {
    "none": Clipping(NoneSettings, leave),
    "value": Clipping(ValueSettings, by_value),
    "norm": Clipping(NormSettings, by_norm),
}
