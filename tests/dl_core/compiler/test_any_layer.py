"""Layers that nobody has written a part for train at once, like the textbook's, and under both laws."""

import json
import math
from typing import ClassVar

import numpy as np
import pytest
from alone import require_equal_to_each_alone

from dl_core import Checkpoint, Config
from dl_core.compiler.fast_trainer import FastTrainer
from dl_core.compiler.inference import Inference
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.layers import LAYERS
from dl_core.nn.layers.layer import Layer, LayerSettings, Parameter
from dl_core.training.trainer import Trainer

SCALE = Parameter("Scale", "unit", 1.0)


class LayerWithoutSettings(Layer):
    """Base of all."""

    settings = LayerSettings


class Larger(LayerWithoutSettings):
    """Half as many features out; has a parameter; branches on values, indexes, keeps a tuple."""

    parameters: ClassVar = {"s": SCALE}

    def __init__(self, in_shape):
        super().__init__(in_shape)
        self.out_shape = (in_shape[0] // 2,)
        self.shapes = {"s": (1, in_shape[0] // 2)}

    def forward(self, x, *, training=False, drawn=None):
        first = x[..., ::2] >= x[..., 1::2]
        largest = np.where(first, x[..., ::2], x[..., 1::2])
        if training:
            self.cache = (first, largest)
        if not largest.any():
            return largest
        return largest * self.s

    def backward(self, dy):
        first, largest = self.cache
        self.ds[...] = (largest * dy).sum(axis=-2, keepdims=True)
        dx = np.zeros((*dy.shape[:-1], 2 * dy.shape[-1]), dy.dtype)
        dx[..., ::2] = dy * self.s * first
        dx[..., 1::2] = dy * self.s * ~first
        return dx


class Fold(LayerWithoutSettings):
    """(n,) to (n / 2, 2)."""

    def __init__(self, in_shape):
        super().__init__(in_shape)
        self.out_shape = (in_shape[0] // 2, 2)

    def forward(self, x, *, training=False, drawn=None):
        return x.reshape(*x.shape[:-1], *self.out_shape)

    def backward(self, dy):
        return dy.reshape(*dy.shape[:-2], *self.in_shape)


class Blend(LayerWithoutSettings):
    """(n, 2) to (n,); draws for each sample, gathers a statistic, has parameters."""

    draws = True
    parameters: ClassVar = {"w": SCALE}
    statistics: ClassVar = {"running_mean": 0.0}

    def __init__(self, in_shape):
        super().__init__(in_shape)
        self.out_shape = (in_shape[0],)
        self.shapes = {"w": (1, 2)}

    def draw(self, rng, n_samples):
        return rng.choice([0.5, 1.5], (n_samples, self.out_shape[0])).astype(np.float32)

    def forward(self, x, *, training=False, drawn=None):
        y = (x * self.w[..., None, :, :]).sum(axis=-1)
        if not training:
            return y - self.running_mean
        self.x, self.drawn = x, drawn
        self.running_mean *= 0.9
        self.running_mean += 0.1 * y.mean(axis=-2, keepdims=True)
        return y * drawn

    def backward(self, dy):
        dy = dy * self.drawn
        self.dw[...] = (self.x * dy[..., None]).sum(axis=(-3, -2))[..., None, :]
        return dy[..., None] * self.w[..., None, :, :]


class History(LayerWithoutSettings):
    """Keeps its features and could be recorded, but for the tuple that it keeps for the way back."""

    def forward(self, x, *, training=False, drawn=None):
        y = x / (1 + np.abs(x))
        if training:
            self.kept_for_backward = (x, y)
        return y

    def backward(self, dy):
        x, _ = self.kept_for_backward
        return dy / np.square(1 + np.abs(x))


class Curve(LayerWithoutSettings):
    """Nothing but elementwise rules: recorded whole."""

    def forward(self, x, *, training=False, drawn=None):
        if training:
            self.x = x
        return x / (1 + np.abs(x))

    def backward(self, dy):
        return dy / np.square(1 + np.abs(self.x))


MADE_UP = {"larger": Larger, "fold": Fold, "blend": Blend, "history": History, "curve": Curve}
STACKS = [
    ["larger"],
    [6, "larger"],
    [6, "larger", 4, "larger", 3],
    [8, "fold", "blend", 3],
    ["fold", "blend", 4],
    [4, "history", "batch_norm", "history"],
    [5, "curve", 3],
    [8, "fold", "blend", "larger", "history", "curve", "dropout", 3],
    [8, "fold", "dropout", "blend", 3],
]

# Settings of layers that the config does not know: it dumps them none the less.
pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")

every_stack = pytest.mark.parametrize("stack", STACKS, ids=lambda stack: "-".join(map(str, stack)))


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    for name, layer in MADE_UP.items():
        monkeypatch.setitem(LAYERS, name, layer)


def config(stack, *, seed=0, batch_size=10, **training):
    """A config of that stack of layers: numbers are dense ones."""
    layers = [{"type": "dense", "units": one} if isinstance(one, int) else {"type": one} for one in stack]
    plain = Config.parse(
        {
            "data": {"n_samples": 100, "features": ["x1", "x2", "x1^2", "x2^2"], "scaling": "standard"},
            "model": {"layers": [layer for layer in layers if layer["type"] not in MADE_UP], "seed": seed},
            "training": {"batch_size": batch_size, "seed": seed, **training},
        }
    )
    known = iter(plain.model.layers)
    settings = [LayerSettings(**layer) if layer["type"] in MADE_UP else next(known) for layer in layers]
    return plain.model_copy(update={"model": plain.model.model_copy(update={"layers": settings})})


def state(trainer):
    return json.dumps(trainer.checkpoint().to_json())


@every_stack
@pytest.mark.parametrize("n_networks", [None, 1, 3])
@pytest.mark.parametrize("batch_size", [1, 10, 15])
def test_each_step_is_the_textbooks(stack, n_networks, batch_size):
    if batch_size == 1 and "batch_norm" in stack:
        batch_size = 2
    configs = [
        config(stack, seed=r, batch_size=batch_size, l2=0.01, optimizer={"name": "momentum"})
        for r in range(n_networks or 1)
    ]
    textbook, fast = (kind(configs if n_networks else configs[0]) for kind in (Trainer, FastTrainer))
    for _ in range(8):
        textbook.train(steps=1)
        fast.train(steps=1)
        for mine, hers in (
            (fast.network.params, textbook.network.params),
            (fast.network.statistics, textbook.network.statistics),
            (fast.optimizer.v, textbook.optimizer.v),
        ):
            np.testing.assert_allclose(mine, hers, rtol=0, atol=2e-5)
            mine[...] = hers
    fast.train(epochs=3)
    assert np.isfinite(fast.network.params).all()


@every_stack
def test_a_run_cut_into_pieces_ends_with_the_same_bytes(stack):
    for configs in (config(stack), [config(stack, seed=r, batch_size=15) for r in range(2)]):
        whole = FastTrainer(configs)
        whole.train(steps=13)
        cut = FastTrainer(configs)
        for steps in (1, 5, 7):
            cut = FastTrainer(configs, Checkpoint.from_json(json.loads(state(cut))))
            cut.train(steps=steps)
        assert state(cut) == state(whole)


@every_stack
@pytest.mark.parametrize("batch_size", [1, 10, 15])
def test_each_of_several_networks_equals_the_same_one_alone_to_the_bit(stack, batch_size):
    if batch_size == 1 and "batch_norm" in stack:
        batch_size = 2
    several = [config(stack, seed=r, batch_size=batch_size, shuffle=r % 2 == 0) for r in (0, 2, 4)]
    require_equal_to_each_alone(several, 11)


def test_what_can_be_recorded_is_recorded_and_only_the_rest_is_called():
    fast = FastTrainer(config([8, "fold", "blend", "larger", "history", "curve", "batch_norm", 3]))
    fast.train(steps=1)
    source = fast.programs[10].source.split("zip(")[1]
    for number, called in enumerate((False, True, True, True, True, False, False, False, False), 1):
        assert (f"forward{number}(" in source, f"backward{number}(" in source) == (called, called)


def test_below_the_first_layer_that_learns_nothing_goes_back():
    fast = FastTrainer(config(["fold", "blend", 3]))
    fast.train(steps=1)
    assert "backward2(" in fast.programs[10].source
    assert "backward1(" not in fast.programs[10].source


@every_stack
def test_inference_gives_every_layers_outputs(stack):
    one = FastTrainer(config(stack))
    one.train(steps=5)
    x = one.data[0].x["train"]
    run = Inference(one.network, x, ACTIVATIONS["linear"])
    outputs = run(one.network, [(i, slice(None)) for i in range(len(one.network.layers))])
    for rows, exact, layer in zip(outputs, one.network.outputs(x), one.network.layers, strict=True):
        assert rows.shape == (math.prod(layer.out_shape), len(x))
        np.testing.assert_allclose(rows.T, exact.reshape(len(x), -1), atol=1e-5)
