"""Recorded rules give the rules' own bits, into arrays that are there already."""

import math
import re

import numpy as np
import pytest

from dl_core import Config
from dl_core.compiler.codegen import CodeWriter
from dl_core.compiler.fast_trainer import FastTrainer
from dl_core.compiler.graph import TracingError
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LOSSES

SHAPES = [(10, 4), (1, 1), (7, 3), (1, 5), (5, 1), (3, 10, 4)]
X = np.ones((2, 2), np.float32)
NOT_KEPT = "sums, or takes maxima, over an axis that is not kept, or is not -1 or -2"
OPTIONS = "calls `np.add` with other options than `out`, or `out` and `where`"


def transposed(rng, shape):
    """Random numbers as the rule sees them, and lying the other way."""
    x = rng.standard_normal(shape).astype(np.float32) * 2
    return x, np.ascontiguousarray(x.mT)


def replay(writer):
    """Run the code once."""
    exec("\n".join(writer.lines), dict(writer.values))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_forward_and_backward(rng, name, shape):
    activation = ACTIVATIONS[name]
    (z, z_t), (da, da_t) = transposed(rng, shape), transposed(rng, shape)
    a = activation.forward(z)
    dz = activation.backward(z, a, da)
    writer = CodeWriter()
    a_t = np.zeros_like(z_t)
    writer.record(activation.forward, z_t, into=a_t)
    writer.record(activation.backward, z_t, a_t, da_t, into=da_t)
    replay(writer)
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
    writer = CodeWriter()
    d_t = np.zeros_like(z_t)
    writer.record(lambda z, t: loss.gradient(z, t, activation), z_t, t_t, into=d_t)
    replay(writer)
    np.testing.assert_allclose(d_t.mT, loss.gradient(z, t, activation), rtol=1e-5, atol=1e-7)


def test_scratch_arrays_are_used_again():
    x, y = np.ones((4, 4), np.float32), np.zeros((4, 4), np.float32)
    writer = CodeWriter()
    for _ in range(3):
        writer.record(lambda x: (x + 1) * (x - 1) * (x * x), x, into=y)
    assert (
        len([name for name in writer.values if name.startswith("scratch")]) == 1
    )  # the other one is y itself


def test_what_a_rule_still_reads_is_not_written_over():
    writer, x, y = CodeWriter(), np.array([2.0, 3.0]), np.array([5.0, 7.0])
    writer.record(lambda x, y, again: (x + y) * (x - y) * again, x, y, y, into=y, transposed=False)
    exec("\n".join(writer.lines), dict(writer.values))
    assert np.array_equal(y, [(2 + 5) * (2 - 5) * 5, (3 + 7) * (3 - 7) * 7])


def test_the_source_is_straight_lines_over_local_names():
    x, y = np.ones(3, np.float32), np.zeros(3, np.float32)
    writer = CodeWriter()
    writer.feed(x, "x")
    writer.record(lambda x: 1 - x * x, x, into=y, transposed=False)
    run, source = writer.loop(["x"])
    run(np.array([[1, 2, 3], [2, 3, 4]], np.float32))
    assert np.array_equal(y, [-3, -8, -15])
    assert [line.split("(")[0].strip() for line in source.splitlines()[2:]] == ["multiply", "subtract"]


def branches(x):
    if (x > 0).any():
        return x
    return 0 * x


