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
from alone import require_equal_to_each_alone
from drawn import configs, penalties, rates, schedules

from dl_core import Checkpoint, Config, Trainer
from dl_core.data.datasets import DATASETS


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
    normalized = any(layer["type"] == "batch_norm" for layer in document["model"]["layers"])
    training["batch_size"] = min(max(batch_size, 1 + normalized), config.sizes[0])
    changed = Config.parse({**document, "training": training})
    start, ends = Trainer(config), []
    start.train(steps=first)
    for pieces in ([6], [2, 3, 1]):
        one = start
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


def varied(document, **changes):
    """The config with what may differ changed."""
    data, model, training = (dict(document[part]) for part in ("data", "model", "training"))
    for name in ("optimizer", "gradient_clipping", "early_stopping"):
        training[name] = dict(training.get(name, {"name": "none"}))
    places = {
        "rate": (training["optimizer"], "learning_rate"),
        "data_seed": (data, "seed"),
        "noise": (data, "noise"),
        "model_seed": (model, "seed"),
        "limit": (training["gradient_clipping"], "limit"),
        "patience": (training["early_stopping"], "patience"),
    }
    for name, value in changes.items():
        part, key = places.get(name, (training, name))
        if part.get("name") != "none":
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
        "schedule": schedules(),
        "limit": st.sampled_from([0.01, 1.0]),
        "patience": st.integers(1, 3),
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
        assert alone.stopped == together.stopped[r]
        if alone.diverged:
            continue
        assert alone.step == steps or alone.stopped
        mine = {"params": together.network.params[r], "statistics": together.network.statistics[r]}
        hers = {"params": alone.network.params, "statistics": alone.network.statistics}
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
    require_equal_to_each_alone(several, 6)


# ---- another process

SCRIPT = """
import hashlib, json, sys
from dl_core import Config, Trainer
for document in json.load(sys.stdin):
    trainer = Trainer(Config.parse(document))
    trainer.train(steps=12)
    print(hashlib.sha256(json.dumps(trainer.checkpoint().to_json()).encode()).hexdigest())
"""


@pytest.mark.parametrize("environment", [{"PYTHONHASHSEED": "1"}, {"OPENBLAS_NUM_THREADS": "4"}])
def test_the_same_seed_gives_the_same_bytes_in_another_process_with_any_number_of_threads(environment):
    wide = {"type": "dense", "units": 128}
    documents = [
        {
            "data": {"name": name, "noise": 0.1},
            "model": {"layers": [wide, {"type": "batch_norm"}, {"type": "dropout"}, wide]},
            "training": {"batch_size": 250},
        }
        for name in DATASETS
    ]
    here = []
    for document in documents:
        trainer = Trainer(Config.parse(document))
        trainer.train(steps=12)
        here.append(hashlib.sha256(state(trainer).encode()).hexdigest())
    there = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(documents),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | environment,
    )
    assert there.stdout.split() == here
