"""The same training in other libraries: the same first weights, samples and order, one thread.

Each peer is made from the engine's textbook trainer before its first step; `train(epochs)` goes on,
`params()` gives the parameters as the engine lays them out.
"""

from typing import Any, Protocol

import numpy as np
from workloads import Workload

from dl_core.training.trainer import Trainer


class Peer(Protocol):
    """Whatever trains."""

    def train(self, epochs: int) -> None:
        """Go on for so many epochs."""

    def params(self) -> np.ndarray:
        """All parameters, W row by row, then b, layer by layer."""


def flat(layers: list[tuple[Any, Any]]) -> np.ndarray:
    """Weights (in, units) and biases of all layers as one vector."""
    return np.concatenate([np.ravel(np.asarray(part)) for layer in layers for part in layer])


class ScikitLearn:
    """`partial_fit`: an epoch a call."""

    def __init__(self, work: Workload, trainer: Trainer) -> None:
        from sklearn.neural_network import MLPClassifier

        self.x = trainer.data[0].x["train"]
        t = trainer.data[0].t["train"]
        self.y = t.argmax(axis=1) if t.shape[1] > 1 else t[:, 0].astype(int)
        self.network = MLPClassifier(
            work.units,
            activation=work.activation,
            solver="sgd",
            alpha=0.0,
            batch_size=work.batch_size,
            learning_rate_init=work.learning_rate,
            momentum=0.0,
            shuffle=False,
        )
        self.network.partial_fit(self.x, self.y, classes=np.unique(self.y))
        for i, layer in enumerate(trainer.network.layers):
            self.network.coefs_[i][...] = layer.W
            self.network.intercepts_[i][...] = layer.b[0]

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            self.network.partial_fit(self.x, self.y)

    def params(self) -> np.ndarray:
        return flat(list(zip(self.network.coefs_, self.network.intercepts_, strict=True)))


class PyTorch:
    """The loop that its tutorials teach, eager."""

    def __init__(self, work: Workload, trainer: Trainer) -> None:
        import torch

        torch.set_num_threads(1)
        activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[work.activation]
        layers: list[Any] = []
        for layer in trainer.network.layers:
            linear = torch.nn.Linear(*layer.W.shape)
            linear.weight.data = torch.tensor(layer.W.T.copy())
            linear.bias.data = torch.tensor(layer.b[0].copy())
            layers += [linear, activation()]
        self.network = torch.nn.Sequential(*layers[:-1])
        self.batches, self.loss = torch_batches(work, trainer)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=work.learning_rate)

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            for x, t in self.batches:
                self.optimizer.zero_grad()
                self.loss(self.network(x), t).backward()
                self.optimizer.step()

    def params(self) -> np.ndarray:
        layers = [layer for layer in self.network if hasattr(layer, "weight")]
        return flat([(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in layers])


class TorchCompile:
    """The whole step, gradient and update, as one function through `torch.compile`."""

    def __init__(self, work: Workload, trainer: Trainer) -> None:
        import torch

        torch.set_num_threads(1)
        torch._dynamo.reset()
        layers = trainer.network.layers
        self.weights = [(torch.tensor(layer.W), torch.tensor(layer.b[0])) for layer in layers]
        self.batches, loss = torch_batches(work, trainer)
        activation = getattr(torch, work.activation)

        def losses(weights: Any, x: Any, t: Any) -> Any:
            for W, b in weights[:-1]:
                x = activation(torch.addmm(b, x, W))
            return loss(torch.addmm(weights[-1][1], x, weights[-1][0]), t)

        def step(weights: Any, x: Any, t: Any) -> None:
            grads = torch.func.grad(losses)(weights, x, t)
            for layer, gradients in zip(weights, grads, strict=True):
                for p, g in zip(layer, gradients, strict=True):
                    p.sub_(g, alpha=work.learning_rate)

        self.step = torch.compile(step)

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            for x, t in self.batches:
                self.step(self.weights, x, t)

    def params(self) -> np.ndarray:
        return flat(self.weights)


def torch_batches(work: Workload, trainer: Trainer) -> tuple[list[Any], Any]:
    """Batches (x, t) as tensors, and the loss."""
    import torch

    data = trainer.data[0]
    x, t = torch.tensor(data.x["train"]), torch.tensor(data.t["train"])
    batches = list(zip(x.split(work.batch_size), t.split(work.batch_size), strict=True))
    losses = torch.nn.functional
    return batches, losses.cross_entropy if t.shape[1] > 1 else losses.binary_cross_entropy_with_logits


class Jax:
    """A jitted `lax.scan` over the steps of an epoch, its parameters donated."""

    def __init__(self, work: Workload, trainer: Trainer) -> None:
        import jax
        import jax.numpy as jnp
        from jax import lax

        data = trainer.data[0]
        x, t = (
            jnp.array(part["train"].reshape(work.steps_per_epoch, work.batch_size, -1))
            for part in (data.x, data.t)
        )
        self.weights = [(jnp.array(layer.W), jnp.array(layer.b[0])) for layer in trainer.network.layers]
        activation = getattr(jax.nn, work.activation)

        def loss(weights: Any, x: Any, t: Any) -> Any:
            for W, b in weights[:-1]:
                x = activation(x @ W + b)
            z = x @ weights[-1][0] + weights[-1][1]
            if t.shape[1] > 1:
                return -(t * jax.nn.log_softmax(z)).sum(axis=-1).mean()
            return (jnp.maximum(z, 0) - t * z + jnp.log1p(jnp.exp(-jnp.abs(z)))).mean()

        def step(weights: Any, batch: Any) -> Any:
            grads = jax.grad(loss)(weights, *batch)
            return jax.tree.map(lambda p, g: p - work.learning_rate * g, weights, grads), None

        self.epoch = jax.jit(lambda weights: lax.scan(step, weights, (x, t))[0], donate_argnums=0)
        self.ready = jax.block_until_ready

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            self.weights = self.epoch(self.weights)
        self.ready(self.weights)

    def params(self) -> np.ndarray:
        return flat(self.weights)
