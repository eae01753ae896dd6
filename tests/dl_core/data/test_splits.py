import numpy as np
import pytest

from dl_core.data.datasets import Samples, make
from dl_core.data.splits import SPLITS, sizes_of, split


@pytest.mark.parametrize(
    ("n_samples", "train", "validation", "sizes"),
    [
        (500, 0.5, 0.25, (250, 125, 125)),
        (10, 1.0, 0.0, (10, 0, 0)),
        (11, 0.5, 0.5, (6, 5, 0)),
        (10, 0.33, 0.33, (3, 4, 3)),
        (5000, 0.1, 0.2, (500, 1000, 3500)),
    ],
)
def test_sizes_are_the_stated_shares_and_sum_to_all(n_samples, train, validation, sizes):
    assert sizes_of(n_samples, train, validation) == sizes
    assert sum(sizes) == n_samples


@pytest.mark.parametrize("name", ["circle", "pinwheel", "plane"])
@pytest.mark.parametrize("sizes", [(250, 125, 125), (500, 0, 0), (1, 0, 499), (333, 167, 0)])
def test_every_sample_lands_in_exactly_one_part(name, sizes):
    samples = make(name, n_samples=500, noise=0.1, n_classes=None, seed=1)
    parts = split(samples, sizes, seed=1, stratified=name != "plane")
    assert list(parts) == list(SPLITS)
    assert tuple(len(part.x) for part in parts.values()) == sizes
    dealt = np.concatenate([np.hstack([part.x, part.y]) for part in parts.values()])
    assert np.array_equal(np.sort(dealt, axis=0), np.sort(np.hstack(samples), axis=0))


@pytest.mark.parametrize("n_classes", [2, 3, 8])
@pytest.mark.parametrize("sizes", [(50, 25, 26), (10, 20, 71), (8, 8, 85)])
def test_each_part_gets_its_share_of_every_class(n_classes, sizes):
    samples = make("blobs", n_samples=101, noise=0.0, n_classes=n_classes, seed=2)
    for part in split(samples, sizes, seed=2, stratified=True).values():
        counts = np.bincount(part.y[:, 0], minlength=n_classes)
        assert counts.max() - counts.min() <= 2
        assert counts.min() >= 1


def test_uneven_classes_keep_their_shares():
    y = np.repeat([0, 1], [90, 10])[:, None]
    samples = Samples(np.zeros((100, 2), np.float32), y)
    parts = split(samples, (50, 30, 20), seed=0, stratified=True)
    assert [int(part.y.sum()) for part in parts.values()] == [5, 3, 2]


def test_the_seed_deals():
    samples = make("plane", n_samples=50, noise=0.0, n_classes=None, seed=0)
    one, two, three = (split(samples, (20, 20, 10), seed=seed, stratified=False) for seed in (1, 1, 2))
    assert np.array_equal(one["train"].x, two["train"].x)
    assert not np.array_equal(one["train"].x, three["train"].x)
