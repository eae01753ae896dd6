import numpy as np
import pytest

from dl_core import Config, Trainer

DROPOUT = {"layers": [{"type": "dense"}, {"type": "dropout", "dropout_rate": 0.3}]}


def drawn(epoch, *configs):
    configs = [Config.parse(config) for config in configs]
    trainer = Trainer(configs if len(configs) > 1 else configs[0])
    return trainer.epochs.draw(epoch), trainer


def test_each_epoch_visits_every_training_sample_once_in_an_order_of_its_own():
    first, trainer = drawn(0, {})
    second, _ = drawn(1, {})
    train = trainer.data[0].x["train"]
    assert np.array_equal(np.sort(first.x, axis=0), np.sort(train, axis=0))
    assert not np.array_equal(first.x, second.x)
    assert np.array_equal(first.x, drawn(0, {})[0].x)


def test_samples_keep_their_targets():
    epoch, _ = drawn(3, {"data": {"name": "xor"}})
    assert np.array_equal(epoch.t == 1, epoch.x.prod(axis=1, keepdims=True) > 0)


def test_without_shuffle_the_order_stays():
    epoch, trainer = drawn(5, {"training": {"shuffle": False}})
    assert np.array_equal(epoch.x, trainer.data[0].x["train"])


def test_shuffle_and_dropout_follow_the_training_seed_alone():
    base, _ = drawn(0, {"model": DROPOUT})
    same, _ = drawn(0, {"model": {**DROPOUT, "seed": 9}, "training": {"l1": 1}})
    other, _ = drawn(0, {"model": DROPOUT, "training": {"seed": 1}})
    assert np.array_equal(base.x, same.x)
    assert np.array_equal(base.drawn[1], same.drawn[1])
    assert not np.array_equal(base.x, other.x)
    assert not np.array_equal(base.drawn[1], other.drawn[1])


def test_a_batch_is_rows_of_everything():
    epoch, _ = drawn(0, {"model": DROPOUT})
    x, t, weights, drawn_rows = epoch.batch(10, 13)
    assert np.array_equal(x, epoch.x[10:13])
    assert np.array_equal(t, epoch.t[10:13])
    assert weights is None
    assert np.array_equal(drawn_rows[1], epoch.drawn[1][10:13])
    assert drawn_rows[0] is None


def test_samples_keep_their_weights():
    epoch, _ = drawn(3, {"data": {"name": "rings"}, "training": {"class_weights": [1, 2, 3]}})
    assert np.array_equal(epoch.weights, epoch.t @ [[1], [2], [3]])
    assert np.array_equal(epoch.batch(10, 13)[2], epoch.weights[10:13])


@pytest.mark.parametrize(
    ("other", "axes"),
    [
        ({}, (0, 0)),
        ({"model": {**DROPOUT, "seed": 1}}, (0, 0)),
        ({"training": {"seed": 1}}, (1, 1)),
        ({"data": {"seed": 1}}, (1, 0)),
        ({"data": {"seed": 1}, "training": {"seed": 1}}, (1, 1)),
    ],
)
def test_the_r_axis_is_there_only_for_what_differs(other, axes):
    one, two = {"model": DROPOUT}, {"model": DROPOUT, **other}
    epoch, _ = drawn(2, one, two)
    assert (epoch.x.ndim - 2, epoch.drawn[1].ndim - 2) == axes
    for r, config in enumerate((one, two)):
        alone, _ = drawn(2, config)
        assert np.array_equal(epoch.x[r] if axes[0] else epoch.x, alone.x)
        assert np.array_equal(epoch.t[r] if axes[0] else epoch.t, alone.t)
        assert np.array_equal(epoch.drawn[1][r] if axes[1] else epoch.drawn[1], alone.drawn[1])


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("n_networks", [1, 3])
def test_several_epochs_in_a_row_are_one_after_the_other(shuffle, n_networks):
    configs = [{"model": DROPOUT, "training": {"seed": r, "shuffle": shuffle}} for r in range(n_networks)]
    together = drawn(4, *configs)[1].epochs.draw(4, 3)
    single = [drawn(epoch, *configs)[0] for epoch in (4, 5, 6)]
    assert together.drawn[0] is None
    assert np.array_equal(together.table, np.concatenate([one.table for one in single], axis=-2))
    assert np.array_equal(together.drawn[1], np.concatenate([one.drawn[1] for one in single], axis=-2))
