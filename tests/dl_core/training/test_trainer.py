import math

import numpy as np
import pytest

from dl_core import Checkpoint, Config, Trainer
from dl_core.data.datasets import DATASETS
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.initializers import INITIALIZERS
from dl_core.optim.optimizers import OPTIMIZERS


def trainer(**parts):
    return Trainer(Config.parse(parts))


EXPLODING = {
    "data": {"name": "saddle", "features": ["x1", "x2", "x1^2", "x2^2"]},
    "model": {"layers": [{"type": "dense", "activation": "relu"}]},
    "training": {"optimizer": {"name": "sgd", "learning_rate": 3}},
}


def test_counts_of_steps_epochs_and_positions():
    one = trainer(data={"n_samples": 46}, training={"batch_size": 10})  # 23 to train on: 10, 10, 3
    assert one.steps_per_epoch == 3
    seen = []
    for _ in range(7):
        one.train(steps=1)
        seen.append((one.step, one.epoch, one.position))
    assert seen == [(1, 0, 10), (2, 0, 20), (3, 1, 0), (4, 1, 10), (5, 1, 20), (6, 2, 0), (7, 2, 10)]
    one.train(epochs=1)
    assert (one.step, one.epoch, one.position) == (9, 3, 0)
    one.train(epochs=2)
    assert (one.step, one.epoch, one.position) == (15, 5, 0)
    one.train(epochs=0)
    one.train(steps=0)
    assert one.step == 15


@pytest.mark.parametrize("arguments", [{}, {"epochs": 1, "steps": 1}])
def test_train_needs_epochs_or_steps(arguments):
    with pytest.raises(ValueError, match="train needs either epochs or steps"):
        trainer().train(**arguments)


def test_one_step_by_hand():
    # One linear unit, one sample, squared error: dW = 2 (y - t) x, db = 2 (y - t); penalties act on W alone.
    one = trainer(
        data={"name": "plane", "n_samples": 10, "split": {"train": 0.1, "validation": 0, "test": 0.9}},
        model={"layers": []},
        training={
            "optimizer": {"name": "sgd", "learning_rate": 0.01},
            "batch_size": 1,
            "l1": 0.5,
            "l2": 0.25,
        },
    )
    one.network.params[...] = [2, -3, 1]
    assert one.penalty() == 0.5 * 5 + 0.25 / 2 * 13
    (x1, x2), t = one.points("train")[0][0].astype(float), float(one.points("train")[1][0, 0])
    e = 2 * (2 * x1 - 3 * x2 + 1 - t)
    one.train(steps=1)
    expected = [
        2 - 0.01 * (e * x1 + 0.5 + 0.25 * 2),
        -3 - 0.01 * (e * x2 - 0.5 - 0.25 * 3),
        1 - 0.01 * e,
    ]
    assert one.network.params == pytest.approx(np.array(expected), rel=1e-5)


def test_the_partial_last_batch_is_averaged_over_its_own_size():
    settings = {
        "data": {"name": "plane", "n_samples": 10, "split": {"train": 0.5, "validation": 0, "test": 0.5}}
    }
    one = trainer(**settings, model={"layers": []}, training={"batch_size": 4, "shuffle": False})
    one.train(steps=1)
    before = one.network.params.copy()
    one.train(steps=1)
    x, y = one.points("train")
    error = x[4:] @ before[:2, None] + before[2] - y[4:]
    assert one.network.params[2] == pytest.approx(before[2] - 0.03 * 2 * error[0, 0], rel=1e-5)


@pytest.mark.parametrize("name", DATASETS)
def test_every_dataset_trains_and_its_loss_falls(name):
    one = trainer(
        data={
            "name": name,
            "features": ["x1", "x2", "x1^2", "x2^2", "x1*x2", "cos(x1)"],
            "scaling": "standard",
        },
        model={"layers": [{"type": "dense", "units": 12}]},
        training={"optimizer": {"name": "adam", "learning_rate": 0.02}},
    )
    before = one.metrics("train")["loss"]
    one.train(epochs=30)
    assert one.metrics("train")["loss"] < 0.75 * before
    assert one.metrics("test")["loss"] < 0.85 * before


def test_the_default_learns_the_circle():
    one = trainer()
    one.train(epochs=200)
    assert one.metrics("train")["loss"] < 0.05
    assert one.metrics("test")["accuracy"] > 0.98


