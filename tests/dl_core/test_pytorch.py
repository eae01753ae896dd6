"""The engine against PyTorch: the same weights and batches, for every optimizer, loss and activation."""

import numpy as np
import pytest

from dl_core import Config, Trainer
from dl_core.optim.optimizers import OPTIMIZERS

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed; pip install -r requirements-torch.txt adds these tests"
)

STEPS = 200
TASKS = {
    "mse": {"name": "ripple", "noise": 0.1},
    "binary_cross_entropy": {"name": "moons", "noise": 0.3},
    "categorical_cross_entropy": {"name": "blobs", "noise": 0.5},
}
LOSSES = {
    "mse": torch.nn.functional.mse_loss,
    "binary_cross_entropy": torch.nn.functional.binary_cross_entropy_with_logits,
    "categorical_cross_entropy": torch.nn.functional.cross_entropy,
}
ACTIVATIONS = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
}


def peer(name, params, hyper):
    """PyTorch's optimizer of that name."""
    rate, eps = hyper["learning_rate"], hyper.get("epsilon")
    betas = (hyper.get("beta1", 0), hyper.get("beta2", 0))
    momentum = hyper.get("momentum", 0)
    return {
        "sgd": lambda: torch.optim.SGD(params, rate),
        "momentum": lambda: torch.optim.SGD(params, rate, momentum),
        "nesterov": lambda: torch.optim.SGD(params, rate, momentum, nesterov=True),
        "adagrad": lambda: torch.optim.Adagrad(params, rate, eps=eps),
        "rmsprop": lambda: torch.optim.RMSprop(params, rate, alpha=hyper.get("rho"), eps=eps),
        "adam": lambda: torch.optim.Adam(params, rate, betas, eps),
        "adamw": lambda: torch.optim.AdamW(params, rate, betas, eps, hyper.get("weight_decay")),
    }[name]()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_hundred_steps_agree_with_pytorch(optimizer, loss, activation):
    layers = [{"type": "dense", "units": units, "activation": activation} for units in (8, 6)]
    config = Config.parse(
        {
            "data": TASKS[loss],
            "model": {"layers": layers},
            "training": {"optimizer": {"name": optimizer, "learning_rate": 0.01}, "batch_size": 32},
        }
    )
    trainer = Trainer(config)
    # PyTorch trains in float64: what is left between the two is the rounding of float32.
    weights = [
        torch.tensor(getattr(layer, name).astype(np.float64), requires_grad=True)
        for layer in trainer.network.layers
        for name in ("W", "b")
    ]
    hyper = config.training.optimizer.model_dump()
    theirs = peer(optimizer, weights, hyper)
    for _ in range(STEPS):
        epoch = trainer.present_epoch()
        x, t, *_ = epoch.batch(trainer.position, min(trainer.position + 32, trainer.n_train))
        trainer.train(steps=1)
        theirs.zero_grad()
        z = torch.tensor(x.astype(np.float64))
        for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            z = ACTIVATIONS[activation](z @ W + b)
        z = z @ weights[-2] + weights[-1]
        LOSSES[loss](z, torch.tensor(t.astype(np.float64))).backward()
        theirs.step()
    expected = np.concatenate([w.detach().numpy().ravel() for w in weights])
    difference = np.linalg.norm(trainer.network.params - expected) / np.linalg.norm(expected)
    assert difference < 1e-5


class Peer(torch.nn.Module):
    """A network with everything, in PyTorch: dense, batch norm, dense with a skip connection, layer norm."""

    def __init__(self, layers):
        super().__init__()
        self.first, self.second, self.last = (self.dense(layers[i]) for i in (0, 2, 4))
        self.batch_norm = torch.nn.BatchNorm1d(8, momentum=0.1)
        self.layer_norm = torch.nn.LayerNorm(8)
        self.double()

    def dense(self, layer):
        found = torch.nn.Linear(*layer.W.shape)
        found.weight = torch.nn.Parameter(torch.tensor(layer.W.T.astype(np.float64)))
        found.bias = torch.nn.Parameter(torch.tensor(layer.b[0].astype(np.float64)))
        return found

    def forward(self, x):
        a = self.batch_norm(torch.tanh(self.first(x)))
        return self.last(self.layer_norm(a + torch.tanh(self.second(a))))


CLIPPERS = {
    "value": torch.nn.utils.clip_grad_value_,
    "norm": torch.nn.utils.clip_grad_norm_,
}


@pytest.mark.parametrize("clipping", CLIPPERS)
@pytest.mark.parametrize("frozen", [False, True])
def test_with_everything_switched_on_it_still_agrees(clipping, frozen):
    dense = {"type": "dense", "units": 8, "activation": "tanh"}
    layers = [
        {**dense, "trainable": not frozen},
        {"type": "batch_norm"},
        {**dense, "residual": True},
        {"type": "layer_norm"},
    ]
    training = {
        "optimizer": {"name": "adamw", "learning_rate": 0.01},
        "schedule": {"name": "cosine", "unit": "steps", "over": 150, "warmup": 20},
        "gradient_clipping": {"name": clipping, "limit": 0.05},
        "label_smoothing": 0.1,
        "class_weights": [1.0, 2.0, 3.0, 4.0],
        "batch_size": 32,
    }
    data = {"name": "blobs", "noise": 0.5}
    trainer = Trainer(Config.parse({"data": data, "model": {"layers": layers}, "training": training}))
    peer = Peer(trainer.network.layers)
    for parameter in peer.first.parameters():
        parameter.requires_grad = not frozen
    learning = [parameter for parameter in peer.parameters() if parameter.requires_grad]
    theirs = torch.optim.AdamW(learning, 0.01, weight_decay=trainer.config.training.optimizer.weight_decay)
    weights = torch.arange(1, 5, dtype=torch.float64)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        theirs, lambda step: trainer.update.schedules[0].factor(step, 0)
    )
    for _ in range(STEPS):
        stop = min(trainer.position + 32, trainer.n_train)
        x, t, *_ = trainer.present_epoch().batch(trainer.position, stop)
        trainer.train(steps=1)
        theirs.zero_grad()
        t = torch.tensor(t.astype(np.float64))
        each = torch.nn.functional.cross_entropy(
            peer(torch.tensor(x.astype(np.float64))), t, reduction="none"
        )
        (each * weights[t.argmax(axis=1)]).mean().backward()
        CLIPPERS[clipping](learning, 0.05)
        theirs.step()
        schedule.step()
    dense = [(layer.weight.T, layer.bias) for layer in (peer.first, peer.second, peer.last)]
    norms = [(layer.weight, layer.bias) for layer in (peer.batch_norm, peer.layer_norm)]
    in_order = [*dense[0], *norms[0], *dense[1], *norms[1], *dense[2]]
    expected = np.concatenate([one.detach().numpy().ravel() for one in in_order])
    difference = np.linalg.norm(trainer.network.params - expected) / np.linalg.norm(expected)
    assert difference < 3e-5
    mean = peer.batch_norm.running_mean.numpy()
    assert trainer.network.layers[1].running_mean[0] == pytest.approx(mean, abs=1e-4)
