"""Numbers that follow each other are put together: fewer calls, the same values but for the last bits."""

import numpy as np
import pytest

from dl_core.compiler.codegen import CodeWriter
from dl_core.nn.activations import sigmoid

X, T = np.linspace(-2, 3, 6, dtype=np.float32), np.linspace(-1, 1, 6, dtype=np.float32)


def written(rule, steps=3):
    """What the lines of ``rule(x, t)`` give for the last of so many feeds t, and the functions they call."""
    writer = CodeWriter()
    x, y, t = X.copy(), np.zeros_like(X), np.zeros_like(X)
    writer.feed(t, "t")
    writer.record(rule, x, t, into=y, transposed=False)
    run, source = writer.loop(["t"])
    feed = np.array([i + T for i in range(steps)], np.float32)
    run(feed)
    return y, feed[-1], [line.split("(")[0].strip("0123456789 ") for line in source.splitlines()[2:]]


@pytest.mark.parametrize(
    ("rule", "calls"),
    [
        (lambda x, t: 2 * (3 * x), ["multiply"]),
        (lambda x, t: (2 * x + 1) / 4 - 3, ["multiply", "add"]),
        (lambda x, t: 1 - x, ["subtract"]),
        (lambda x, t: -(x - 1), ["subtract"]),
        (lambda x, t: x - t, ["subtract"]),
        (lambda x, t: t - x, ["subtract"]),
        (lambda x, t: 2 * (x - t) / 10, ["multiply", "add"]),
        (lambda x, t: x + (1 - 2 * t), ["add"]),
        (lambda x, t: x * (1 - 2 * t), ["multiply"]),
        (lambda x, t: (sigmoid(x) - t) / 10, ["multiply", "tanh", "multiply", "add"]),
        (lambda x, t: 2 * x / 0.5 - t, ["multiply", "subtract"]),
        (lambda x, t: x * t, ["multiply"]),
        (lambda x, t: 1 / (2 * x + 9), ["multiply", "add", "divide"]),
        (lambda x, t: (2 * x) * (2 * x), ["multiply", "multiply", "multiply"]),
        (lambda x, t: (x > 0) * t * 2, ["greater", "multiply", "multiply"]),
    ],
)
def test_what_is_left_of_a_rule(rule, calls):
    found, t, names = written(rule)
    np.testing.assert_allclose(found, rule(X, t), rtol=1e-6, atol=1e-6)
    assert names == calls


def test_a_result_that_is_read_twice_is_worked_out_once():
    def rule(x, t):
        half = 0.5 * x
        return half * half

    assert written(rule)[2] == ["multiply", "multiply"]


def test_what_is_read_before_an_array_changes_in_place_is_read_before():
    def rule(x, t):
        before = 2 * x
        x += 1
        return before * x

    x = X.copy()
    found, _, _ = written(rule, steps=1)
    np.testing.assert_allclose(found, 2 * x * (x + 1), rtol=1e-6)


def test_a_kept_result_of_a_feed_alone_is_found():
    writer, t, y = CodeWriter(), np.zeros_like(X), np.zeros_like(X)
    writer.feed(t, "t")
    kept = {}

    def rule(x, t):
        kept["far"] = 1 - t
        return x * kept["far"]

    arrays = writer.record(rule, X, t, into=y, transposed=False, kept=lambda: kept)
    z = np.zeros_like(X)
    writer.record(lambda x, far: x - 2 * far, X, arrays["far"], into=z, transposed=False)
    writer.loop(["t"])[0](np.array([T]))
    np.testing.assert_allclose(y, X * (1 - T), rtol=1e-6)
    np.testing.assert_allclose(z, X - 2 * (1 - T), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e38])
def test_what_is_not_finite_stays_so(value):
    writer, x, y = CodeWriter(), np.array([value], np.float32), np.zeros(1, np.float32)
    writer.record(lambda x: 0 * (1e3 * x - 1) + 1, x, into=y, transposed=False)
    with np.errstate(all="ignore"):
        exec("\n".join(writer.lines), dict(writer.values))
    assert np.isfinite(y).all() == np.isfinite(value)
