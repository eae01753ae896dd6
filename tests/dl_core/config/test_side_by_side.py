# ruff: noqa: E501 - sentences are shown whole

import numpy as np
import pytest

from dl_core import Config, ConfigError
from dl_core.config.side_by_side import distinct, require_alike, stacked, values


def config(**parts):
    return Config.parse(parts)


@pytest.mark.parametrize(
    "other",
    [
        {"data": {"seed": 1, "noise": 0.2}},
        {"model": {"seed": 1, "initializer": "he_normal", "bias_initializer": "normal"}},
        {"training": {"seed": 1, "l1": 0.1, "l2": 0.1, "optimizer": {"name": "sgd", "learning_rate": 1}}},
    ],
)
def test_seeds_noise_starts_and_rates_may_differ(other):
    require_alike([Config(), config(**other)])


def test_what_may_not_differ_is_told_all_at_once():
    other = {
        "data": {"n_samples": 100, "features": ["x1"]},
        "model": {"layers": []},
        "training": {"batch_size": 5, "optimizer": {"name": "adam"}},
    }
    with pytest.raises(ConfigError) as error:
        require_alike([Config(), Config(), config(**other)])
    assert [(one["path"], one["message"][:100]) for one in error.value.errors] == [
        ("data.features", '`data.features` must be the same for all networks; got ["x1", "x2"] and ["x1"].'),
        ("data.n_samples", "`data.n_samples` must be the same for all networks; got 500 and 100."),
        ("model.layers", '`model.layers` must be the same for all networks; got [{"type": "dense", "units": 4, "activation": "'),
        ("training.batch_size", "`training.batch_size` must be the same for all networks; got 10 and 5."),
        ("training.optimizer.name", '`training.optimizer.name` must be the same for all networks; got "sgd" and "adam".'),
    ]  # fmt: skip


def test_no_network_at_all_is_refused():
    with pytest.raises(ConfigError, match="`config` must be a config or a list of at least one"):
        require_alike([])


def test_what_all_share_is_kept_once():
    configs = [Config(), config(training={"seed": 3})]
    assert distinct(configs, lambda one: one.data) == configs[:1]
    assert distinct(configs, lambda one: one.training.seed) == configs
    assert stacked([np.ones(3)]).shape == (3,)
    assert stacked([np.ones(3), np.ones(3)]).shape == (2, 3)


def test_numbers_get_an_axis_only_where_they_differ():
    assert (values([0.5]).shape, values([0.5, 0.5]).shape) == ((), ())
    assert values([0.5, 0.25]).tolist() == [[0.5], [0.25]]
    assert values([1, 2]).dtype == np.float64
