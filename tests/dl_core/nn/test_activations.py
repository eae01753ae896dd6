import math

import numpy as np
import pytest

from dl_core.nn.activations import ACTIVATIONS

every = pytest.mark.parametrize("name", ACTIVATIONS)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (2, 5, 3)])
def test_shape_and_dtype_stay_and_no_input_changes(name, dtype, shape, rng):
    f = ACTIVATIONS[name]
    z, da = rng.standard_normal((2, *shape)).astype(dtype)
    kept = z.copy(), da.copy()
    a = f.forward(z)
    dz = f.backward(z, a, da)
    assert (a.shape, a.dtype) == (shape, dtype)
    assert (dz.shape, dz.dtype) == (shape, dtype)
    assert np.array_equal(z, kept[0])
    assert np.array_equal(da, kept[1])


@every
def test_backward_is_the_derivative_of_forward(name, rng, require_gradient):
    f = ACTIVATIONS[name]
    z, da = rng.standard_normal((2, 4, 3))
    require_gradient(lambda z: (f.forward(z) * da).sum(), z, f.backward(z, f.forward(z), da))


@every
@pytest.mark.parametrize("rows", [1, 3, 10, 17])
@pytest.mark.parametrize("units", [1, 2, 5, 8, 33])
def test_networks_side_by_side_equal_each_alone_to_the_bit(name, rows, units, rng):
    f = ACTIVATIONS[name]
    z, da = (3 * rng.standard_normal((2, 4, rows, units))).astype(np.float32)
    a = f.forward(z)
    dz = f.backward(z, a, da)
    for r in range(4):
        alone = f.forward(z[r].copy())
        assert a[r].tobytes() == alone.tobytes()
        assert dz[r].tobytes() == f.backward(z[r].copy(), alone, da[r].copy()).tobytes()


@every
def test_outputs_lie_in_the_stated_range(name):
    low, high = ACTIVATIONS[name].range
    a = ACTIVATIONS[name].forward(np.linspace(-20, 20, 2001)[:, None] * np.array([1.0, 0.5]))
    assert a.min() >= low - 1e-12
    assert a.max() <= high + 1e-12
    if math.isfinite(low):
        assert a.min() == pytest.approx(low, abs=0.06)
    if math.isfinite(high):
        assert a.max() == pytest.approx(high, abs=0.06)


@every
@pytest.mark.parametrize("size", [90, 1e4, 1e12])
def test_huge_logits_overflow_nothing(name, size):
    f = ACTIVATIONS[name]
    z = np.array([[-size, size]], np.float32)
    with np.errstate(over="ignore"):  # z^3 in gelu, z^2 in gaussian and softsign
        a = f.forward(z)
        dz = f.backward(z, a, np.ones_like(z))
    assert np.isfinite(a).all()
    assert np.isfinite(dz).all()


@every
def test_nan_stays_nan(name):
    assert np.isnan(ACTIVATIONS[name].forward(np.full((1, 2), np.nan, np.float32))).all()


@pytest.mark.parametrize("name", [name for name, f in ACTIVATIONS.items() if f.by_exp])
def test_the_form_by_exp_is_the_same_curve(name):
    f = ACTIVATIONS[name]
    z = np.concatenate([np.linspace(-100, 100, 100_001), [-np.inf, np.inf, np.nan]]).astype(np.float32)
    with np.errstate(all="ignore"):
        a = f.by_exp.of(np.exp(f.by_exp.factor * z) + 1)
    np.testing.assert_allclose(a, f.forward(z), rtol=0, atol=1e-6)


def test_tanh_and_sigmoid_have_a_form_by_exp():
    assert ACTIVATIONS["tanh"].by_exp
    assert ACTIVATIONS["sigmoid"].by_exp


@pytest.mark.parametrize(
    ("name", "z", "a"),
    [
        ("relu", -2, 0),
        ("relu", 2, 2),
        ("leaky_relu", -2, -0.02),
        ("leaky_relu", 2, 2),
        ("elu", -1, 1 / math.e - 1),
        ("elu", 2, 2),
        ("selu", -1, 1.0507009873554805 * 1.6732632423543772 * (1 / math.e - 1)),
        ("selu", 2, 2.101401974710961),
        ("gelu", 1, 0.8411919906082768),
        ("gelu", -1, -0.15880800939172324),
        ("silu", 1, math.e / (1 + math.e)),
        ("softplus", 0, math.log(2)),
        ("softplus", 1, math.log(1 + math.e)),
        ("softsign", -3, -0.75),
        ("sigmoid", 0, 0.5),
        ("sigmoid", math.log(3), 0.75),
        ("tanh", math.log(2), 0.6),
        ("sine", math.pi / 6, 0.5),
        ("gaussian", 0, 1),
        ("gaussian", math.sqrt(math.log(2)), 0.5),
        ("step", 0, 0),
        ("step", 0.1, 1),
        ("linear", -3, -3),
    ],
)
def test_values_by_hand(name, z, a):
    assert ACTIVATIONS[name].forward(np.array([[float(z)]]))[0, 0] == pytest.approx(a, rel=1e-12)


def test_softmax_by_hand():
    z = np.log([[1.0, 2, 5], [3, 3, 3]])
    assert ACTIVATIONS["softmax"].forward(z) == pytest.approx(
        np.array([[1, 2, 5], [8 / 3, 8 / 3, 8 / 3]]) / 8
    )
