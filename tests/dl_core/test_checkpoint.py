# ruff: noqa: E501 - sentences are shown whole

import copy
import json

import numpy as np
import pytest

from dl_core import Checkpoint, CheckpointError, Config, Trainer
from dl_core.arrays import encode
from dl_core.optim.optimizers import OPTIMIZERS

ADAM = Config.parse({"training": {"optimizer": {"name": "adam"}}})


def trained(config, steps=30):
    trainer = Trainer(config)
    trainer.train(steps=steps)
    return trainer


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_checkpoint_survives_json_bit_for_bit(name):
    before = trained(Config.parse({"training": {"optimizer": {"name": name}}})).checkpoint()
    text = json.dumps(before.to_json(), allow_nan=False)
    after = Checkpoint.from_json(json.loads(text))
    assert (after.step, after.epoch, after.position, after.optimizer) == (30, 1, 50, name)
    assert after.params.tobytes() == before.params.tobytes()
    assert after.state.keys() == before.state.keys()
    for key, value in before.state.items():
        assert np.array_equal(after.state[key], value)
    assert json.dumps(after.to_json()) == text


def test_its_form_in_json():
    document = trained(ADAM).checkpoint().to_json()
    assert list(document) == ["step", "epoch", "position", "params", "optimizer", "layers"]
    assert document["params"]["shape"] == [25]
    assert document["optimizer"]["name"] == "adam"
    assert document["optimizer"]["state"]["t"] == 30
    assert document["optimizer"]["state"]["m"]["dtype"] == "float32"
    assert document["layers"] == {}


def test_a_checkpoint_is_a_copy():
    trainer = trained(ADAM)
    checkpoint = trainer.checkpoint()
    kept = checkpoint.params.copy(), checkpoint.state["m"].copy()
    trainer.train(steps=5)
    assert np.array_equal(checkpoint.params, kept[0])
    assert np.array_equal(checkpoint.state["m"], kept[1])
    other = Trainer(ADAM, checkpoint=checkpoint)
    other.train(steps=5)
    assert np.array_equal(checkpoint.state["m"], kept[1])
    assert np.array_equal(other.network.params, trainer.network.params)


def test_numbers_that_are_not_finite_survive():
    checkpoint = trained(ADAM).checkpoint()
    checkpoint.params[:3] = [np.nan, np.inf, -np.inf]
    again = Checkpoint.from_json(json.loads(json.dumps(checkpoint.to_json(), allow_nan=False)))
    assert again.params.tobytes() == checkpoint.params.tobytes()


GOOD = trained(ADAM).checkpoint().to_json()
OTHER = encode(np.zeros(24, np.float32))


def changed(path, value):
    document = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    place = document
    for name in parents:
        place = place[name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (None, "`checkpoint` must be an object with step, epoch, position, params, optimizer, layers."),
        ([], "`checkpoint` must be an object"),
        ({}, "`checkpoint` must be an object"),
        (changed("step", ...), "`checkpoint` must be an object"),
        (changed("more", 1), "`checkpoint` must be an object"),
        (changed("step", -1), "`checkpoint.step` must be a whole number from 0 to 2"),
        (changed("step", 1.5), "`checkpoint.step` must be a whole number"),
        (changed("epoch", True), "`checkpoint.epoch` must be a whole number"),
        (changed("position", "3"), "`checkpoint.position` must be a whole number"),
        (changed("epoch", 2**60), "`checkpoint.epoch` must be a whole number"),
        (changed("params", None), "`checkpoint.params` must be an object with dtype, shape and data."),
        (changed("params.data", "AAAA"), "`checkpoint.params.data` must hold the 100 bytes of its shape; got 3."),
        (changed("params", encode(np.zeros(25, np.int8))), "`checkpoint.params.dtype` must be float32; got int8."),
        (changed("optimizer", "adam"), "`checkpoint.optimizer` must be an object with name, state."),
        (changed("optimizer.name", 3), "`checkpoint.optimizer.name` must be text."),
        (changed("optimizer.state", []), "`checkpoint.optimizer.state` must be an object."),
        (changed("optimizer.state.m", "x"), "`checkpoint.optimizer.state.m` must be a whole number"),
        (changed("layers", {"0": {}}), "`checkpoint.layers` must be an object with statistics."),
        (changed("params", OTHER), "`checkpoint.params` must have shape [25] for this config; got [24]."),
        (changed("position", 250), "`checkpoint.position` must be less than the 250 training samples; got 250."),
        (changed("epoch", 2**32), "`checkpoint.epoch` must be at most 4294967295; got 4294967296."),
        (changed("optimizer.state.t", 31), "`checkpoint.optimizer.state.t` must be at most the 30 steps taken; got 31."),
        (changed("optimizer.state.m", OTHER), "`checkpoint.optimizer.state.m` must have shape [25] like params; got [24]."),
        (changed("optimizer.state.m", 3), "`checkpoint.optimizer.state.m` must be an array."),
        (changed("optimizer.state.t", GOOD["params"]), "`checkpoint.optimizer.state.t` must be a whole number."),
        (changed("optimizer.state.v", ...), "`checkpoint.optimizer.state` must hold t, m, v for adam."),
        (changed("optimizer.state.w", 1), "`checkpoint.optimizer.state` must hold t, m, v for adam."),
    ],
)  # fmt: skip
def test_what_is_damaged_or_does_not_fit_is_refused_with_a_sentence(document, words):
    with pytest.raises(CheckpointError) as error:
        Trainer(ADAM, checkpoint=Checkpoint.from_json(document))
    assert words in str(error.value)
    assert str(error.value).endswith(".")


