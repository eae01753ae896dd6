"""Networks side by side share their shapes; what may differ between them is seeds, noise, starts and rates.

Whatever is the same for all is kept once, without the R axis; what differs gets the axis in front.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dl_core.config.config import Config, ConfigError
from dl_core.settings.sentences import shown

ALGORITHMS = {"optimizer", "gradient_clipping", "early_stopping"}
"""Of these the numbers may differ, the name may not."""

MAY_DIFFER = {
    "data": {"seed", "noise"},
    "model": {"seed", "initializer", "bias_initializer"},
    "training": {"seed", "l1", "l2", "schedule"},
}

T = TypeVar("T")


def require_alike(configs: Sequence[Config]) -> None:
    """Raise `ConfigError` for every setting that differs but may not."""
    if not configs:
        message = "`config` must be a config or a list of at least one."
        raise ConfigError([{"path": "config", "message": message}])
    documents = [config.model_dump() for config in configs]
    errors = []
    for part, names in documents[0].items():
        for name in names.keys() - MAY_DIFFER[part]:
            values = [document[part][name] for document in documents]
            path = f"{part}.{name}"
            if name in ALGORITHMS:
                values, path = [value["name"] for value in values], f"{path}.name"
            other = next((value for value in values if value != values[0]), None)
            if other is not None:
                message = (
                    f"`{path}` must be the same for all networks; got {shown(values[0])} and {shown(other)}."
                )
                errors.append({"path": path, "message": message})
    if errors:
        raise ConfigError(sorted(errors, key=lambda error: error["path"]))


def numbers_of(settings: Sequence[Any]) -> tuple[str, dict[str, NDArray[np.float64]]]:
    """Name of an algorithm, and its numbers for all networks: each () or (R, 1)."""
    names = [name for name in type(settings[0]).model_fields if name != "name"]
    return settings[0].name, {name: values([getattr(group, name) for group in settings]) for name in names}


def distinct(configs: Sequence[Config], key: Callable[[Config], Any]) -> list[Config]:
    """The first config alone if `key` is the same for all, else all of them."""
    first = key(configs[0])
    return [configs[0]] if all(key(config) == first for config in configs) else list(configs)


def stacked(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The array itself if there is one, else all of them along a new first axis."""
    return arrays[0] if len(arrays) == 1 else np.stack(arrays)


def values(numbers: Sequence[float]) -> NDArray[np.float64]:
    """One number for each network: shape () if it is the same for all, else (R, 1)."""
    array = np.array(numbers, np.float64)
    return array[0].reshape(()) if (array == array[0]).all() else array[:, None]
