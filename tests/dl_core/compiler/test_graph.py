"""Recorded rules give the rules' own bits, into arrays that are there already."""

import numpy as np
import pytest

from dl_core.compiler.codegen import Lines
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LOSSES

SHAPES = [(10, 4), (1, 1), (7, 3), (1, 5), (5, 1), (3, 10, 4)]


def transposed(rng, shape):
    """Random numbers as the rule sees them, and lying the other way."""
    x = rng.standard_normal(shape).astype(np.float32) * 2
    return x, np.ascontiguousarray(x.mT)


def replay(lines):
    """Run the lines once."""
    exec("\n".join(lines.lines), dict(lines.values))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_forward_and_backward(rng, name, shape):
    activation = ACTIVATIONS[name]
    (z, z_t), (da, da_t) = transposed(rng, shape), transposed(rng, shape)
    a = activation.forward(z)
    dz = activation.backward(z, a, da)
    lines = Lines()
    a_t = np.zeros_like(z_t)
    lines.record(activation.forward, z_t, into=a_t)
    lines.record(activation.backward, z_t, a_t, da_t, into=da_t)
    replay(lines)
    # Sums over more than eight units may round otherwise: NumPy adds neighbours in pairs.
    exact = activation.slope is not None
    for mine, hers in ((a_t, a), (da_t, dz)):
        assert np.array_equal(mine.mT, hers) if exact else np.allclose(mine.mT, hers, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("name", "output"), [(n, o) for n, x in LOSSES.items() for o in x.activations or ["tanh"]]
)
def test_every_loss(rng, name, output, shape):
    loss, activation = LOSSES[name], ACTIVATIONS[output]
    (z, z_t), (t, t_t) = transposed(rng, shape), transposed(rng, shape)
    lines = Lines()
    d_t = np.zeros_like(z_t)
    lines.record(lambda z, t: loss.gradient(z, t, activation), z_t, t_t, into=d_t)
    replay(lines)
    np.testing.assert_allclose(d_t.mT, loss.gradient(z, t, activation), rtol=1e-5, atol=1e-7)


def test_scratch_arrays_are_used_again():
    x, y = np.ones((4, 4), np.float32), np.zeros((4, 4), np.float32)
    lines = Lines()
    for _ in range(3):
        lines.record(lambda x: (x + 1) * (x - 1) * (x * x), x, into=y)
    assert len([name for name in lines.values if name.startswith("t")]) == 1  # the other one is y itself


def test_what_a_rule_still_reads_is_not_written_over():
    lines, x, y = Lines(), np.array([2.0, 3.0]), np.array([5.0, 7.0])
    lines.record(lambda x, y, again: (x + y) * (x - y) * again, x, y, y, into=y, transposed=False)
    exec("\n".join(lines.lines), dict(lines.values))
    assert np.array_equal(y, [(2 + 5) * (2 - 5) * 5, (3 + 7) * (3 - 7) * 7])


def test_the_source_is_straight_lines_over_local_names():
    x, y = np.ones(3, np.float32), np.zeros(3, np.float32)
    lines = Lines()
    lines.feed(x, "row0")
    lines.record(lambda x: 1 - x * x, x, into=y, transposed=False)
    run, source = lines.loop(1)
    run(np.array([[1, 2, 3], [2, 3, 4]], np.float32))
    assert np.array_equal(y, [-3, -8, -15])
    assert [line.split("(")[0].strip() for line in source.splitlines()[2:]] == ["multiply1", "subtract3"]


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (lambda x: np.add.reduce(x), "add"),
        (lambda x: np.sort(x), "sort"),
        (lambda x: np.modf(x)[0], "modf"),
        (lambda x: np.add(x, 1, casting="unsafe"), "add"),
    ],
)
def test_what_cannot_be_recorded_says_so(rule, name):
    with pytest.raises(TypeError, match=f"`{name}` cannot be recorded"):
        Lines().record(rule, np.ones((2, 2), np.float32), into=np.ones((2, 2), np.float32))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("axis", [-1, -2])
def test_a_sum_over_a_batch_or_its_features_is_a_product(rng, shape, axis):
    x, x_t = transposed(rng, shape)
    sums = x.sum(axis=axis, keepdims=True)
    found = np.zeros_like(sums.mT)
    lines = Lines()
    lines.record(lambda x: x.sum(axis=axis, keepdims=True), x_t, into=found)
    replay(lines)
    np.testing.assert_allclose(found.mT, sums, rtol=1e-5, atol=1e-6)
    assert [line.split("(")[0].rstrip("0123456789") for line in lines.lines] == [
        "dot" if len(shape) == 2 else "matmul"
    ]