@pytest.mark.parametrize(
    ("rule", "deed"),
    [
        (lambda x: x if x > 0 else -x, "branches on the values of an array"),
        (lambda x: x * bool(x), "branches on the values of an array"),
        (lambda x: x > 0 and x, "branches on the values of an array"),
        (lambda x: max(x, 0), "branches on the values of an array"),
        (branches, "uses `.any` of an array"),
        (lambda x: sum(x), "goes through an array entry by entry"),
        (lambda x: [y for y in x], "goes through an array entry by entry"),
        (lambda x: 1 in x, "goes through an array entry by entry"),
        (lambda x: x[0], "indexes an array"),
        (lambda x: x[x > 0], "indexes an array"),
        (lambda x: x.__setitem__(0, 1), "indexes an array"),
        (lambda x: x * len(x), "takes the `len` of an array (its `shape` may be used)"),
        (lambda x: x * float(x), "makes a number of an array"),
        (lambda x: x * int(x), "makes a number of an array"),
        (lambda x: x * math.sqrt(x), "makes a number of an array"),
        (lambda x: list(range(x)), "makes a number of an array"),
        (lambda x: np.asarray(x), "makes another array of an array"),
        (lambda x: np.array([x, x]), None),
        (lambda x: x @ np.eye(2), "multiplies matrices (`np.matmul`)"),
        (lambda x: np.eye(2) @ x, "multiplies matrices (`np.matmul`)"),
        (lambda x: x @ x, "multiplies matrices (`np.matmul`)"),
        (lambda x: np.dot(x, x), "calls `np.dot`"),
        (lambda x: np.add.reduce(x), "calls `np.add.reduce`"),
        (lambda x: np.sort(x), "calls `np.sort`"),
        (lambda x: np.sum(x, axis=-1, keepdims=True), "calls `np.sum`"),
        (lambda x: np.where(x > 0), "calls `np.where`"),
        (lambda x: np.clip(x, 0, 1, out=x), "calls `np.clip`"),
        (lambda x: np.modf(x)[0], "calls `np.modf`, which has several results"),
        (lambda x: np.add(x, 1, dtype=np.float64), OPTIONS),
        (lambda x: np.add(x, 1, where=x > 0), OPTIONS),
        (lambda x: np.add(x, 1, out=X + 0), "writes into an array that is not one of its arguments"),
        (lambda x: x.mT, "uses `.mT` of an array"),
        (lambda x: x.reshape(-1), "uses `.reshape` of an array"),
        (lambda x: x.sum(axis=-1), NOT_KEPT),
        (lambda x: x.sum(axis=1, keepdims=True), NOT_KEPT),
        (lambda x: x.max(axis=0, keepdims=True), NOT_KEPT),
    ],
)
@pytest.mark.parametrize("transposed", [True, False])
def test_what_has_no_place_in_a_trace_is_refused_with_a_sentence(rule, deed, transposed):
    writer, x = CodeWriter(), np.ones((2, 2), np.float32)
    with pytest.raises(TracingError) as refusal:
        writer.record(rule, x, into=np.ones((2, 2), np.float32), transposed=transposed)
    assert str(refusal.value) == (
        f"`{rule.__qualname__}` cannot be recorded: it {deed or refusal.value.deed}. "
        "Write it with elementwise functions of whole arrays, `np.where`, `np.clip`, "
        "and `.sum` or `.max` over axis -1 or -2 with `keepdims=True`."
    )
    assert writer.lines == []


def test_a_refusal_names_the_innermost_rule():
    def inner(x):
        return np.where(x[0] > 0, x, 0)

    with pytest.raises(TracingError, match=r"^`test_.*<locals>\.inner` cannot be recorded: it indexes"):
        CodeWriter().record(lambda x: 2 * inner(x), X, into=X, transposed=False)


def test_a_trainer_refuses_an_activation_that_branches(monkeypatch):
    def hinge(z):
        return z if (z > 0).all() else np.maximum(z, 0)

    entry = ACTIVATIONS["relu"]._replace(forward=hinge)
    monkeypatch.setitem(ACTIVATIONS, "relu", entry)
    trainer = FastTrainer(Config.parse({"model": {"layers": [{"type": "dense", "activation": "relu"}]}}))
    with pytest.raises(
        TracingError, match=r"hinge` cannot be recorded: it uses `\.all` of an array\. Write it"
    ):
        trainer.train(steps=1)


def test_numbers_of_a_rule_may_be_arrays_as_the_rule_sees_them(rng):
    """They are stored the other way round, like everything else."""
    x, x_t = transposed(rng, (4, 4))
    by_unit, by_sample = (
        rng.standard_normal(4).astype(np.float32),
        rng.standard_normal((4, 1)).astype(np.float32),
    )

    def rule(x):
        return np.where(x > by_unit, x * by_unit + by_sample, by_sample)

    y_t, writer = np.zeros_like(x_t), CodeWriter()
    writer.record(rule, x_t, into=y_t)
    replay(writer)
    np.testing.assert_allclose(y_t.T, rule(x), rtol=1e-6)


@pytest.mark.parametrize("result", [1.5, True, np.float64(2), np.arange(6.0).reshape(3, 2)])
def test_a_rule_may_give_numbers_that_depend_on_nothing(result):
    y, writer = np.zeros((2, 3), np.float32), CodeWriter()
    writer.record(lambda x: result, np.ones((2, 3), np.float32), into=y)
    replay(writer)
    assert np.array_equal(y.T, np.broadcast_to(result, (3, 2)))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("axis", [-1, -2])
def test_a_sum_over_a_batch_or_its_features_is_a_product(rng, shape, axis):
    x, x_t = transposed(rng, shape)
    sums = x.sum(axis=axis, keepdims=True)
    found = np.zeros_like(sums.mT)
    writer = CodeWriter()
    writer.record(lambda x: x.sum(axis=axis, keepdims=True), x_t, into=found)
    replay(writer)
    np.testing.assert_allclose(found.mT, sums, rtol=1e-5, atol=1e-6)
    (line,) = writer.lines
    assert re.match(r"\w+_dot\(" if len(shape) == 2 else r"matmul\(", line)