@pytest.mark.parametrize(
    ("activation", "data", "name"),
    [
        *[
            (activation, data, "adam")
            for activation in ACTIVATIONS
            for data in ("circle", "rings", "plane")
            if activation != "softmax" or data == "rings"  # one unit has no softmax
        ],
        *[("tanh", "circle", name) for name in OPTIMIZERS],
    ],
)
def test_every_output_activation_and_optimizer_runs(activation, data, name):
    one = trainer(
        data={"name": data, "n_samples": 30},
        model={
            "layers": [{"type": "dense", "activation": activation, "units": 2}],
            "output_activation": activation,
        },
        training={"optimizer": {"name": name}},
    )
    one.train(epochs=2)
    assert one.step == 4
    assert one.diverged is None
    assert all(math.isfinite(value) for value in one.metrics("train").values())


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_the_start_follows_the_model_seed_alone(initializer):
    one = trainer(model={"initializer": initializer, "seed": 1})
    same = trainer(model={"initializer": initializer, "seed": 1}, data={"seed": 5}, training={"seed": 5})
    other = trainer(model={"initializer": initializer, "seed": 2})
    assert np.array_equal(one.network.params, same.network.params)
    assert np.array_equal(one.network.params, other.network.params) == (initializer in ("zeros", "constant"))


@pytest.mark.parametrize("batch_size", [1, 7, 25])
@pytest.mark.parametrize(
    "layers", [[], [{"type": "dense", "units": 1}], [{"type": "dropout", "dropout_rate": 0.3}]]
)
@pytest.mark.parametrize("name", ["moons", "rings", "ripple"])
def test_awkward_sizes(batch_size, layers, name):
    one = trainer(
        data={"name": name, "n_samples": 50}, model={"layers": layers}, training={"batch_size": batch_size}
    )
    one.train(epochs=2)
    assert one.epoch == 2
    assert all(math.isfinite(value) for value in one.metrics("test").values())


def test_a_single_training_sample():
    one = trainer(
        data={"n_samples": 10, "split": {"train": 0.1, "validation": 0.9, "test": 0}, "scaling": "standard"},
        training={"batch_size": 1},
    )
    one.train(epochs=3)
    assert one.step == 3
    assert one.metrics("train")["accuracy"] == 1
    assert one.metrics("test") is None


def test_metrics_do_not_depend_on_dropout_and_inference_leaves_no_trace():
    one = trainer(model={"layers": [{"type": "dense"}, {"type": "dropout", "dropout_rate": 0.3}]})
    one.train(steps=1)
    before = one.metrics("train"), one.checkpoint().params.tobytes()
    one.predict(np.zeros((4, 2)))
    assert (one.metrics("train"), one.checkpoint().params.tobytes()) == before
    other = Trainer(one.config, one.checkpoint())
    one.train(steps=1)
    other.train(steps=1)
    assert np.array_equal(one.network.params, other.network.params)


@pytest.mark.parametrize(
    ("name", "keys", "y"),
    [("circle", ["loss", "accuracy"], np.int64), ("plane", ["loss", "r2", "rmse"], np.float32)],
)
def test_metrics_points_and_predictions_have_their_form(name, keys, y):
    one = trainer(data={"name": name})
    for split, size in (("train", 250), ("validation", 125), ("test", 125)):
        found = one.metrics(split)
        assert list(found) == keys
        assert all(type(value) is float for value in found.values())
        points, labels = one.points(split)
        assert (points.shape, points.dtype) == ((size, 2), np.float32)
        assert (labels.shape, labels.dtype) == ((size, 1), y)
        predicted = one.predict(points)
        assert (predicted.shape, predicted.dtype) == ((size, 1), np.float32)


def test_metrics_are_those_of_the_predictions():
    one = trainer(data={"name": "blobs", "scaling": "standard"})
    one.train(epochs=3)
    x, y = one.points("test")
    probabilities = one.predict(x)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(len(x)))
    assert one.metrics("test")["accuracy"] == (probabilities.argmax(axis=1) == y[:, 0]).mean()
    loss = -np.log(probabilities[np.arange(len(x)), y[:, 0]]).mean()
    assert one.metrics("test")["loss"] == pytest.approx(loss, rel=1e-5)


def test_the_loss_is_without_the_penalty():
    one, two = trainer(), trainer(training={"l2": 0.1})
    assert one.metrics("train") == two.metrics("train")
    assert one.penalty() == 0
    W = np.concatenate([layer.W.ravel() for layer in one.network.layers]).astype(float)
    assert two.penalty() == pytest.approx(0.05 * (W**2).sum())


def test_the_l1_penalty_makes_useless_weights_vanish():
    one = trainer(
        data={"features": ["x1", "x2", "x1^2", "x2^2"], "scaling": "standard"}, training={"l1": 0.01}
    )
    one.train(epochs=100)
    assert (np.abs(one.network.params) < 0.003).sum() > 5