def test_an_optimizer_without_memory_says_so():
    with pytest.raises(CheckpointError, match="must hold nothing for sgd"):
        Trainer(Config(), checkpoint=Checkpoint.from_json(changed("optimizer.name", "sgd")))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_another_optimizer_begins_from_its_own_start(name):
    trainer = Trainer(Config.parse({"training": {"optimizer": {"name": name}}}), Checkpoint.from_json(GOOD))
    assert (trainer.step, trainer.epoch, trainer.position) == (30, 1, 50)
    if name != "adam":
        assert all(not getattr(trainer.optimizer, slot).any() for slot in trainer.optimizer.slots)
    trainer.train(steps=3)
    assert trainer.step == 33


@pytest.mark.parametrize("value", ["x", 3, {}, {"dtype": "x", "shape": [], "data": ""}])
def test_a_long_name_is_quoted_in_part(value):
    document = changed("optimizer.state", {**GOOD["optimizer"]["state"], "k" * 3_000_000: value})
    with pytest.raises(CheckpointError) as error:
        Trainer(ADAM, checkpoint=Checkpoint.from_json(document))
    assert len(str(error.value)) < 200


WATCHING = Config.parse({"training": {"early_stopping": {"name": "validation_loss"}}})


@pytest.mark.parametrize("best", [10**400, -(10**400), float("nan"), float("inf"), True, "1"])
def test_a_best_loss_that_no_float_holds_is_refused(best):
    document = trained(WATCHING).checkpoint().to_json()
    document["early_stopping"]["best"] = [best]
    with pytest.raises(
        CheckpointError, match=r"^`checkpoint\.early_stopping\.best` must hold numbers or null\.$"
    ):
        Checkpoint.from_json(document)


@pytest.mark.parametrize(
    "changes", [{"step": 2**53 - 3}, {"epoch": 2**32 - 3}, {"epoch": 2**32 - 2, "position": 240}]
)
@pytest.mark.parametrize("config", [ADAM, Config.parse({"training": {"shuffle": False}}), WATCHING])
@pytest.mark.parametrize("train", [{"steps": 200}, {"epochs": 9}])
def test_training_ends_at_the_highest_counts_and_what_it_hands_out_is_accepted(config, changes, train):
    document = trained(config).checkpoint().to_json() | changes
    if "t" in document["optimizer"]["state"]:
        document["optimizer"]["state"]["t"] = document["step"]
    trainer = Trainer(config, Checkpoint.from_json(document))
    assert trainer.limit is None
    trainer.train(**train)
    assert trainer.step == 2**53 or (trainer.epoch, trainer.position) == (2**32 - 1, 0)
    assert trainer.limit.endswith("Training cannot go on. Restart it.")
    last = trainer.checkpoint().to_json()
    again = Trainer(config, Checkpoint.from_json(json.loads(json.dumps(last))))
    assert again.limit == trainer.limit
    again.train(**train)
    assert again.checkpoint().to_json() == last
