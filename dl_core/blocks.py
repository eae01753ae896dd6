"""Numbers of a batch, features by samples, above a row of ones; and the products that are taken of them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dl_core.arrays import Array
from dl_core.lines import Lines


class Block(NamedTuple):
    """Numbers of a batch: `whole` ([R,] features + 1, B) ends in the row of ones, `rows` is what is above."""

    rows: Array
    whole: Array


def blocks(axes: tuple[int, ...], features: Sequence[int], batch: int) -> tuple[Array, list[Block]]:
    """Blocks ([R,] features + 1, B) one below the other, and the slab that they are part of."""
    slab = np.zeros((*axes, sum(features) + len(features), batch), np.float32)
    found = []
    start = 0
    for n in features:
        whole = slab[..., start : start + n + 1, :]
        whole[..., -1, :] = 1
        found.append(Block(whole[..., :-1, :], whole))
        start += n + 1
    return slab, found


def block(shape: tuple[int, ...]) -> Block:
    """A block for ([R,] features, B)."""
    *axes, features, batch = shape
    return blocks(tuple(axes), [features], batch)[1][0]


def fed(lines: Lines, x: Array) -> Block:
    """The first argument of the lines' function, which is like `x`, above a row of ones."""
    found = Block(x[..., :-1, :], x)
    lines.feed(found.whole, "row0")
    lines.feed(found.rows, "row0[..., :-1, :]")
    return found


def product(lines: Lines, a: Array, b: Array, out: Array) -> None:
    """Append ``out[...] = a @ b``.

    A bound `dot` is the cheapest product of two matrices; `matmul` serves R of them, each the same to the
    bit.
    """
    if out.ndim == 2:
        lines.dot(a, b, out)
    else:
        lines.call(np.matmul, a, b, out)
