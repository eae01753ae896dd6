import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LOSSES
from dl_core.nn.network import Network
from dl_core.rng import generator

HIDDEN = [
    {"type": "dense", "units": 4, "activation": "tanh"},
    {"type": "dropout", "dropout_rate": 0.3},
    {"type": "dense", "units": 3, "activation": "relu"},
]

smooth = st.sampled_from([name for name in ACTIVATIONS if name != "step"])
layers = st.lists(
    st.one_of(
        st.builds(dict, type=st.just("dense"), units=st.integers(1, 5), activation=smooth),
        st.builds(dict, type=st.just("dense"), residual=st.just(True), activation=smooth),
        st.builds(dict, type=st.just("dropout"), dropout_rate=st.sampled_from([0.0, 0.3, 0.5])),
        st.builds(dict, type=st.just("batch_norm"), momentum=st.just(0.9), epsilon=st.just(0.1)),
        st.builds(dict, type=st.just("layer_norm"), epsilon=st.just(0.1)),
    ),
    max_size=5,
)


@hypothesis.given(layers, st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=150)
def test_backward_is_the_derivative_of_the_loss_for_any_network(hidden, in_features, units, batch, seed):
    width = in_features
    for layer in hidden:  # a skip connection leaves the number of features as it is
        width = layer.get("units", width)
        if "residual" in layer:
            layer["units"] = width
    rng = np.random.default_rng(seed)
    network = Network((in_features,), hidden, units, dtype=np.float64)
    network.params[...] = rng.standard_normal(network.params.size)
    x, t = rng.standard_normal((batch, in_features)), rng.standard_normal((batch, units))
    drawn = network.draw(seed, 0, batch)
    linear = ACTIVATIONS["linear"]

    def loss(params):
        network.params[...] = params
        return LOSSES["mse"].value(network.train_forward(x, drawn), t, linear)

    params = network.params.copy()
    direction = rng.standard_normal(params.size) / np.sqrt(params.size)
    slopes = [(loss(params + h * direction) - loss(params - h * direction)) / (2 * h) for h in (1e-6, 1e-7)]
    hypothesis.assume(
        slopes[0] == pytest.approx(slopes[1], rel=1e-4, abs=1e-6)
    )  # no kink of relu within reach
    loss(params)
    network.backward(LOSSES["mse"].gradient(network.train_forward(x, drawn), t, linear))
    assert slopes[0] == pytest.approx(network.grads @ direction, rel=1e-5, abs=1e-6)


def test_params_are_weights_row_by_row_then_biases_layer_after_layer():
    network = Network((2,), HIDDEN, 1)
    assert network.params.shape == (2 * 4 + 4 + 4 * 3 + 3 + 3 + 1,)
    assert network.offsets == [{"W": 0, "b": 8}, {}, {"W": 12, "b": 24}, {"W": 27, "b": 30}]
    network.params[...] = np.arange(31)
    assert network.layers[0].W.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert network.layers[0].b.tolist() == [[8, 9, 10, 11]]
    assert network.layers[3].b.tolist() == [[30]]
    is_weight = network.for_each_parameter(lambda layer, parameter: parameter.penalized)
    assert is_weight.tolist() == [1] * 8 + [0] * 4 + [1] * 12 + [0] * 3 + [1] * 3 + [0]


@pytest.mark.parametrize("n_networks", [None, 1, 3])
def test_layers_look_into_the_flat_vectors(n_networks):
    network = Network((2,), HIDDEN, 1, n_networks=n_networks)
    network.layers[2].W[...] = 5
    network.layers[2].db[...] = 7
    assert (network.params == 5).sum() == 12 * (n_networks or 1)
    assert (network.grads == 7).sum() == 3 * (n_networks or 1)
    assert np.shares_memory(network.layers[2].W, network.params)


def test_without_hidden_layers_it_is_linear():
    network = Network((2,), [], 1)
    network.params[...] = [2, 3, 4]
    assert network.forward(np.array([[1, 10]], np.float32)).tolist() == [[36]]


def test_outputs_are_those_of_every_layer(rng):
    network = Network((2,), HIDDEN, 1)
    network.params[...] = network.initial(1, "he_normal", "normal")
    x = rng.standard_normal((5, 2)).astype(np.float32)
    outputs = network.outputs(x)
    assert [y.shape for y in outputs] == [(5, 4), (5, 4), (5, 3), (5, 1)]
    assert np.array_equal(outputs[-1], network.forward(x))


def test_a_layers_start_does_not_depend_on_what_lies_between():
    plain = [layer for layer in HIDDEN if layer["type"] == "dense"]
    one, two = (Network((2,), hidden, 1).initial(3, "glorot_uniform", "normal") for hidden in (HIDDEN, plain))
    assert one.tobytes() == two.tobytes()


def test_each_layer_starts_from_draws_of_its_own():
    square = {"type": "dense", "units": 3, "activation": "tanh"}
    params = Network((3,), [square, square], 1).initial(0, "normal", "normal")
    assert len(np.unique(params)) == params.size


def test_each_dropout_layer_and_epoch_draws_its_own():
    network = Network((2,), [HIDDEN[0], HIDDEN[1], HIDDEN[1]], 1)
    first, second = network.draw(0, 0, 50), network.draw(0, 1, 50)
    assert first[0] is None
    assert first[3] is None
    assert not np.array_equal(first[1], first[2])
    assert not np.array_equal(first[1], second[1])
    assert np.array_equal(first[1], network.layers[1].draw(generator(0, "dropout", layer=1), 50))
