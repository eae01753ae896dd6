"""Blocks follow each other in one flat array, each contiguous, for one network and for several."""

import numpy as np
import pytest

from dl_core.compiler.blocks import blocks


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
