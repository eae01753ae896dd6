"""Blocks follow each other in one flat array, each contiguous, for one network and for several."""

import numpy as np
import pytest

from dl_core.compiler.blocks import block_without_ones, blocks, split_flat


@pytest.mark.parametrize("axes", [(), (3,)])
def test_blocks_are_contiguous_parts_of_the_flat_array_and_end_in_ones(axes):
    flat, found = blocks(axes, [2, 4], 5)
    assert [block.with_ones.shape for block in found] == [(*axes, 3, 5), (*axes, 5, 5)]
    for block in found:
        assert block.with_ones.flags.c_contiguous
        assert (block.with_ones[..., -1, :] == 1).all()
        assert (block.values == 0).all()
        block.values[...] = 7
    ones = np.count_nonzero(flat == 1)
    assert ones == sum(block.with_ones[..., -1, :].size for block in found)
    assert np.count_nonzero(flat == 7) == flat.size - ones


def test_parts_share_the_flat_arrays_memory():
    flat = np.arange(10, dtype=np.float32)
    first, second = split_flat(flat, [(2, 2), (1, 6)])
    first[1, 0], second[0, 5] = -1, -2
    assert flat[2] == -1
    assert flat[9] == -2


def test_a_block_may_have_no_row_of_ones():
    block = block_without_ones((3, 1, 5))
    assert block.values is block.with_ones
    assert block.values.shape == (3, 1, 5)
