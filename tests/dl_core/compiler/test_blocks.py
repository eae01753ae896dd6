"""Blocks follow each other in one flat slab, each contiguous, for one network and for several."""

import numpy as np
import pytest

from dl_core.compiler.blocks import bare, blocks, parted


@pytest.mark.parametrize("axes", [(), (3,)])
def test_blocks_are_contiguous_parts_of_the_slab_and_end_in_ones(axes):
    slab, found = blocks(axes, [2, 4], 5)
    assert [block.whole.shape for block in found] == [(*axes, 3, 5), (*axes, 5, 5)]
    for block in found:
        assert block.whole.flags.c_contiguous
        assert (block.whole[..., -1, :] == 1).all()
        assert (block.rows == 0).all()
        block.rows[...] = 7
    ones = np.count_nonzero(slab == 1)
    assert ones == sum(block.whole[..., -1, :].size for block in found)
    assert np.count_nonzero(slab == 7) == slab.size - ones


def test_parts_share_the_flat_arrays_memory():
    flat = np.arange(10, dtype=np.float32)
    first, second = parted(flat, [(2, 2), (1, 6)])
    first[1, 0], second[0, 5] = -1, -2
    assert flat[2] == -1
    assert flat[9] == -2


def test_a_bare_block_has_no_row_of_ones():
    block = bare((3, 1, 5))
    assert block.rows is block.whole
    assert block.rows.shape == (3, 1, 5)
