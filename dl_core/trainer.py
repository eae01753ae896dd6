"""Training is a function of config and checkpoint that may stop after any step and go on anywhere.

- For each epoch: draw the order of samples and what the layers drop.
- For each batch: forward, gradient of the loss, backward, penalties, optimizer.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dl_core.activations import ACTIVATIONS
from dl_core.arrays import Array
from dl_core.checkpoint import Checkpoint
from dl_core.config import Config
from dl_core.data import Data
from dl_core.epochs import Epoch, draw_epoch
from dl_core.losses import LOSSES
from dl_core.metrics import measure
from dl_core.network import Network
from dl_core.optimizers import OPTIMIZERS, Optimizer, like
from dl_core.side_by_side import distinct, require_alike, stacked, values
from dl_core.tasks import coding

Divergence: TypeAlias = tuple[int, str]

UNSOUND = 1e18
"""A parameter so large that squares of what follows from it are beyond float32: training has diverged."""


class Trainer:
    """One network in training, or R side by side if it is given a list of configs.

    Attributes
    ----------
    config : Config
        The first one, for several.
    network : Network
    step, epoch, position : int
        Steps taken, epochs completed, and training samples used so far in the present epoch.
    data : list of Data
        One for all networks if theirs is the same, else one each.
    """

    def __init__(self, config: Config | Sequence[Config], checkpoint: Checkpoint | None = None) -> None:
        """Start from drawn weights, or go on from `checkpoint` (`CheckpointError` if it does not fit)."""
        configs = [config] if isinstance(config, Config) else list(config)
        require_alike(configs)
        self.configs, self.config = configs, configs[0]
        self.n_networks = None if isinstance(config, Config) else len(configs)
        model, training = self.config.model, self.config.training

        self.task = self.config.task
        self.loss_name, self.output_activation = self.config.objective
        self.loss, self.activation = LOSSES[self.loss_name], ACTIVATIONS[self.output_activation]
        self.threshold = sum(coding(self.output_activation)) / 2

        self.data = [Data(one) for one in distinct(configs, lambda one: one.data)]
        self.n_train = self.config.sizes[0]
        self.batch_size = training.batch_size
        self.steps_per_epoch = -(-self.n_train // self.batch_size)

        self.network = Network(
            len(self.config.data.features),
            [layer.model_dump() for layer in model.layers],
            self.task.units,
            n_networks=self.n_networks,
        )
        self.network.params[...] = stacked(
            [
                self.network.initial(one.model.seed, one.model.initializer, one.model.bias_initializer)
                for one in distinct(configs, lambda one: one.model)
            ]
        )
        self.hyper = {
            name: values([getattr(one.training.optimizer, name) for one in configs])
            for name in type(training.optimizer).model_fields
            if name != "name"
        }
        self.optimizer_name: str = training.optimizer.model_dump()["name"]
        self.optimizer = OPTIMIZERS[self.optimizer_name](self.network.params, **self.hyper)
        self.l1 = like(self.network.params, values([one.training.l1 for one in configs]))
        self.l2 = like(self.network.params, values([one.training.l2 for one in configs]))
        self.any_l1, self.any_l2 = bool(self.l1.any()), bool(self.l2.any())
        self.is_weight = self.network.is_weight

        self.step = self.epoch = self.position = 0
        self.lost: list[Divergence | None] = [None] * len(configs)
        self.drawn_epoch: int | None = None
        if checkpoint is not None:
            self.restore(checkpoint)

    def train(self, *, epochs: int | None = None, steps: int | None = None) -> None:
        """Take `steps` steps, or complete `epochs` epochs (this one counts). Ends early if all diverge."""
        if (epochs is None) == (steps is None):
            raise ValueError("train needs either epochs or steps.")
        last_epoch = np.inf if epochs is None else self.epoch + epochs
        last_step = np.inf if steps is None else self.step + steps
        with np.errstate(all="ignore"):  # overflow is news from training, see `diverged`; not a warning
            while self.step < last_step and self.epoch < last_epoch and None in self.lost:
                self.take_steps(int(min(last_step - self.step, self.steps_per_epoch)))

    def steps_until(self, *, step: int | None = None, epoch: int | None = None) -> int:
        """Steps left until that count of steps, or until so many epochs are complete; 0 if past it."""
        if step is not None:
            return max(step - self.step, 0)
        if epoch is None or epoch <= self.epoch:
            return 0
        this_epoch = -(-(self.n_train - self.position) // self.batch_size)
        return this_epoch + (epoch - self.epoch - 1) * self.steps_per_epoch

    def take_steps(self, most: int) -> None:
        """Take from 1 to `most` steps within the present epoch. Here 1: an update from one mini-batch."""
        network = self.network
        stop = min(self.position + self.batch_size, self.n_train)
        x, t, drawn = self.present_epoch().batch(self.position, stop)

        z = network.train_forward(x, drawn)
        network.backward(self.gradient(z, t))
        self.descend(network.params, network.grads, self.optimizer)
        self.advance(1, stop - self.position, self.sound())

    def present_epoch(self) -> Epoch:
        """What has been drawn for the epoch that the next step belongs to."""
        if self.drawn_epoch != self.epoch:
            self.drawn = draw_epoch(self.configs, self.data, self.network, self.epoch)
            self.drawn_epoch = self.epoch
        return self.drawn

    def gradient(self, z: Array, t: Array) -> Array:
        """dloss/dz of a batch."""
        return self.loss.gradient(z, t, self.activation)

    def descend(self, params: Array, grads: Array, optimizer: Optimizer) -> None:
        """Add the gradient of ``l1 sum |W| + l2/2 sum W^2``, biases left free; then the optimizer's step."""
        if self.any_l1:  # networks without a penalty are left alone, to the last bit
            np.add(grads, self.l1 * (self.is_weight * np.sign(params)), out=grads, where=self.l1 > 0)
        if self.any_l2:
            np.add(grads, self.l2 * (self.is_weight * params), out=grads, where=self.l2 > 0)
        optimizer.step(params, grads)

    def advance(self, steps: int, samples: int, sound: NDArray[np.bool_]) -> None:
        """Count what has been done, and notice which networks have diverged in the last of the steps."""
        self.step += steps
        self.position += samples
        if self.position == self.n_train:
            self.epoch, self.position = self.epoch + 1, 0
        self.notice(sound)

    def sound(self) -> NDArray[np.bool_]:
        """Whether a network's parameters are finite and far from overflow; shape (R,) or (1,)."""
        return np.atleast_1d(np.abs(self.network.params).max(axis=-1) < UNSOUND)

    def notice(self, sound: NDArray[np.bool_]) -> None:
        """Write down which networks have just diverged."""
        if sound.all():
            return
        rates = np.broadcast_to(self.hyper["learning_rate"].ravel(), len(self.lost))
        for r in np.flatnonzero(np.logical_not(sound)):
            if self.lost[r] is None:
                message = (
                    f"Training diverged at step {self.step}: the numbers grew beyond all bounds. "
                    f"Lower the learning rate (now {rates[r]:g}) or scale the features, then restart."
                )
                self.lost[r] = (self.step, message)

    @property
    def diverged(self) -> list[Divergence | None] | Divergence | None:
        """Step at which training diverged and a sentence about it, or None; a list for R networks."""
        return self.lost[0] if self.n_networks is None else list(self.lost)

    def metrics(self, split: str) -> dict[str, Any] | None:
        """Loss (without penalty) and accuracy, or r2 and rmse; None for an empty split. Arrays (R,) for R."""
        x = stacked([data.x[split] for data in self.data])
        t = stacked([data.t[split] for data in self.data])
        if x.shape[-2] == 0:
            return None
        with np.errstate(all="ignore"):
            z = self.network.forward(x)
            loss = self.loss.value(z, t, self.activation)
            found = {"loss": loss, **measure(self.task, self.activation.forward(z), t, self.threshold)}
        return {name: self.plain(value) for name, value in found.items()}

    def penalty(self) -> Any:
        """``l1 sum |W| + l2/2 sum W^2``, which training adds to the loss. Array (R,) for R."""
        if not (self.any_l1 or self.any_l2):
            return self.plain(np.zeros(self.network.params.shape[:-1]))
        weights = self.network.params[..., self.is_weight > 0].astype(np.float64)
        with np.errstate(all="ignore"):
            l1 = np.abs(weights).sum(axis=-1, keepdims=True)
            l2 = np.square(weights).sum(axis=-1, keepdims=True)
            return self.plain((self.l1 * l1 + self.l2 / 2 * l2)[..., 0])

    def plain(self, value: Any) -> Any:
        """A float for one network, the array for R."""
        return float(value) if self.n_networks is None else value

    def points(self, split: str) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Raw points ([R,] n, 2) and their class's index or value ([R,] n, 1)."""
        samples = [data.samples[split] for data in self.data]
        return stacked([one.x for one in samples]), stacked([one.y for one in samples])

    def predict(self, x: Any) -> Array:
        """Outputs ([R,] n, C), after the output activation, at raw points x (n, 2)."""
        points = np.asarray(x, np.float32)
        with np.errstate(all="ignore"):
            z = self.network.forward(stacked([data.inputs(points) for data in self.data]))
            return self.activation.forward(z)

    def checkpoint(self) -> Checkpoint:
        """State of training now; a copy."""
        arrays = {name: getattr(self.optimizer, name).copy() for name in self.optimizer.slots}
        counts = {name: getattr(self.optimizer, name) for name in self.optimizer.counts}
        return Checkpoint(
            step=self.step,
            epoch=self.epoch,
            position=self.position,
            params=self.network.params.copy(),
            optimizer=self.optimizer_name,
            state=counts | arrays,
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint; `CheckpointError` if it does not fit, and nothing is changed."""
        params, optimizer = self.network.params, self.optimizer
        checkpoint.require_fit(params.shape, self.n_train)
        if checkpoint.optimizer == self.optimizer_name:
            checkpoint.require_state(optimizer.counts, optimizer.slots)
            for name, value in checkpoint.state.items():
                setattr(optimizer, name, value if isinstance(value, int) else value.copy())
        params[...] = checkpoint.params
        self.step, self.epoch, self.position = checkpoint.step, checkpoint.epoch, checkpoint.position
        self.notice(self.sound())
