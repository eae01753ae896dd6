import math

import numpy as np
import pytest

from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LOSSES

PAIRS = [
    (loss, activation)
    for loss, entry in LOSSES.items()
    for activation in ACTIVATIONS
    if not entry.activations or activation in entry.activations
]
every = pytest.mark.parametrize(("loss", "activation"), PAIRS)


def drawn(rng, shape, dtype=np.float64):
    """Logits, and one-hot targets, which suit every loss."""
    z = 2 * rng.standard_normal(shape)
    t = np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])]
    return z.astype(dtype), t.astype(dtype)


@every
@pytest.mark.parametrize("units", [1, 4])
def test_gradient_is_the_derivative_of_value(loss, activation, units, rng, require_gradient):
    f = ACTIVATIONS[activation]
    z, t = drawn(rng, (6, units))
    require_gradient(lambda z: LOSSES[loss].value(z, t, f), z, LOSSES[loss].gradient(z, t, f))


@every
@pytest.mark.parametrize("rows", [1, 3, 10])
@pytest.mark.parametrize("units", [1, 3, 8])
def test_networks_side_by_side_equal_each_alone_to_the_bit(loss, activation, rows, units, rng):
    f = ACTIVATIONS[activation]
    z, t = drawn(rng, (5, rows, units), np.float32)
    value, gradient = LOSSES[loss].value(z, t, f), LOSSES[loss].gradient(z, t, f)
    assert (value.shape, value.dtype) == ((5,), np.float32)
    assert (gradient.shape, gradient.dtype) == (z.shape, np.float32)
    for r in range(5):
        assert value[r] == LOSSES[loss].value(z[r].copy(), t[r].copy(), f)
        assert gradient[r].tobytes() == LOSSES[loss].gradient(z[r].copy(), t[r].copy(), f).tobytes()


@every
def test_no_input_changes(loss, activation, rng):
    z, t = drawn(rng, (6, 3))
    kept = z.copy(), t.copy()
    LOSSES[loss].value(z, t, ACTIVATIONS[activation])
    LOSSES[loss].gradient(z, t, ACTIVATIONS[activation])
    assert np.array_equal(z, kept[0])
    assert np.array_equal(t, kept[1])


@every
def test_it_is_the_mean_over_the_batch(loss, activation, rng):
    f = ACTIVATIONS[activation]
    z, t = drawn(rng, (6, 3))
    single = [LOSSES[loss].value(z[i : i + 1], t[i : i + 1], f) for i in range(6)]
    assert LOSSES[loss].value(z, t, f) == pytest.approx(np.mean(single))
    twice = LOSSES[loss].gradient(np.concatenate([z, z]), np.concatenate([t, t]), f)
    assert 2 * twice[:6] == pytest.approx(LOSSES[loss].gradient(z, t, f))


LN2, LN3, LN4, LN5 = (math.log(n) for n in (2, 3, 4, 5))
BCE, CCE = "binary_cross_entropy", "categorical_cross_entropy"


@pytest.mark.parametrize(
    ("loss", "activation", "z", "t", "value", "gradient"),
    [
        ("mse", "linear", [[3.0], [1.0]], [[1.0], [4.0]], 6.5, [[2.0], [-3.0]]),
        ("mse", "linear", [[3.0, 1.0]], [[1.0, 4.0]], 6.5, [[2.0, -3.0]]),
        ("mae", "linear", [[3.0], [1.0]], [[1.0], [4.0]], 2.5, [[0.5], [-0.5]]),
        ("huber", "linear", [[3.0], [1.0]], [[1.0], [1.5]], (1.5 + 0.125) / 2, [[0.5], [-0.25]]),
        ("mse", "sigmoid", [[LN3]], [[0.0]], 0.5625, [[2 * 0.75 * 0.75 * 0.25]]),
        (BCE, "sigmoid", [[LN3], [LN3]], [[1.0], [0.0]], (LN4 - LN3 + LN4) / 2, [[-0.125], [0.375]]),
        (BCE, "sigmoid", [[0.0, LN3]], [[1.0, 0.0]], (LN2 + LN4) / 2, [[-0.25], [0.375]]),
        (CCE, "softmax", [[0.0, LN2, LN5]], [[0.0, 1.0, 0.0]], LN4, [[1 / 8, -6 / 8, 5 / 8]]),
    ],
)
def test_values_by_hand(loss, activation, z, t, value, gradient):
    f, z, t = ACTIVATIONS[activation], np.array(z), np.array(t)
    assert LOSSES[loss].value(z, t, f) == pytest.approx(value, rel=1e-12)
    assert LOSSES[loss].gradient(z, t, f).ravel() == pytest.approx(np.ravel(gradient), rel=1e-12)


@pytest.mark.parametrize(
    ("loss", "activation"), [("binary_cross_entropy", "sigmoid"), ("categorical_cross_entropy", "softmax")]
)
def test_certain_and_wrong_costs_much_but_finite(loss, activation):
    z = np.array([[-1e4, 1e4]], np.float32)
    t = np.array([[1, 0]], np.float32)
    assert LOSSES[loss].value(z, t, ACTIVATIONS[activation]) in (1e4, 2e4)
    assert np.isfinite(LOSSES[loss].gradient(z, t, ACTIVATIONS[activation])).all()


def test_cross_entropy_in_float32_is_exact_near_certainty():
    z, t = np.array([[20.0]], np.float32), np.array([[1.0]], np.float32)
    value = LOSSES["binary_cross_entropy"].value(z, t, ACTIVATIONS["sigmoid"])
    assert value == pytest.approx(math.log1p(math.exp(-20)), rel=1e-6)
