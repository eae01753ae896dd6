"""The two laws, as properties of drawn configs, and the same bytes in another process."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

from dl_core import Checkpoint, Config, Trainer
from dl_core.activations import ACTIVATIONS
from dl_core.datasets import DATASETS
from dl_core.features import FEATURES, SCALINGS
from dl_core.initializers import BIAS_INITIALIZERS, INITIALIZERS
from dl_core.optimizers import OPTIMIZERS

seeds = st.integers(0, 2**32 - 1)
rates = st.sampled_from([0.001, 0.03, 0.1, 1.0])
penalties = st.sampled_from([0.0, 0.0, 0.001, 0.1])

dense = st.builds(
    lambda units, activation: {"type": "dense", "units": units, "activation": activation},
    st.integers(2, 9),
    st.sampled_from(list(ACTIVATIONS)),
)
dropout = st.builds(lambda rate: {"type": "dropout", "dropout_rate": rate}, st.sampled_from([0.0, 0.3, 0.5]))


@st.composite
def configs(draw):
    """A config: any dataset, features, layers, optimizer; few samples, so that many epochs are cheap."""
    name = draw(st.sampled_from(list(DATASETS)))
    n_samples = draw(st.integers(10, 60))
    train = draw(st.sampled_from([0.3, 0.5, 1.0]))
    rest = draw(st.sampled_from([0.0, 0.5, 1.0])) * (1 - train)
    n_train = round(n_samples * train)
    return {
        "data": {
            "name": name,
            "n_samples": n_samples,
            "noise": draw(st.sampled_from([0.0, 0.2])),
            "seed": draw(seeds),
            "split": {"train": train, "validation": rest, "test": 1 - train - rest},
            "features": draw(st.lists(st.sampled_from(list(FEATURES)), min_size=1, max_size=4, unique=True)),
            "scaling": draw(st.sampled_from(list(SCALINGS))),
        },
        "model": {
            "layers": draw(st.lists(dense | dropout, max_size=4)),
            "output_activation": draw(
                st.sampled_from(
                    ["auto", "tanh", *(["softmax"] if (DATASETS[name].n_classes or 0) > 2 else [])]
                )
            ),
            "initializer": draw(st.sampled_from(list(INITIALIZERS))),
            "bias_initializer": draw(st.sampled_from(list(BIAS_INITIALIZERS))),
            "seed": draw(seeds),
        },
        "training": {
            "optimizer": {"name": draw(st.sampled_from(list(OPTIMIZERS))), "learning_rate": draw(rates)},
            "batch_size": draw(st.integers(1, n_train)),
            "l1": draw(penalties),
            "l2": draw(penalties),
            "shuffle": draw(st.booleans()),
            "seed": draw(seeds),
        },
    }


def state(trainer):
    """Everything that the next step depends on, as bytes."""
    return json.dumps(trainer.checkpoint().to_json())


def through_json(trainer, config):
    """The same training in a new place."""
    return Trainer(config, Checkpoint.from_json(json.loads(state(trainer))))


# ---- resumption


@hypothesis.given(configs(), st.lists(st.integers(0, 12), min_size=1, max_size=4))
@hypothesis.settings(max_examples=120)
def test_a_run_cut_into_pieces_ends_with_the_same_bytes(document, pieces):
    config = Config.parse(document)
    whole = Trainer(config)
    whole.train(steps=sum(pieces))
    cut = Trainer(config)
    for steps in pieces:
        cut = through_json(cut, config)
        cut.train(steps=steps)
    assert state(cut) == state(whole)
    assert (cut.diverged is None) == (whole.diverged is None)


@hypothesis.given(configs(), st.integers(1, 9), st.integers(1, 60), st.sampled_from([0.01, 0.1]))
@hypothesis.settings(max_examples=40)
def test_settings_may_change_at_a_cut_and_the_run_is_still_a_function_of_them(
    document, first, batch_size, rate
):
    config = Config.parse(document)
    training = {**document["training"], "l2": 0.01, "optimizer": {"name": "adam", "learning_rate": rate}}
    training["batch_size"] = min(batch_size, config.sizes[0])
    changed = Config.parse({**document, "training": training})
    ends = []
    for pieces in ([6], [2, 3, 1]):
        one = Trainer(config)
        one.train(steps=first)
        one = through_json(one, changed)
        for steps in pieces:
            one = through_json(one, changed)
            one.train(steps=steps)
        ends.append(state(one))
    assert ends[0] == ends[1]


@hypothesis.given(configs(), st.integers(2, 4), st.lists(st.integers(0, 9), min_size=2, max_size=3))
@hypothesis.settings(max_examples=30)
def test_networks_side_by_side_resume_as_well(document, n_networks, pieces):
    several = [varied(document, seed=r, rate=0.03 * (r + 1)) for r in range(n_networks)]
    whole = Trainer(several)
    whole.train(steps=sum(pieces))
    cut = Trainer(several)
    for steps in pieces:
        cut = through_json(cut, several)
        cut.train(steps=steps)
    hypothesis.assume(whole.diverged == [None] * n_networks)
    assert state(cut) == state(whole)


# ---- independence


def varied(document, *, seed=None, data_seed=None, rate=None, l1=None, l2=None, noise=None, model_seed=None):
    """The config with what may differ changed."""
    data, model, training = (dict(document[part]) for part in ("data", "model", "training"))
    training["optimizer"] = dict(training["optimizer"])
    for part, key, value in (
        (training, "seed", seed),
        (training, "l1", l1),
        (training, "l2", l2),
        (training["optimizer"], "learning_rate", rate),
        (data, "seed", data_seed),
        (data, "noise", noise),
        (model, "seed", model_seed),
    ):
        if value is not None:
            part[key] = value
    return Config.parse({"data": data, "model": model, "training": training})


variations = st.fixed_dictionaries(
    {},
    optional={
        "seed": st.integers(0, 3),
        "model_seed": st.integers(0, 3),
        "data_seed": st.integers(0, 3),
        "rate": rates,
        "l1": penalties,
        "l2": penalties,
        "noise": st.sampled_from([0.0, 0.3]),
    },
)
EXPLOSION = {"rate": 10.0, "l2": 10.0}  # under plain descent W grows a hundredfold a step


@hypothesis.given(
    configs(), st.lists(variations, min_size=1, max_size=5), st.booleans(), st.integers(1, 25), st.data()
)
@hypothesis.settings(max_examples=150)
def test_each_of_several_networks_equals_the_same_one_alone_to_the_bit(
    document, changes, explode, steps, data
):
    if explode:
        document = {**document, "training": {**document["training"], "optimizer": {"name": "sgd"}}}
        changes.insert(data.draw(st.integers(0, len(changes))), EXPLOSION)
    several = [varied(document, **change) for change in changes]
    together = Trainer(several)
    together.train(steps=steps)
    for r, config in enumerate(several):
        alone = Trainer(config)
        alone.train(steps=steps)
        assert alone.diverged == together.diverged[r]
        if alone.diverged:
            continue
        assert together.step == alone.step == steps
        mine = {"params": together.network.params[r]}
        hers = {"params": alone.network.params}
        for slot in alone.optimizer.slots:
            mine[slot], hers[slot] = getattr(together.optimizer, slot)[r], getattr(alone.optimizer, slot)
        assert {key: value.tobytes() for key, value in mine.items()} == {
            key: value.tobytes() for key, value in hers.items()
        }
        for split in ("train", "validation", "test"):
            metrics, single = together.metrics(split), alone.metrics(split)
            assert (metrics is None) == (single is None)
            if single:
                assert np.array_equal(
                    [metrics[key][r] for key in single], list(single.values()), equal_nan=True
                )


@hypothesis.given(configs(), st.integers(1, 20))
@hypothesis.settings(max_examples=40)
def test_an_axis_of_one_changes_nothing(document, steps):
    config = Config.parse(document)
    plain, axis = Trainer(config), Trainer([config])
    plain.train(steps=steps)
    axis.train(steps=steps)
    assert axis.network.params.shape == (1, *plain.network.params.shape)
    assert axis.network.params.tobytes() == plain.network.params.tobytes()


@pytest.mark.parametrize("units", [1, 8, 64, 128])
@pytest.mark.parametrize("batch_size", [1, 10, 32, 100])
def test_independence_holds_at_the_sizes_where_blas_changes_its_ways(units, batch_size):
    layer = {"type": "dense", "units": units, "activation": "tanh"}
    several = [
        Config.parse(
            {
                "data": {"features": ["x1", "x2", "x1*x2"]},
                "model": {"layers": [layer, layer], "seed": r},
                "training": {"batch_size": batch_size, "optimizer": {"name": "adam"}, "seed": r % 2},
            }
        )
        for r in range(3)
    ]
    together = Trainer(several)
    together.train(steps=6)
    for r, config in enumerate(several):
        alone = Trainer(config)
        alone.train(steps=6)
        assert together.network.params[r].tobytes() == alone.network.params.tobytes()


# ---- another process

SCRIPT = """
import hashlib, json, sys
from dl_core import Config, Trainer
for document in json.load(sys.stdin):
    trainer = Trainer(Config.parse(document))
    trainer.train(steps=40)
    print(hashlib.sha256(json.dumps(trainer.checkpoint().to_json()).encode()).hexdigest())
"""


def test_the_same_seed_gives_the_same_bytes_in_another_process():
    documents = [
        {"data": {"name": name, "noise": 0.1}, "model": {"layers": [{"type": "dense"}, {"type": "dropout"}]}}
        for name in DATASETS
    ]
    here = []
    for document in documents:
        trainer = Trainer(Config.parse(document))
        trainer.train(steps=40)
        here.append(hashlib.sha256(state(trainer).encode()).hexdigest())
    for hash_seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            input=json.dumps(documents),
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        assert there.stdout.split() == here
