import numpy as np
import pytest

from dl_core import Config, Trainer
from dl_core.optim.optimizers import OPTIMIZERS
from dl_core.training.trainer import Trainer as Textbook

both = pytest.mark.parametrize("kind", [Trainer, Textbook])


def trained(kind, layers, steps=30, model=None, **training):
    one = kind(Config.parse({"model": {"layers": layers, **(model or {})}, "training": training}))
    one.train(steps=steps)
    return one


def dense(**settings):
    return {"type": "dense", "units": 4, **settings}


@both
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_frozen_layer_stays_to_the_last_bit_and_the_others_learn(kind, optimizer):
    layers = [dense(), dense(trainable=False), {"type": "batch_norm", "trainable": False}, dense()]
    settings = {"optimizer": {"name": optimizer}, "l1": 0.01, "l2": 0.01}
    start, one = (trained(kind, layers, steps, **settings).network for steps in (0, 30))
    for i, (before, after) in enumerate(zip(start.layers, one.layers, strict=True)):
        for name in before.shapes:
            stayed = getattr(before, name).tobytes() == getattr(after, name).tobytes()
            assert stayed == (i in (1, 2))


@both
def test_a_layer_frozen_in_mid_run_does_not_coast_on_its_momentum(kind):
    momentum = {"name": "momentum", "learning_rate": 0.01, "momentum": 0.9}
    one = trained(kind, [dense(), dense()], optimizer=momentum)
    frozen = Config.parse(
        {"model": {"layers": [dense(trainable=False), dense()]}, "training": {"optimizer": momentum}}
    )
    again = kind(frozen, one.checkpoint())
    again.train(steps=20)
    assert again.network.layers[0].W.tobytes() == one.network.layers[0].W.tobytes()
    assert again.network.layers[1].W.tobytes() != one.network.layers[1].W.tobytes()


@both
def test_gradients_of_frozen_layers_do_not_count_for_the_norm(kind):
    clipping = {"name": "norm", "limit": 1e-3}
    one = trained(kind, [dense(trainable=False)], 0, gradient_clipping=clipping)
    start = one.network.params.copy()
    one.train(steps=1)
    assert np.linalg.norm(one.network.params - start) == pytest.approx(0.03 * 1e-3, rel=0.01)


@both
def test_a_layers_own_penalty_goes_before_that_of_the_training(kind):
    one = trained(kind, [dense(l2=0.0), dense(l2=3.0, l1=1.0)], 0, l2=0.5)
    _, second, last = (layer.W.astype(float) for layer in one.network.layers)
    expected = 1.5 * (second**2).sum() + np.abs(second).sum() + 0.25 * (last**2).sum()
    assert one.penalty() == pytest.approx(expected)

    plain, start = trained(kind, [dense(), dense()], 1), one.network.params.copy()
    one.train(steps=1)
    difference = (one.network.params - plain.network.params) / -0.03
    own = Trainer(one.config).network
    own.params[...] = difference
    again = Trainer(one.config).network
    again.params[...] = start
    assert pytest.approx(0, abs=1e-5) == own.layers[0].W
    assert pytest.approx(3 * again.layers[1].W + np.sign(again.layers[1].W), abs=1e-4) == own.layers[1].W
    assert pytest.approx(0.5 * again.layers[2].W, abs=1e-4) == own.layers[2].W
    assert own.layers[1].b == pytest.approx(0, abs=1e-5)


def test_a_layers_own_initializer_goes_before_that_of_the_network():
    one = trained(Trainer, [dense(initializer="constant"), dense()], 0, {"initializer": "zeros"})
    assert (np.float32(0.1) == one.network.layers[0].W).all()
    assert (one.network.layers[1].W == 0).all()


def test_a_skip_connection_adds_the_inputs():
    layers = [{"type": "dense", "units": 2, "activation": "relu", "residual": True, "initializer": "zeros"}]
    one = trained(Trainer, layers, 0, {"initializer": "normal"})
    direct = trained(Trainer, [], 0)
    direct.network.params[...] = one.network.params[-3:]
    x = [[1.0, 2.0], [-3.0, 4.0]]
    assert one.predict(x) == pytest.approx(direct.predict(x))


def test_with_skip_connections_a_deep_network_learns_what_it_could_not_without():
    accuracies = []
    for residual in (False, True):
        deep = [dense(activation="sigmoid"), *[dense(activation="sigmoid", residual=residual)] * 6]
        one = trained(Trainer, deep, 2500, optimizer={"name": "sgd", "learning_rate": 0.1})
        accuracies.append(one.metrics("train")["accuracy"])
    assert accuracies[0] < 0.7
    assert accuracies[1] > 0.9


@both
def test_a_weight_of_two_is_the_sample_twice(kind):
    """One step on all samples: weighing a class is adding its gradient once more."""
    steps = []
    for weights in (None, [1.0, 2.0], [1.0, 3.0]):
        one = trained(kind, [dense()], 0, batch_size=250, class_weights=weights)
        start = one.network.params.copy()
        one.train(steps=1)
        steps.append(one.network.params - start)
    assert steps[2] - steps[1] == pytest.approx(steps[1] - steps[0], abs=1e-6)
    assert np.abs(steps[1] - steps[0]).max() > 1e-3


def test_a_heavier_class_is_missed_less():
    missed = []
    for weights in (None, [1.0, 20.0]):
        document = {"data": {"name": "gauss", "noise": 0.5}, "training": {"class_weights": weights}}
        one = Trainer(Config.parse(document))
        one.train(epochs=30)
        x, y = one.points("train")
        missed.append(((one.predict(x) < 0.5) & (y == 1)).sum())
    assert missed[1] < missed[0]


def test_smoothed_labels_keep_the_network_from_being_too_sure():
    sure = []
    for smoothing in (0.0, 0.2):
        document = {"data": {"name": "gauss"}, "training": {"label_smoothing": smoothing}}
        one = Trainer(Config.parse(document))
        one.train(epochs=200)
        assert one.metrics("train")["accuracy"] == 1
        assert one.data[0].t["train"].max() == 1
        sure.append(one.predict(one.points("train")[0]).max())
    assert sure[0] > 0.99
    assert sure[1] == pytest.approx(0.9, abs=0.03)
