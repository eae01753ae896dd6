"""The engine against PyTorch: the same weights and batches, for every optimizer, loss and activation."""

import numpy as np
import pytest

from dl_core import Config, Trainer
from dl_core.optimizers import OPTIMIZERS

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
