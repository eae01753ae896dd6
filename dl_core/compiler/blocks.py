"""Numbers of a batch, features by samples, above a row of ones; and the products that are taken of them."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.codegen import Lines


class Block(NamedTuple):
    """Numbers of a batch: `whole` ([R,] features + 1, B) ends in the row of ones, `rows` is what is above."""

    rows: Array
    whole: Array


def blocks(axes: tuple[int, ...], features: Sequence[int], batch: int) -> tuple[Array, list[Block]]:
    """Blocks ([R,] features + 1, B), each contiguous, and the flat slab that they follow each other in."""
    shapes = [(*axes, n + 1, batch) for n in features]
    slab = np.zeros(sum(map(math.prod, shapes)), np.float32)
    found = []
    for whole in parted(slab, shapes):
        whole[..., -1, :] = 1
        found.append(Block(whole[..., :-1, :], whole))
    return slab, found


def parted(slab: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    """Arrays of those shapes, one after the other in a flat one."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(slab, ends), shapes, strict=True)]


def block(shape: tuple[int, ...]) -> Block:
    """A block for ([R,] features, B)."""
    *axes, features, batch = shape
    return blocks(tuple(axes), [features], batch)[1][0]


def bare(shape: tuple[int, ...]) -> Block:
    """A block without the row of ones, for what no product reads as inputs; so all of it is contiguous."""
    rows = np.zeros(shape, np.float32)
    return Block(rows, rows)


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
