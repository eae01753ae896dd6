import numpy as np
import pytest

from dl_core import Checkpoint, CheckpointError, Config, Trainer
from dl_core.nn.layers.normalization import BatchNorm, LayerNorm

BATCH = np.array([[1.0, 10.0], [3.0, 30.0]])


def bound(layer):
    layer.bind(
        {"gamma": np.ones((1, 2)), "beta": np.zeros((1, 2))},
        {"gamma": np.zeros((1, 2)), "beta": np.zeros((1, 2))},
        {name: np.full((1, 2), start) for name, start in layer.statistics.items()},
    )
    return layer


def test_batch_norm_brings_each_unit_to_mean_0_and_variance_1_over_the_batch():
    y = bound(BatchNorm((2,), momentum=0.9, epsilon=1e-12)).forward(BATCH, training=True)
    assert y == pytest.approx(np.array([[-1, -1], [1, 1]]))


def test_layer_norm_brings_each_sample_to_mean_0_and_variance_1_over_its_units():
    layer = bound(LayerNorm((2,), epsilon=1e-12))
    assert layer.forward(BATCH, training=True) == pytest.approx(np.array([[-1, 1], [-1, 1]]))
    assert layer.forward(BATCH) == pytest.approx(np.array([[-1, 1], [-1, 1]]))


def test_gamma_and_beta_choose_spread_and_mean_anew():
    layer = bound(BatchNorm((2,), momentum=0.9, epsilon=1e-12))
    layer.gamma[...], layer.beta[...] = [[2, 3]], [[5, 7]]
    assert layer.forward(BATCH, training=True) == pytest.approx(np.array([[3, 4], [7, 10]]))


def test_running_statistics_by_hand_and_their_use_at_inference():
    layer = bound(BatchNorm((2,), momentum=0.75, epsilon=0.5))
    layer.forward(BATCH, training=True)
    assert layer.running_mean == pytest.approx(np.array([[0.5, 5]]))  # 0.25 of [2, 20]
    assert layer.running_variance == pytest.approx(np.array([[1, 25.75]]))  # 0.75 of 1, 0.25 of [1, 100]
    y = layer.forward(np.array([[2.0, 5.0]]))
    assert y == pytest.approx(np.array([[1.5 / np.sqrt(1.5), 0]]))


def test_inference_does_not_depend_on_the_other_samples():
    one = Trainer(
        Config.parse({"model": {"layers": [{"type": "dense", "units": 8}, {"type": "batch_norm"}]}})
    )
    one.train(epochs=5)
    together = one.predict([[0, 1], [2, 3]])
    assert one.predict([[0, 1]])[0] == pytest.approx(together[0])


DOCUMENT = {"model": {"layers": [{"type": "dense"}, {"type": "batch_norm"}, {"type": "dense"}]}}


def test_a_checkpoint_holds_the_running_statistics():
    one = Trainer(Config.parse(DOCUMENT))
    one.train(epochs=2)
    document = one.checkpoint().to_json()
    assert document["layers"]["statistics"]["shape"] == [8]
    again = Trainer(Config.parse(DOCUMENT), Checkpoint.from_json(document))
    assert again.network.layers[1].running_mean.tobytes() == one.network.layers[1].running_mean.tobytes()
    assert again.metrics("test") == one.metrics("test")


def test_statistics_that_do_not_fit_are_refused():
    plain = Trainer(
        Config.parse({"model": {"layers": [{"type": "dense"}, {"type": "layer_norm"}, {"type": "dense"}]}})
    )
    with pytest.raises(
        CheckpointError, match=r"`checkpoint.layers.statistics` must have shape \[8\] .* got \[0\]"
    ):
        Trainer(Config.parse(DOCUMENT), plain.checkpoint())


@pytest.mark.parametrize("kind", ["batch_norm", "layer_norm"])
def test_with_it_a_deep_sigmoid_network_learns_what_it_could_not_without(kind):
    layer = {"type": "dense", "units": 8, "activation": "sigmoid"}
    document = {"data": {"name": "circle"}, "training": {"optimizer": {"name": "sgd", "learning_rate": 0.3}}}
    accuracies = []
    for layers in ([layer] * 5, [layer, {"type": kind}] * 5):
        one = Trainer(Config.parse({**document, "model": {"layers": layers}}))
        one.train(epochs=40)
        accuracies.append(one.metrics("validation")["accuracy"])
    assert accuracies[0] < 0.7
    assert accuracies[1] > 0.9
