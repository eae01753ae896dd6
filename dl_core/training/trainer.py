"""Training is a function of config and checkpoint that may stop after any step and go on anywhere.

- For each epoch: draw the order of samples and what the layers drop.
- For each batch: forward, gradient of the loss, backward, penalties, optimizer.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dl_core.arithmetic import arithmetic
from dl_core.arrays import Array
from dl_core.checkpoint import MOST_EPOCHS, MOST_STEPS, Checkpoint, limit_reached
from dl_core.config.config import Config
from dl_core.config.side_by_side import distinct, require_alike, stacked
from dl_core.data.metrics import measure
from dl_core.data.tasks import coding
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LOSSES
from dl_core.nn.network import Network
from dl_core.optim.early_stopping import early_stopping
from dl_core.training.data import Data
from dl_core.training.divergence import Divergence, divergence, is_finite
from dl_core.training.epochs import Epoch, Epochs
from dl_core.training.update import Update


class Trainer:
    """One network in training, or R side by side if it is given a list of configs.

    `step`, `epoch` and `position` count steps taken, epochs completed, and training samples used so far in
    the present epoch. `config` is the first one of several; `data` has one entry for all if all share it.
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

        self.data = [Data(config) for config in distinct(configs, lambda config: config.data)]
        self.n_train = self.config.sizes[0]
        self.batch_size = training.batch_size
        self.steps_per_epoch = -(-self.n_train // self.batch_size)

        self.network = Network(
            self.config.in_shape,
            [layer.model_dump() for layer in model.layers],
            self.task.units,
            n_networks=self.n_networks,
        )
        self.network.params[...] = stacked(
            [
                self.network.initial(start.seed, start.initializer, start.bias_initializer)
                for start in (config.model for config in distinct(configs, lambda config: config.model))
            ]
        )
        self.update = Update(configs, self.network)
        self.optimizer = self.update.optimizer
        self.stopping = early_stopping(
            [config.training.early_stopping for config in configs],
            *(self.network.params, self.network.statistics),
            *(getattr(self.optimizer, name) for name in self.optimizer.slots),
        )

        self.epochs = Epochs(configs, self.data, self.network)
        self.step = self.epoch = self.position = 0
        self.divergences: list[Divergence | None] = [None] * len(configs)
        self.drawn_epoch: int | None = None
        if checkpoint is not None:
            self.restore(checkpoint)

    def train(self, *, epochs: int | None = None, steps: int | None = None) -> None:
        """Take `steps` steps, or complete `epochs` epochs (this one counts), while a network trains."""
        if (epochs is None) == (steps is None):
            raise ValueError("train needs either epochs or steps.")
        if steps is None:
            steps = self.steps_until(epoch=self.epoch + (epochs or 0))
        last_step = min(self.step + steps, MOST_STEPS, self.step + self.steps_until(epoch=MOST_EPOCHS))
        with arithmetic():
            while self.step < last_step and True in self.active:
                self.take_steps(last_step - self.step)

    def steps_until(self, *, step: int | None = None, epoch: int | None = None) -> int:
        """Steps left until that count of steps, or until so many epochs are complete; 0 if past it."""
        if step is not None:
            return max(step - self.step, 0)
        if epoch is None or epoch <= self.epoch:
            return 0
        this_epoch = -(-(self.n_train - self.position) // self.batch_size)
        return this_epoch + (epoch - self.epoch - 1) * self.steps_per_epoch

    def take_steps(self, most: int) -> None:
        """Take from 1 to `most` steps. Here 1: an update from one mini-batch."""
        network = self.network
        stop = min(self.position + self.batch_size, self.n_train)
        x, t, weights, drawn = self.present_epoch().batch(self.position, stop)

        z = network.train_forward(x, drawn)
        network.backward(self.gradient(z, t, weights))
        lr = self.update.lr(self.step, self.epoch)
        self.update(network.params, network.grads, lr, self.optimizer)
        self.advance(1, stop - self.position, is_finite(network.params))

    def present_epoch(self) -> Epoch:
        """What has been drawn for the epoch that the next step belongs to."""
        if self.drawn_epoch != self.epoch:
            self.drawn, self.drawn_epoch = self.epochs.draw(self.epoch), self.epoch
        return self.drawn

    def gradient(self, z: Array, t: Array, weights: Array | None = None) -> Array:
        """dloss/dz of a batch, each sample's times its weight."""
        gradient = self.loss.gradient(z, t, self.activation)
        return gradient if weights is None else gradient * weights

    def advance(self, steps: int, samples: int, finite: NDArray[np.bool_]) -> None:
        """Count what has been done, and record which networks have diverged in the last of the steps."""
        self.step += steps
        self.position += samples
        ended = self.position == self.n_train
        if ended:
            self.epoch, self.position = self.epoch + 1, 0
        self.record_divergence(finite)
        if self.stopping is not None:
            self.stopping.hold()
            if ended:
                x, t = self.samples("validation")
                losses = self.loss.value(self.network.forward(x), t, self.activation)
                self.stopping.compare(np.atleast_1d(losses), self.epoch, self.active)

    def record_divergence(self, finite: NDArray[np.bool_]) -> None:
        if finite.all():
            return
        rates = np.broadcast_to(self.update.lr(self.step, self.epoch).ravel(), len(self.configs))
        for r in np.flatnonzero(np.logical_not(finite)):
            if self.active[r]:
                self.divergences[r] = divergence(self.step, rates[r])

    @property
    def active(self) -> list[bool]:
        """Whether each network still trains: has neither diverged nor been stopped early."""
        stopped = self.stopping.stopped if self.stopping else lambda r: False
        return [diverged is None and not stopped(r) for r, diverged in enumerate(self.divergences)]

    @property
    def stopped(self) -> list[str | None] | str | None:
        """A sentence about why early stopping has ended training, or None; a list for R networks."""
        messages = [self.stopping.message(r) if self.stopping else None for r in range(len(self.configs))]
        return messages[0] if self.n_networks is None else messages

    @property
    def limit(self) -> str | None:
        """A sentence if training has reached its last step or epoch, else None."""
        return limit_reached(self.step, self.epoch)

    @property
    def diverged(self) -> list[Divergence | None] | Divergence | None:
        """Step at which training diverged and a sentence about it, or None; a list for R networks."""
        return self.divergences[0] if self.n_networks is None else list(self.divergences)

    def metrics(self, split: str) -> dict[str, Any] | None:
        """Loss (without penalty) and accuracy, or r2 and rmse; None for an empty split. Arrays (R,) for R."""
        x, t = self.samples(split)
        if x.shape[-2] == 0:
            return None
        with arithmetic():
            z = self.network.forward(x)
            loss = self.loss.value(z, t, self.activation)
            metrics = {"loss": loss, **measure(self.task, self.activation.forward(z), t, self.threshold)}
        return {name: self.plain(value) for name, value in metrics.items()}

    def samples(self, split: str) -> tuple[Array, Array]:
        """Inputs ([R,] N, D) and true targets ([R,] N, C) of a split; what all share without the R axis."""
        return stacked([data.x[split] for data in self.data]), stacked([data.t[split] for data in self.data])

    def penalty(self) -> Any:
        """``l1 sum |W| + l2/2 sum W^2``, which training adds to the loss. Array (R,) for R."""
        with arithmetic():
            return self.plain(self.update.penalty(self.network.params))

    def plain(self, value: Any) -> Any:
        return float(value) if self.n_networks is None else value

    def points(self, split: str) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Raw points ([R,] n, 2) and their class's index or value ([R,] n, 1)."""
        samples = [data.samples[split] for data in self.data]
        return stacked([part.x for part in samples]), stacked([part.y for part in samples])

    def predict(self, x: Any) -> Array:
        """Outputs ([R,] n, C), after the output activation, at raw points x (n, 2)."""
        points = np.asarray(x, np.float32)
        with arithmetic():
            z = self.network.forward(stacked([data.inputs(points) for data in self.data]))
            return self.activation.forward(z)

    def checkpoint(self) -> Checkpoint:
        """State of training now; a copy."""
        return Checkpoint(
            step=self.step,
            epoch=self.epoch,
            position=self.position,
            params=self.network.params.copy(),
            optimizer=self.update.optimizer_name,
            state=self.optimizer.state(),
            statistics=self.network.statistics.copy(),
            early_stopping=self.stopping.memory.copy() if self.stopping else None,
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint; `CheckpointError` if it does not fit, and nothing is changed."""
        params, optimizer = self.network.params, self.optimizer
        checkpoint.require_fit(params, self.network.statistics, self.n_train)
        if checkpoint.optimizer == self.update.optimizer_name:
            checkpoint.require_state(optimizer.counts, optimizer.slots)
            optimizer.restore(checkpoint.state)
        params[...] = checkpoint.params
        self.network.statistics[...] = checkpoint.statistics
        if self.stopping is not None and checkpoint.early_stopping is not None:
            self.stopping.restore(checkpoint.early_stopping)
        elif self.stopping is not None:
            self.stopping.begin(checkpoint.epoch)
        self.step, self.epoch, self.position = checkpoint.step, checkpoint.epoch, checkpoint.position
        self.record_divergence(is_finite(params))
