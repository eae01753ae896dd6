"""A checkpoint is everything that the next step depends on beside the config. Its JSON form is exact."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from dl_core.arrays import Array, decode, encode
from dl_core.settings.sentences import cut

MOST_STEPS = 2**53
"""Steps after which training ends: JSON's numbers are not exact beyond."""

MOST_EPOCHS = 2**32 - 1
"""Epochs after which training ends: an epoch's number is one word of what its draws are seeded with."""

LARGEST_FLOAT = float(np.finfo(np.float64).max)


class CheckpointError(ValueError):
    """A checkpoint that is damaged or does not fit its config."""


@dataclass(frozen=True)
class Memory:
    """What early stopping remembers: the lists have an entry for each network, 1 without the R axis."""

    best: list[float | None]  # lowest validation loss so far; None before the first
    epoch: list[int]  # when that was: epochs completed
    waited: list[int]  # epochs since then
    since: list[int]  # epochs completed when it began to look: 0, or later if it was switched on in mid-run
    params: Array  # (R, P), float32, at that time
    statistics: Array  # (R, S), float32, at that time

    def copy(self) -> "Memory":
        lists = [*self.best], [*self.epoch], [*self.waited], [*self.since]
        return Memory(*lists, self.params.copy(), self.statistics.copy())

    def to_json(self) -> dict[str, Any]:
        arrays = {"params": encode(self.params), "statistics": encode(self.statistics)}
        counts = {"epoch": [*self.epoch], "waited": [*self.waited], "since": [*self.since]}
        return {"best": [*self.best]} | counts | arrays

    @classmethod
    def from_json(cls, document: object) -> Self:
        """Memory from its JSON object; `CheckpointError` says in a sentence what is wrong with it."""
        path = "checkpoint.early_stopping"
        parts = exactly(document, path, ("best", "epoch", "waited", "since", "params", "statistics"))
        for name in ("best", "epoch", "waited", "since"):
            if not isinstance(parts[name], list):
                raise CheckpointError(f"`{path}.{name}` must be a list with an entry for each network.")
        if not all(value is None or is_number(value) for value in parts["best"]):
            raise CheckpointError(f"`{path}.best` must hold numbers or null.")
        return cls(
            best=[None if value is None else float(value) for value in parts["best"]],
            epoch=[count(value, f"{path}.epoch") for value in parts["epoch"]],
            waited=[count(value, f"{path}.waited") for value in parts["waited"]],
            since=[count(value, f"{path}.since") for value in parts["since"]],
            params=floats(parts["params"], f"{path}.params"),
            statistics=floats(parts["statistics"], f"{path}.statistics"),
        )

    def require_fit(self, params: Array, statistics: Array) -> None:
        """`CheckpointError` unless it suits networks with such params and statistics."""
        n = params.size // params.shape[-1]
        if {len(self.best), len(self.epoch), len(self.waited), len(self.since)} != {n}:
            raise CheckpointError(
                f"`checkpoint.early_stopping` must have as many entries as there are networks, {n}."
            )
        require_shape(self.params, (n, params.shape[-1]), "checkpoint.early_stopping.params")
        require_shape(self.statistics, (n, statistics.shape[-1]), "checkpoint.early_stopping.statistics")


