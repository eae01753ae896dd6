import itertools

import pytest

from dl_core.rng import PURPOSES, generator


def test_a_draw_is_a_function_of_its_four_numbers():
    assert (
        generator(5, "shuffle", epoch=3).random(4).tolist()
        == generator(5, "shuffle", epoch=3).random(4).tolist()
    )


def test_seed_purpose_epoch_and_layer_all_change_the_draw():
    seen = [
        generator(seed, purpose, epoch=epoch, layer=layer).random()
        for seed, purpose, epoch, layer in itertools.product((0, 1, 2**32 - 1), PURPOSES, (0, 1), (0, 1))
    ]
    assert len(set(seen)) == len(seen)


def test_a_seed_means_the_same_for_ever():
    assert generator(0, "points").integers(0, 2**32, 3).tolist() == [3653403231, 2735729615, 2195314465]
    assert generator(1, "dropout", epoch=2, layer=3).random() == 0.3683701279888981


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_numbers_beyond_one_word_are_refused(seed):
    with pytest.raises(ValueError, match=r"Seed, epoch and layer must be from 0 to 2\*\*32 - 1"):
        generator(seed, "points")