@pytest.mark.parametrize(
    ("activation", "code"), [("tanh", -1), ("softsign", -1), ("sigmoid", 0), ("linear", 0)]
)
def test_classes_are_coded_so_that_the_output_can_reach_them(activation, code):
    one = trainer(model={"output_activation": activation})
    assert np.unique(one.data[0].t["train"]).tolist() == [code, 1]
    assert one.threshold == (code + 1) / 2
    one.train(epochs=150)
    assert one.metrics("train")["accuracy"] > 0.9


# ---- divergence


def test_divergence_stops_training_at_its_step_and_says_what_to_try():
    one = trainer(**EXPLODING)
    one.train(epochs=10)
    step, sentence = one.diverged
    assert 1 <= step == one.step < 250
    assert sentence == (
        f"Training diverged at step {step}: the numbers grew beyond all bounds. "
        "Lower the learning rate (now 3) or scale the features, then restart."
    )
    one.train(steps=5)
    assert one.step == step


def test_a_diverged_checkpoint_goes_nowhere():
    one = trainer(**EXPLODING)
    one.train(epochs=10)
    again = Trainer(one.config, Checkpoint.from_json(one.checkpoint().to_json()))
    again.train(steps=5)
    assert (again.step, again.diverged) == (one.step, one.diverged)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("index", range(3))
def test_a_parameter_that_is_no_number_is_divergence(value, index):
    checkpoint = trainer(model={"layers": []}).checkpoint()
    checkpoint.params[index] = value
    one = Trainer(Config.parse({"model": {"layers": []}}), checkpoint)
    assert one.diverged[0] == 0
    one.train(steps=1)
    assert one.step == 0
    assert one.metrics("train").keys() == {"loss", "accuracy"}


def test_parameters_too_large_for_their_squares_are_divergence():
    optimizer = {"name": "sgd", "learning_rate": 10.0}
    one = trainer(data={"name": "plane"}, model={"layers": []}, training={"optimizer": optimizer})
    one.network.params[...] = 1e17
    assert one.diverged is None
    one.train(steps=50)
    assert one.step == one.diverged[0] <= 2
    assert np.isfinite(one.network.params).all()


# ---- networks side by side


def test_networks_side_by_side_give_arrays():
    configs = [
        Config.parse({"training": {"optimizer": {"name": "sgd", "learning_rate": lr}}}) for lr in (0.1, 0.01)
    ]
    both = Trainer(configs)
    both.train(epochs=2)
    assert both.network.params.shape == (2, 25)
    assert both.diverged == [None, None]
    assert both.metrics("test")["loss"].shape == (2,)
    assert both.penalty().shape == (2,)
    assert both.predict(np.zeros((3, 2))).shape == (2, 3, 1)
    assert both.points("train")[0].shape == (250, 2)
    for r, config in enumerate(configs):
        alone = Trainer(config)
        alone.train(epochs=2)
        assert {name: values[r] for name, values in both.metrics("test").items()} == alone.metrics("test")
        assert np.array_equal(both.predict(np.ones((3, 2)))[r], alone.predict(np.ones((3, 2))))


def test_networks_with_data_of_their_own():
    configs = [Config.parse({"data": {"seed": seed, "scaling": "standard"}}) for seed in (1, 2)]
    both = Trainer(configs)
    both.train(epochs=1)
    assert both.points("train")[0].shape == (2, 250, 2)
    alone = Trainer(configs[1])
    alone.train(epochs=1)
    assert both.metrics("validation")["loss"][1] == alone.metrics("validation")["loss"]
    assert np.array_equal(both.predict(np.ones((3, 2)))[1], alone.predict(np.ones((3, 2))))


def test_one_diverges_and_the_others_go_on():
    quiet = {**EXPLODING, "training": {"optimizer": {"name": "sgd", "learning_rate": 0.0001}}}
    both = Trainer([Config.parse(EXPLODING), Config.parse(quiet)])
    both.train(epochs=3)
    alone = trainer(**EXPLODING)
    alone.train(epochs=3)
    assert both.step == 75
    assert both.diverged == [alone.diverged, None]
    healthy = trainer(**quiet)
    healthy.train(epochs=3)
    assert both.network.params[1].tobytes() == healthy.network.params.tobytes()


def test_training_ends_when_all_have_diverged():
    both = Trainer([Config.parse(EXPLODING)] * 2)
    both.train(epochs=100)
    assert both.step < 250
    assert None not in both.diverged
