import math

import numpy as np
import pytest

from dl_core.optim.optimizers import OPTIMIZERS

every = pytest.mark.parametrize("name", OPTIMIZERS)


def defaults(name):
    fields = OPTIMIZERS[name].settings.model_fields
    return {key: field.default for key, field in fields.items() if key != "name"}


# Constants at which every symbol of the rule changes the answer.
@pytest.mark.parametrize(
    ("name", "hyper", "gradients", "expected"),
    [
        ("sgd", {"learning_rate": 0.25}, [2, -4], [0.5, 1.5]),
        ("momentum", {"learning_rate": 0.25, "momentum": 0.5}, [2, 4, 1], [0.5, -0.75, -1.625]),
        # v = 2, 5, 3.5: p = 1 - (2 + 1)/4, then 0.25 - (4 + 2.5)/4, then -1.375 - (1 + 1.75)/4
        ("nesterov", {"learning_rate": 0.25, "momentum": 0.5}, [2, 4, 1], [0.25, -1.375, -2.0625]),
        # v = 16, then 25: p = 1 - 2/5, then 0.6 - 1.5/6
        ("adagrad", {"learning_rate": 0.5, "epsilon": 1}, [4, 3], [0.6, 0.35]),
        # v = 16/4 = 4, then 3 + 4/4 = 4: p = 1 - 2/3, then 1/3 - 1/3
        ("rmsprop", {"learning_rate": 0.5, "rho": 0.75, "epsilon": 1}, [4, 2], [1 / 3, 0]),
        # m' = 4, v' = 16; then m = 2, v = 4, m' = 8/3, v' = 64/7
        (
            "adam",
            {"learning_rate": 0.5, "beta1": 0.5, "beta2": 0.75, "epsilon": 1},
            [4, 2],
            [0.6, 0.6 - (4 / 3) / (8 / math.sqrt(7) + 1)],
        ),
        # Adam's steps of 2/5 and (4/3)/(8/sqrt(7) + 1), each from 7/8 of where it stood
        (
            "adamw",
            {"learning_rate": 0.5, "beta1": 0.5, "beta2": 0.75, "epsilon": 1, "weight_decay": 0.25},
            [4, 2],
            [0.475, 0.475 * 0.875 - (4 / 3) / (8 / math.sqrt(7) + 1)],
        ),
    ],
)
@pytest.mark.parametrize("shape", [(1,), (3, 1)])
def test_steps_by_hand(name, hyper, gradients, expected, shape):
    params = np.ones(shape)
    optimizer = OPTIMIZERS[name](params, **hyper)
    for gradient, value in zip(gradients, expected, strict=True):
        optimizer.step(params, np.full(shape, float(gradient)))
        assert params == pytest.approx(np.full(shape, value), rel=1e-12, abs=1e-15)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_params_change_in_place_and_nothing_else(name, dtype, rng):
    params, grads = rng.standard_normal((2, 7)).astype(dtype)
    before, kept = params.copy(), grads.copy()
    optimizer = OPTIMIZERS[name](params, **defaults(name))
    for _ in range(3):
        optimizer.step(params, grads)
    assert params.dtype == dtype
    assert all(getattr(optimizer, slot).dtype == dtype for slot in optimizer.slots)
    assert np.array_equal(grads, kept)
    assert (params != before).all()


@every
def test_its_settings_are_its_hyper_parameters(name):
    settings = OPTIMIZERS[name].settings.model_validate({"name": name})
    optimizer = OPTIMIZERS[name](np.zeros(3), **settings.model_dump(exclude={"name"}))
    assert all(getattr(optimizer, key) == value for key, value in defaults(name).items())


@every
@pytest.mark.parametrize("size", [1, 3, 25, 1000])
def test_networks_with_numbers_of_their_own_equal_each_alone_to_the_bit(name, size, rng):
    n_networks = 4
    params = rng.standard_normal((n_networks, size)).astype(np.float32)
    hyper = {
        key: np.array([value * factor for factor in (1, 0.9, 0.7, 0.31)])[:, None]
        for key, value in defaults(name).items()
    }
    gradients = rng.standard_normal((20, n_networks, size)).astype(np.float32)
    gradients[7, 2] = np.inf
    alone = []
    for r in range(n_networks):
        alone.append(params[r].copy())
        optimizer = OPTIMIZERS[name](alone[r], **{key: value[r, 0] for key, value in hyper.items()})
        with np.errstate(invalid="ignore"):
            for gradient in gradients:
                optimizer.step(alone[r], gradient[r].copy())
    together = OPTIMIZERS[name](params, **hyper)
    with np.errstate(invalid="ignore"):
        for gradient in gradients:
            together.step(params, gradient)
    assert np.isfinite(params).all(axis=-1).tolist() == [True, True, False, True]
    for r in (0, 1, 3):
        assert params[r].tobytes() == alone[r].tobytes()


@every
def test_it_finds_the_bottom_of_a_bowl(name):
    params = np.array([3.0, -2.0])
    rate = 1.0 if name == "adagrad" else 0.05  # its steps only shrink
    optimizer = OPTIMIZERS[name](params, **{**defaults(name), "learning_rate": rate})
    for _ in range(500):
        optimizer.step(params, params * [1, 4])
    assert np.abs(params).max() < 0.06


def test_adam_in_float32_follows_adam_in_float64(rng):
    start, gradients = rng.standard_normal(50), rng.standard_normal((300, 50))
    results = []
    for dtype in (np.float32, np.float64):
        params = start.astype(dtype)
        optimizer = OPTIMIZERS["adam"](params, **defaults("adam"))
        for gradient in gradients:
            optimizer.step(params, gradient.astype(dtype))
        results.append(params)
    assert results[0] == pytest.approx(results[1], rel=1e-5, abs=1e-6)
