import math

import numpy as np
import pytest

from dl_core.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS

every = pytest.mark.parametrize("name", INITIALIZERS)
SHAPES = [(1, 1), (1, 7), (9, 1), (3, 5), (5, 3), (128, 128)]


@every
@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_seed_draws_the_same_finite_numbers(name, shape):
    draw = INITIALIZERS[name]
    one, two = (draw(np.random.default_rng(3), shape) for _ in range(2))
    assert one.shape == shape
    assert np.isfinite(one).all()
    assert one.tobytes() == two.tobytes()


@every
def test_another_seed_draws_other_numbers(name):
    one, two = (INITIALIZERS[name](np.random.default_rng(seed), (4, 3)) for seed in (1, 2))
    assert np.array_equal(one, two) == (name in ("zeros", "constant"))


SPREAD = {
    "zeros": 0,
    "constant": 0,
    "normal": 0.5,
    "uniform": 0.5 / math.sqrt(3),
    "lecun_normal": math.sqrt(1 / 100),
    "glorot_uniform": math.sqrt(2 / 400),
    "glorot_normal": math.sqrt(2 / 400),
    "he_uniform": math.sqrt(2 / 100),
    "he_normal": math.sqrt(2 / 100),
    "orthogonal": math.sqrt(1 / 300),
}


@every
def test_the_spread_is_the_stated_one(name):
    drawn = INITIALIZERS[name](np.random.default_rng(0), (100, 300))
    assert drawn.std() == pytest.approx(SPREAD[name], rel=0.02, abs=1e-15)
    assert drawn.mean() == pytest.approx(0.1 if name == "constant" else 0, abs=0.01)


@pytest.mark.parametrize(
    ("name", "limit"), [("glorot_uniform", math.sqrt(6 / 400)), ("he_uniform", math.sqrt(6 / 100))]
)
def test_uniform_draws_keep_within_their_limit(name, limit):
    drawn = np.abs(INITIALIZERS[name](np.random.default_rng(0), (100, 300)))
    assert limit * 0.999 < drawn.max() <= limit


@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonal_keeps_lengths(shape):
    q = INITIALIZERS["orthogonal"](np.random.default_rng(0), shape)
    product = q.T @ q if shape[0] >= shape[1] else q @ q.T
    assert product == pytest.approx(np.eye(min(shape)), abs=1e-12)


def test_biases_have_fewer_choices():
    assert list(BIAS_INITIALIZERS) == ["zeros", "constant", "normal", "uniform"]
