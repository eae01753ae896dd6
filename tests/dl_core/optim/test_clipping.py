import numpy as np
import pytest

from dl_core import Config, Trainer
from dl_core.optim.clipping import CLIPPINGS


def clipped(name, grads, limit):
    grads = np.array(grads, np.float32)
    CLIPPINGS[name].rule(grads, np.float32(limit))
    return grads.tolist()


def test_each_value_is_cut_off_at_the_limit():
    assert clipped("value", [-3, -0.5, 0, 0.5, 7], 1) == [-1, -0.5, 0, 0.5, 1]


def test_a_long_gradient_is_shrunk_and_keeps_its_direction():
    assert clipped("norm", [3, -4], 1) == pytest.approx([0.6, -0.8])


def test_a_short_gradient_stays_as_it_is_to_the_last_bit():
    grads = [0.1, 1 / 3, -0.7]
    assert clipped("norm", grads, 1) == np.array(grads, np.float32).tolist()


@pytest.mark.parametrize("name", CLIPPINGS)
def test_each_of_several_networks_has_its_own_limit(name, rng):
    grads = rng.standard_normal((3, 7)).astype(np.float32)
    limits = np.array([[0.1], [1.0], [5.0]], np.float32)
    together = grads.copy()
    CLIPPINGS[name].rule(together, limits)
    for r in range(3):
        assert together[r].tolist() == clipped(name, grads[r], limits[r, 0])


@pytest.mark.parametrize("name", CLIPPINGS)
def test_what_is_lost_stays_lost(name):
    assert np.isnan(clipped(name, [np.nan, 1], 0.5)[0])


@pytest.mark.parametrize(
    ("name", "length"), [("norm", lambda g: np.sqrt((g**2).sum())), ("value", lambda g: abs(g).max())]
)
def test_no_step_of_training_is_longer_than_the_limit_allows(name, length):
    clipping = {"name": name, "limit": 0.05}
    one = Trainer(Config.parse({"training": {"gradient_clipping": clipping, "l2": 0.1}}))
    for _ in range(20):
        before = one.network.params.astype(float)
        one.train(steps=1)
        assert length(one.network.params - before) <= 0.03 * 0.05 * 1.001


def test_clipping_keeps_a_steep_start_from_exploding():
    document = {
        "data": {"name": "plane", "features": ["x1^2", "x2"]},
        "training": {"optimizer": {"name": "sgd", "learning_rate": 1.0}, "batch_size": 5},
    }
    wild = Trainer(Config.parse(document))
    wild.train(epochs=20)
    assert wild.diverged
    document["training"]["gradient_clipping"] = {"name": "norm", "limit": 0.1}
    calm = Trainer(Config.parse(document))
    calm.train(epochs=20)
    assert not calm.diverged