@dataclass(frozen=True)
class Checkpoint:
    """State of training between two steps.

    Attributes
    ----------
    step, epoch : int
        Steps taken and epochs completed.
    position : int
        Training samples used so far in the present epoch; in samples, so the batch size may change within
        one.
    params : ndarray of shape ([R,] P), float32
    optimizer : str
        Its name. Under a config that names another one, that one starts from the beginning.
    state : dict of str to ndarray or int
        What the optimizer keeps: arrays of the params' shape, and counts.
    statistics : ndarray of shape ([R,] S), float32
        Running statistics of the layers.
    early_stopping : Memory or None
        None if the config has none. A config that has starts it afresh then.
    """

    step: int
    epoch: int
    position: int
    params: Array
    optimizer: str
    state: dict[str, Array | int] = field(default_factory=dict)
    statistics: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    early_stopping: Memory | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON object."""
        state = {
            name: value if isinstance(value, int) else encode(value) for name, value in self.state.items()
        }
        document = {
            "step": self.step,
            "epoch": self.epoch,
            "position": self.position,
            "params": encode(self.params),
            "optimizer": {"name": self.optimizer, "state": state},
            "layers": {"statistics": encode(self.statistics)} if self.statistics.size else {},
        }
        if self.early_stopping is not None:
            document["early_stopping"] = self.early_stopping.to_json()
        return document

    def require_fit(self, params: Array, statistics: Array, n_train: int) -> None:
        """`CheckpointError` unless it suits such params and statistics and so many training samples."""
        require_shape(self.params, params.shape, "checkpoint.params")
        if self.statistics.size or statistics.size:
            require_shape(self.statistics, statistics.shape, "checkpoint.layers.statistics")
        if self.early_stopping is not None:
            self.early_stopping.require_fit(params, statistics)
        if self.position >= n_train:
            raise CheckpointError(
                f"`checkpoint.position` must be less than the {n_train} training samples; "
                f"got {self.position}."
            )
        if self.epoch > MOST_EPOCHS:
            raise CheckpointError(f"`checkpoint.epoch` must be at most {MOST_EPOCHS}; got {self.epoch}.")

    def require_state(self, counts: tuple[str, ...], slots: tuple[str, ...]) -> None:
        """`CheckpointError` unless the optimizer's state is these counts, and arrays of the params' shape."""
        if set(self.state) != {*counts, *slots}:
            names = ", ".join((*counts, *slots)) or "nothing"
            raise CheckpointError(f"`checkpoint.optimizer.state` must hold {names} for {self.optimizer}.")
        for name, value in self.state.items():
            if isinstance(value, int) != (name in counts):
                kind = "a whole number" if name in counts else "an array"
                raise CheckpointError(f"`checkpoint.optimizer.state.{name}` must be {kind}.")
            if isinstance(value, int):
                if value > self.step:
                    raise CheckpointError(
                        f"`checkpoint.optimizer.state.{name}` must be at most the {self.step} steps taken; "
                        f"got {value}."
                    )
            elif value.shape != self.params.shape:
                wanted, got = list(self.params.shape), list(value.shape)
                raise CheckpointError(
                    f"`checkpoint.optimizer.state.{name}` must have shape {wanted} like params; got {got}."
                )

    @classmethod
    def from_json(cls, document: object) -> Self:
        """Checkpoint from its JSON object; `CheckpointError` says in a sentence what is wrong with it."""
        names = ("step", "epoch", "position", "params", "optimizer", "layers")
        watched = isinstance(document, dict) and "early_stopping" in document
        parts = exactly(document, "checkpoint", (*names, "early_stopping") if watched else names)
        optimizer = exactly(parts["optimizer"], "checkpoint.optimizer", ("name", "state"))
        name, state = optimizer["name"], optimizer["state"]
        if not isinstance(name, str):
            raise CheckpointError("`checkpoint.optimizer.name` must be text.")
        if not isinstance(state, dict):
            raise CheckpointError("`checkpoint.optimizer.state` must be an object.")
        layers = parts["layers"]
        if layers != {}:
            layers = exactly(layers, "checkpoint.layers", ("statistics",))
        state_path = "checkpoint.optimizer.state"
        counts = {key: count(parts[key], f"checkpoint.{key}") for key in ("step", "epoch", "position")}
        return cls(
            **counts,
            params=floats(parts["params"], "checkpoint.params"),
            optimizer=name,
            state={
                key: (floats if isinstance(value, dict) else count)(value, f"{state_path}.{cut(key)}")
                for key, value in state.items()
            },
            statistics=floats(
                layers.get("statistics", encode(np.zeros(0, np.float32))), "checkpoint.layers.statistics"
            ),
            early_stopping=Memory.from_json(parts["early_stopping"]) if watched else None,
        )


def limit_reached(step: int, epoch: int) -> str | None:
    """A sentence if steps or epochs are as many as can be counted, which ends training; else None."""
    for name, count, most in (("step", step, MOST_STEPS), ("epoch", epoch, MOST_EPOCHS)):
        if count >= most:
            return f"Training has reached its last {name}, {most}. Training cannot go on. Restart it."
    return None


def require_shape(array: Array, shape: tuple[int, ...], path: str) -> None:
    if array.shape != shape:
        wanted, got = list(shape), list(array.shape)
        raise CheckpointError(f"`{path}` must have shape {wanted} for this config; got {got}.")


def exactly(value: object, path: str, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise CheckpointError(f"`{path}` must be an object with {', '.join(names)}.")
    return value


def count(value: object, path: str) -> int:
    if type(value) is not int or not 0 <= value <= MOST_STEPS:
        raise CheckpointError(f"`{path}` must be a whole number from 0 to 2^53.")
    return value


def is_number(value: object) -> bool:
    """Whether a float can hold it: JSON's whole numbers may have hundreds of digits."""
    return type(value) in (int, float) and abs(value) <= LARGEST_FLOAT  # type: ignore[arg-type]


def floats(value: object, path: str) -> Array:
    try:
        array = decode(value, path)
    except ValueError as error:
        raise CheckpointError(str(error)) from None
    if array.dtype != np.float32:
        raise CheckpointError(f"`{path}.dtype` must be float32; got {array.dtype.name}.")
    return array
