"""Numbers of a batch as blocks: features by samples, with a row of ones below.

Each block is contiguous. Because of the ones, a product with ``V = [W; b]`` includes the bias.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.codegen import CodeWriter
from dl_core.nn.layers.layer import Layer, Shape


class Block(NamedTuple):
    """`values` ([R,] features, B) are the upper rows of `with_ones`, an array ([R,] features + 1, B).

    A block without a row of ones has the same array twice.
    """

    values: Array
    with_ones: Array


def blocks(axes: Shape, features: Sequence[int], batch: int) -> tuple[Array, list[Block]]:
    """Blocks of the given numbers of features, and the flat array in which they follow each other."""
    shapes = [(*axes, n + 1, batch) for n in features]
    flat = np.zeros(sum(map(math.prod, shapes)), np.float32)
    views = split_flat(flat, shapes)
    for view in views:
        view[..., -1, :] = 1
    return flat, [Block(view[..., :-1, :], view) for view in views]


def split_flat(flat: Array, shapes: Sequence[Shape]) -> list[Array]:
    """Views of those shapes, one after the other, into a flat array."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends), shapes, strict=True)]


def block(shape: Shape) -> Block:
    """A block for values of shape ([R,] features, B)."""
    *axes, features, batch = shape
    return blocks(tuple(axes), [features], batch)[1][0]


def block_without_ones(shape: Shape) -> Block:
    """A block for what no product reads as its inputs."""
    values = np.zeros(shape, np.float32)
    return Block(values, values)


def input_block(writer: CodeWriter, x: Array) -> Block:
    """The block of a feed "x", whose rows are arrays like `x`, ones included."""
    inputs = Block(x[..., :-1, :], x)
    writer.feed(inputs.with_ones, "x")
    writer.feed(inputs.values, "x[..., :-1, :]")
    return inputs


def as_samples(values: Array, shape: Shape) -> Array:
    """A view ([R,] B, *shape) of values ([R,] features, B)."""
    *axes, _, batch = values.shape
    return values.mT.reshape(*axes, batch, *shape)


def as_features(samples: Array, shape: Shape) -> Array:
    """Samples ([R,] B, *shape) as ([R,] features, B)."""
    leading = samples.shape[: samples.ndim - len(shape)]
    return samples.reshape(*leading, math.prod(shape)).mT


def affine_matrix(flat: Array, layer: Layer, start: int) -> Array:
    """``V = [W; b]`` of a dense layer, ([R,] in + 1, units): a view of a flat vector from `start`."""
    rows, columns = layer.shapes["W"]
    return flat[..., start : start + (rows + 1) * columns].reshape(*flat.shape[:-1], rows + 1, columns)
