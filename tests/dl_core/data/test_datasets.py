import numpy as np
import pytest

from dl_core.data.datasets import DATASETS, EXTENT, make

every = pytest.mark.parametrize("name", DATASETS)
classes = pytest.mark.parametrize("name", [name for name, entry in DATASETS.items() if entry.n_classes])
numbers = pytest.mark.parametrize("name", [name for name, entry in DATASETS.items() if not entry.n_classes])


def draw(name, n_samples=500, noise=0.0, n_classes=None, seed=0):
    return make(name, n_samples=n_samples, noise=noise, n_classes=n_classes, seed=seed)


@every
@pytest.mark.parametrize("n_samples", [10, 11, 5000])
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_shapes_dtypes_and_the_same_seed_the_same_bytes(name, n_samples, noise):
    x, y = draw(name, n_samples, noise)
    assert (x.shape, x.dtype) == ((n_samples, 2), np.float32)
    assert (y.shape, y.dtype) == (
        (n_samples, DATASETS[name].n_outputs),
        np.int64 if DATASETS[name].n_classes else np.float32,
    )
    assert np.isfinite(x).all()
    again = draw(name, n_samples, noise)
    assert (x.tobytes(), y.tobytes()) == (again.x.tobytes(), again.y.tobytes())


@every
def test_another_seed_draws_other_points(name):
    assert not np.array_equal(draw(name, seed=1).x, draw(name, seed=2).x)


@every
@pytest.mark.parametrize("noise", [0.0, 0.1, 0.5])
def test_points_lie_in_the_plane_that_is_drawn(name, noise):
    outside = (np.abs(draw(name, 5000, noise).x) > EXTENT).any(axis=1).mean()
    unbounded = name in ("gauss", "blobs")
    assert outside <= (0.03 if unbounded and noise == 0.5 else 0.001 if unbounded else 0)


@classes
@pytest.mark.parametrize("n_samples", [10, 11, 5000])
def test_classes_are_as_large_as_one_another(name, n_samples):
    counts = np.bincount(draw(name, n_samples).y[:, 0])
    assert len(counts) == DATASETS[name].n_classes
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", ["blobs", "pinwheel"])
@pytest.mark.parametrize("n_classes", [2, 3, 8])
def test_the_number_of_classes_may_be_chosen(name, n_classes):
    assert np.unique(draw(name, 50, n_classes=n_classes).y).tolist() == list(range(n_classes))


@every
def test_noise_moves_the_same_points_further(name):
    still, little, much = (draw(name, noise=noise) for noise in (0.0, 0.25, 0.5))
    for none, half, whole in zip(still, little, much, strict=True):
        assert whole - none == pytest.approx(2 * (half - none), abs=1e-5)
    assert not np.array_equal(np.hstack(still), np.hstack(much))


@pytest.mark.parametrize("name", ["circle", "xor", "spiral", "moons", "checkerboard", "rings", "pinwheel"])
def test_noise_that_moves_is_at_most_twice_its_number_along_each_axis(name):
    steps = draw(name, 5000, 0.3).x - draw(name, 5000, 0.0).x
    assert 0.58 < np.abs(steps).max() <= 0.6001
    assert steps.mean() == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(("name", "spread"), [("gauss", 0.7 + 1.8 * 0.2), ("blobs", 0.5 + 1.5 * 0.2)])
def test_noise_that_widens_is_the_clouds_standard_deviation(name, spread):
    x, y = draw(name, 5000, 0.2)
    for c in np.unique(y):
        assert x[y[:, 0] == c].std(axis=0) == pytest.approx(np.full(2, spread), rel=0.06)


@numbers
def test_noise_that_blurs_is_half_its_number_and_leaves_points(name):
    clean, noisy = draw(name, 5000, 0.0), draw(name, 5000, 0.4)
    assert np.array_equal(clean.x, noisy.x)
    assert (noisy.y - clean.y).std() == pytest.approx(0.2, rel=0.05)


@numbers
def test_numbers_lie_between_minus_one_and_one_and_fill_it(name):
    y = draw(name, 5000).y
    assert np.abs(y).max() <= 1.001
    assert np.abs(y).max() > 0.8


# Without noise each pattern is the stated one: a rule that tells the class of every point.
RULES = {
    "circle": lambda x1, x2: np.hypot(x1, x2) < 3,
    "xor": lambda x1, x2: x1 * x2 > 0,
    "checkerboard": lambda x1, x2: (np.floor((x1 + 5) / 2.5) + np.floor((x2 + 5) / 2.5)) % 2,
    "rings": lambda x1, x2: np.digitize(np.hypot(x1, x2), [1.65, 3.55]),
    "moons": lambda x1, x2: (np.abs(np.hypot(x1 + 1.5, x2 + 0.75) - 3) > 0.001) | (x2 < -0.751),
    "spiral": lambda x1, x2: np.cos(np.arctan2(x2, x1) - np.hypot(x1, x2) / 5 * 3.5 * np.pi) < 0,
}


@pytest.mark.parametrize("name", RULES)
def test_without_noise_every_point_follows_the_pattern(name):
    x, y = draw(name, 2000)
    x1, x2 = x.T.astype(float)
    assert np.array_equal(RULES[name](x1, x2).astype(int), y[:, 0])


def test_the_pattern_is_the_right_way_up():
    x, y = draw("moons")
    assert x[y[:, 0] == 0, 1].mean() > 0.5
    assert x[y[:, 0] == 1, 1].mean() < -0.5
    x, y = draw("gauss")
    assert x[y[:, 0] == 1].mean(axis=0) == pytest.approx(np.full(2, 2), abs=0.2)


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("plane", [6, 6], 1),
        ("plane", [-6, 0], -0.5),
        ("multi_gauss", [4, 2.5], 1),
        ("multi_gauss", [0, 2.5], -1),
        ("multi_gauss", [0, -2.5], 1),
        ("multi_gauss", [-4, -2.5], -1),
        ("saddle", [6, 0], 1),
        ("saddle", [3, 6], -0.75),
        ("ripple", [0, 0], 1),
        ("ripple", [0, 2 * np.pi / 3], -np.exp(-np.pi / 9)),
    ],
)
def test_heights_by_hand(name, point, value):
    assert DATASETS[name].recipe(np.array([point], float))[0] == pytest.approx(value, abs=0.01)


@pytest.mark.parametrize(("point", "wind"), [([3, 0], [0, 1]), ([0, -3], [1, 0]), ([0, 0], [0, 0])])
def test_the_swirl_turns_to_the_left_and_is_strongest_at_three(point, wind):
    assert DATASETS["swirl"].recipe(np.array([point], float))[0] == pytest.approx(wind)


@every
def test_every_dataset_has_a_title_and_a_description(name):
    entry = DATASETS[name]
    assert entry.title
    assert entry.description.endswith(".")
    assert any(word in entry.recipe.__doc__ for word in ("Noise moves", "Noise widens", "Noise blurs"))
