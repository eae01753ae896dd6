"""A checkpoint is everything that the next step depends on beside the config. Its JSON form is exact."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from dl_core.arrays import Array, decode, encode

MOST_STEPS = 2**53
"""Beyond it JSON's numbers are not exact."""

MOST_EPOCHS = 2**32 - 1
"""An epoch's number is one word of what its draws are seeded with."""


class CheckpointError(ValueError):
    """A checkpoint that is damaged or does not fit its config."""


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
    """

    step: int
    epoch: int
    position: int
    params: Array
    optimizer: str
    state: dict[str, Array | int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON object."""
        state = {
            name: value if isinstance(value, int) else encode(value) for name, value in self.state.items()
        }
        return {
            "step": self.step,
            "epoch": self.epoch,
            "position": self.position,
            "params": encode(self.params),
            "optimizer": {"name": self.optimizer, "state": state},
            "layers": {},
        }

    def require_fit(self, shape: tuple[int, ...], n_train: int) -> None:
        """`CheckpointError` unless it suits params of that shape and so many training samples."""
        if self.params.shape != shape:
            wanted, got = list(shape), list(self.params.shape)
            raise CheckpointError(f"`checkpoint.params` must have shape {wanted} for this config; got {got}.")
        if self.position >= n_train:
            raise CheckpointError(
                f"`checkpoint.position` must be less than the {n_train} training samples; "
                f"got {self.position}."
            )
        if self.epoch >= MOST_EPOCHS:
            raise CheckpointError(f"`checkpoint.epoch` must be less than {MOST_EPOCHS}; got {self.epoch}.")

    def require_state(self, counts: tuple[str, ...], slots: tuple[str, ...]) -> None:
        """`CheckpointError` unless the optimizer's state is these counts, and arrays of the params' shape."""
        if set(self.state) != {*counts, *slots}:
            names = ", ".join((*counts, *slots)) or "nothing"
            raise CheckpointError(f"`checkpoint.optimizer.state` must hold {names} for {self.optimizer}.")
        for name, value in self.state.items():
            if isinstance(value, int) != (name in counts):
                kind = "a whole number" if name in counts else "an array"
                raise CheckpointError(f"`checkpoint.optimizer.state.{name}` must be {kind}.")
            if not isinstance(value, int) and value.shape != self.params.shape:
                wanted, got = list(self.params.shape), list(value.shape)
                raise CheckpointError(
                    f"`checkpoint.optimizer.state.{name}` must have shape {wanted} like params; got {got}."
                )

    @classmethod
    def from_json(cls, document: object) -> Self:
        """Checkpoint from its JSON object; `CheckpointError` says in a sentence what is wrong with it."""
        parts = exactly(
            document, "checkpoint", ("step", "epoch", "position", "params", "optimizer", "layers")
        )
        optimizer = exactly(parts["optimizer"], "checkpoint.optimizer", ("name", "state"))
        name, state = optimizer["name"], optimizer["state"]
        if not isinstance(name, str):
            raise CheckpointError("`checkpoint.optimizer.name` must be text.")
        if not isinstance(state, dict):
            raise CheckpointError("`checkpoint.optimizer.state` must be an object.")
        if parts["layers"] != {}:
            raise CheckpointError(
                "`checkpoint.layers` must be an empty object: no layer keeps anything here."
            )
        counts = {key: count(parts[key], f"checkpoint.{key}") for key in ("step", "epoch", "position")}
        return cls(
            **counts,
            params=floats(parts["params"], "checkpoint.params"),
            optimizer=name,
            state={
                key: floats(value, f"checkpoint.optimizer.state.{key}")
                if isinstance(value, dict)
                else count(value, f"checkpoint.optimizer.state.{key}")
                for key, value in state.items()
            },
        )


def exactly(value: object, path: str, names: tuple[str, ...]) -> dict[str, Any]:
    """An object with just these names."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise CheckpointError(f"`{path}` must be an object with {', '.join(names)}.")
    return value


def count(value: object, path: str) -> int:
    """A whole number from 0."""
    if type(value) is not int or not 0 <= value <= MOST_STEPS:
        raise CheckpointError(f"`{path}` must be a whole number from 0 to 2^53.")
    return value


def floats(value: object, path: str) -> Array:
    """A float32 array."""
    try:
        array = decode(value, path)
    except ValueError as error:
        raise CheckpointError(str(error)) from None
    if array.dtype != np.float32:
        raise CheckpointError(f"`{path}.dtype` must be float32; got {array.dtype.name}.")
    return array
