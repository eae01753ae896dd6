import numpy as np
import pytest

from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.layers import LAYERS
from dl_core.nn.layers.dense import Dense
from dl_core.nn.layers.dropout import Dropout

KINDS = [
    *[("dense", {"units": 3, "activation": name}) for name in ACTIVATIONS],
    ("dense", {"units": 1, "activation": "tanh"}),
    *[("dropout", {"dropout_rate": rate}) for rate in (0, 0.3, 0.95)],
    ("batch_norm", {"momentum": 0.9, "epsilon": 1e-5}),
    ("batch_norm", {"momentum": 0.0, "epsilon": 0.1}),
    ("layer_norm", {"epsilon": 1e-5}),
]
every = pytest.mark.parametrize(("kind", "settings"), KINDS)


def built(kind, settings, rng, in_features=4, axes=(), dtype=np.float64):
    """A layer with drawn parameters."""
    layer = LAYERS[kind]((in_features,), **settings)
    params = {
        name: rng.standard_normal((*axes, *shape)).astype(dtype) for name, shape in layer.shapes.items()
    }
    statistics = {
        name: np.full((*axes, 1, layer.out_shape[-1]), start, dtype)
        for name, start in layer.statistics.items()
    }
    layer.bind(params, {name: np.zeros_like(value) for name, value in params.items()}, statistics)
    return layer


def drawn(layer, rng, n_samples):
    return layer.draw(rng, n_samples) if layer.draws else None


@every
def test_backward_is_the_derivative_of_forward(kind, settings, rng, require_gradient):
    layer = built(kind, settings, rng)
    x = rng.standard_normal((5, 4))
    rows = drawn(layer, rng, 5)
    dy = rng.standard_normal((5, layer.out_shape[-1]))
    layer.forward(x, training=True, drawn=rows)
    dx = layer.backward(dy)

    require_gradient(lambda x: (layer.forward(x, training=True, drawn=rows) * dy).sum(), x, dx)
    for name in layer.shapes:
        param, gradient = getattr(layer, name), getattr(layer, f"d{name}").copy()

        def value(at, param=param):
            kept = param.copy()
            param[...] = at
            result = (layer.forward(x, training=True, drawn=rows) * dy).sum()
            param[...] = kept
            return result

        require_gradient(value, param.copy(), gradient)


@every
@pytest.mark.parametrize("rows", [1, 2, 10, 13])
@pytest.mark.parametrize("in_features", [1, 2, 7])
def test_networks_side_by_side_equal_each_alone_to_the_bit(kind, settings, rows, in_features, rng):
    together = built(kind, settings, rng, in_features, axes=(3,), dtype=np.float32)
    x = rng.standard_normal((3, rows, in_features)).astype(np.float32)
    dy = rng.standard_normal((3, rows, together.out_shape[-1])).astype(np.float32)
    row_draws = drawn(together, rng, rows)
    y = together.forward(x, training=True, drawn=row_draws)
    dx = together.backward(dy)
    assert (y.dtype, dx.dtype) == (np.float32, np.float32)
    for r in range(3):
        alone = built(kind, settings, rng, in_features, dtype=np.float32)
        for name in alone.shapes:
            getattr(alone, name)[...] = getattr(together, name)[r]
        assert y[r].tobytes() == alone.forward(x[r].copy(), training=True, drawn=row_draws).tobytes()
        assert dx[r].tobytes() == alone.backward(dy[r].copy()).tobytes()
        for name in alone.shapes:
            assert getattr(together, f"d{name}")[r].tobytes() == getattr(alone, f"d{name}").tobytes()
        for name in alone.statistics:
            assert getattr(together, name)[r].tobytes() == getattr(alone, name).tobytes()


@every
def test_inference_leaves_no_trace_and_no_input_changes(kind, settings, rng):
    layer = built(kind, settings, rng)
    before = dict(vars(layer))
    x = rng.standard_normal((5, 4))
    kept = x.copy()
    layer.forward(x)
    assert vars(layer) == before
    assert np.array_equal(x, kept)


@every
def test_units_and_shapes_are_what_comes_out(kind, settings, rng):
    layer = built(kind, settings, rng)
    assert layer.forward(rng.standard_normal((5, 4))).shape == (5, layer.out_shape[-1])
    assert layer.forward(rng.standard_normal((0, 4))).shape == (0, layer.out_shape[-1])
    declared = LAYERS[kind].settings.model_validate({"type": kind, **settings}).model_dump()
    assert declared.items() >= {"type": kind, **settings}.items()
    assert LAYERS[kind]((4,), **{name: value for name, value in declared.items() if name != "type"})


def test_dense_by_hand():
    layer = Dense((2,), units=1, activation="linear")
    layer.bind(
        {"W": np.array([[2.0], [3.0]]), "b": np.array([[4.0]])},
        {"W": np.zeros((2, 1)), "b": np.zeros((1, 1))},
    )
    assert layer.forward(np.array([[1.0, 10], [0, 1]]), training=True).tolist() == [[36], [7]]
    assert layer.backward(np.array([[1.0], [5]])).tolist() == [[2, 3], [10, 15]]
    assert layer.dW.tolist() == [[1], [15]]
    assert layer.db.tolist() == [[6]]


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3, 0.9])
def test_dropout_drops_its_rate_and_keeps_the_expected_sum(rate, rng):
    layer = Dropout((10,), dropout_rate=rate)
    y = layer.forward(np.ones((20000, 10), np.float32), training=True, drawn=layer.draw(rng, 20000))
    assert (y == 0).mean() == pytest.approx(rate, abs=0.005)
    assert np.unique(y[y > 0]) == pytest.approx(np.array([1 / (1 - rate)]))
    assert y.mean() == pytest.approx(1, abs=0.02)


def test_dropout_is_the_identity_at_inference():
    x = np.ones((3, 2))
    assert Dropout((2,), dropout_rate=0.9).forward(x) is x


def test_dropout_without_its_draw_cannot_train():
    with pytest.raises(ValueError, match="Dropout needs what it drew for the epoch"):
        Dropout((2,), dropout_rate=0.3).forward(np.ones((3, 2)), training=True)
