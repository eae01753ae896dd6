# ruff: noqa: E501 - sentences are shown whole

import math

import pytest
from refusals import refused


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([1], "`config` must be an object with settings; got [1]."),
        ({"foo": 1}, "`foo` is not a setting. Remove it or check its spelling."),
        ({"data": None}, "`data` must be an object with settings; got null."),
        ({"data": {"nois": 0}}, "`data.nois` is not a setting. Remove it or check its spelling."),
        ({"\ud800": 1}, '`config` must be text that can be written; got "\\ud800".'),
        ({"data": {"name": "\ud800"}}, '`data.name` must be text that can be written; got "\\ud800".'),
        ({"data": {"noise": 0.6}}, "`data.noise` must be at most 0.5; got 0.6."),
        ({"data": {"noise": True}}, "`data.noise` must be a number; got true."),
        ({"data": {"seed": -1}}, "`data.seed` must be at least 0; got -1."),
        ({"data": {"seed": 2**32}}, "`data.seed` must be at most 4294967295; got 4294967296."),
        ({"data": {"n_samples": "10"}}, '`data.n_samples` must be a whole number; got "10".'),
        ({"data": {"features": ["x1", "x2", "x1"]}}, "`data.features` must name each entry once; got x1 more than once."),
        ({"data": {"features": []}}, "`data.features` must have at least 1 entry; got 0."),
        ({"data": {"scaling": "max"}}, '`data.scaling` must be one of none, standard, min_max; got "max".'),
        ({"data": {"split": {"train": 0.9}}}, "`data.split` must have parts that sum to 1; got 1.4. Change one of train, validation and test."),
        ({"data": {"n_classes": 5}}, "`data.n_classes` must be null for circle; got 5. Choose blobs or pinwheel to set it."),
        ({"data": {"n_samples": 10, "split": {"train": 0.01, "validation": 0.9, "test": 0.09}}}, "`data.split.train` must leave a training sample of 10; got 0.01. Raise it."),
        ({"model": {"layers": [{"type": "conv"}]}}, '`model.layers.0.type` must be one of dense, dropout, batch_norm, layer_norm; got "conv".'),
        ({"model": {"layers": [{"units": 3}]}}, "`model.layers.0.type` is missing; it says which settings may follow."),
        ({"model": {"layers": [{"type": "dense", "units": 0}]}}, "`model.layers.0.units` must be at least 1; got 0."),
        ({"model": {"layers": [{"type": "dense"}] * 9}}, "`model.layers` must have at most 8 dense layers; got 9. Remove some."),
        ({"model": {"layers": [{"type": "dropout"}] * 17}}, "`model.layers` must have at most 16 entries; got 17."),
        ({"model": {"layers": [{"type": "dense", "units": 1, "activation": "softmax"}]}}, "`model.layers.0.activation` must not be softmax for one unit, whose share is always 1. Add units or choose another."),
        ({"model": {"output_activation": "softmax"}}, '`model.output_activation` must not be softmax for two classes on one unit: a share of one unit is always 1; got "softmax".'),
        ({"training": {"batch_size": 400}}, "`training.batch_size` must be at most the 250 training samples; got 400. Lower it or raise `data.n_samples`."),
        ({"training": {"optimizer": {"name": "sgdd"}}}, '`training.optimizer.name` must be one of sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw; got "sgdd".'),
        ({"training": {"optimizer": {"name": "momentum", "momentum": 1}}}, "`training.optimizer.momentum` must be less than 1; got 1."),
        ({"training": {"optimizer": {"name": "sgd", "momentum": 0.5}}}, "`training.optimizer.momentum` is not a setting. Remove it or check its spelling."),
        ({"training": {"loss": "huber"}}, '`training.loss` must be auto or one of mse, binary_cross_entropy for two classes on one unit; got "huber".'),
        ({"training": {"loss": "binary_cross_entropy"}, "model": {"output_activation": "tanh"}}, '`model.output_activation` must be sigmoid for the loss binary_cross_entropy; got "tanh". Change one to auto.'),
        ({"training": {"shuffle": 1}}, "`training.shuffle` must be true or false; got 1."),
        ({"training": {"optimizer": {"name": "sgd", "learning_rate": math.nan}}}, "`training.optimizer.learning_rate` must be a finite number; got NaN."),
        ({"model": {"layers": [{"type": "dense", "units": 3, "residual": True}]}}, "`model.layers.0.residual` must be false where 2 inputs meet 3 units: both are added. Set `model.layers.0.units` to 2."),
        ({"model": {"layers": [{"type": "batch_norm"}]}, "training": {"batch_size": 1}}, "`model.layers.0.type` must not be batch_norm for batches of one sample, whose spread is 0. Raise `training.batch_size` or take layer_norm."),
        ({"model": {"layers": [{"type": "dense", "units": 1}, {"type": "layer_norm"}]}}, "`model.layers.1.type` must not be layer_norm of one unit, whose spread is 0. Add units or take batch_norm."),
        ({"data": {"split": {"train": 1, "validation": 0, "test": 0}}, "training": {"early_stopping": {"name": "validation_loss"}}}, "`training.early_stopping.name` must be none without validation samples to watch. Raise `data.split.validation`."),
        ({"data": {"name": "ripple"}, "training": {"label_smoothing": 0.1}}, "`training.label_smoothing` must be 0 for numbers, which have no labels; got 0.1."),
        ({"data": {"name": "ripple"}, "training": {"class_weights": [1, 1]}}, "`training.class_weights` must be null for numbers, which have no classes."),
        ({"training": {"class_weights": [1, 2, 3]}}, "`training.class_weights` must have a number for each of the 2 classes; got 3."),
    ],
)  # fmt: skip
def test_the_words_of_a_refusal(document, message):
    _, path, _ = message.split("`", 2)
    assert refused(document) == {path: message}


def test_all_wrong_settings_are_told_at_once_with_those_that_contradict_each_other():
    document = {
        "data": {"noise": 2, "n_classes": 3, "oops": 1},
        "model": {
            "layers": [{"type": "dense", "units": 500}, {"type": "dropout", "dropout_rate": 1}],
            "seed": 1.5,
        },
        "training": {"batch_size": 300, "loss": "mae", "optimizer": {"name": "adam", "beta1": 1}},
    }
    assert sorted(refused(document)) == [
        "data.n_classes",
        "data.noise",
        "data.oops",
        "model.layers.0.units",
        "model.layers.1.dropout_rate",
        "model.seed",
        "training.batch_size",
        "training.loss",
        "training.optimizer.beta1",
    ]


def test_a_wrong_setting_makes_no_other_look_wrong():
    assert list(refused({"data": {"n_samples": 10**6}, "training": {"batch_size": 1000}})) == [
        "data.n_samples"
    ]
    assert list(refused({"data": {"name": "planet"}, "training": {"loss": "huber"}})) == ["data.name"]
    assert list(refused({"data": 5, "training": {"loss": "huber", "batch_size": 900}})) == ["data"]


def test_a_hostile_document_gets_a_short_answer():
    message = refused({"data": {"name": "x" * 10**6}, "y" * 10**6: 1})
    assert all(len(path) < 200 and len(text) < 400 for path, text in message.items())
