"""The compiled step is the textbook's step, for every drawn config; test_laws tests both laws on it."""

import gc
import weakref

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest
from alone import require_equal_to_each_alone
from drawn import configs

from dl_core import Config
from dl_core.compiler.fast_trainer import FastTrainer
from dl_core.training.trainer import Trainer


def parameters(trainer):
    """All that training changes."""
    return [
        trainer.network.params,
        trainer.network.statistics,
        *(getattr(trainer.optimizer, name) for name in trainer.optimizer.slots),
    ]


def take_over(fast, textbook):
    """Put one trainer where the other is, so that rounding does not add up from step to step."""
    for mine, hers in zip(parameters(fast), parameters(textbook), strict=True):
        mine[...] = hers


ROUNDING = 2.0**-23
"""Relative distance of a number in float32 to the next one."""


@hypothesis.given(configs(), st.integers(1, 12))
@hypothesis.settings(max_examples=150)
def test_each_step_is_the_textbooks(document, steps):
    """As nearly as the textbook's own step is sure when its parameters are moved by the rounding of float32.

    Gradients may cancel, and an adaptive rule divides what is left by its own size: where nothing but noise
    may be left, its step says nothing.
    """
    config = Config.parse(document)
    textbook, fast, moved = Trainer(config), FastTrainer(config), Trainer(config)
    signs = np.resize(np.array([1, -1, -1], np.float32), textbook.network.params.shape)
    for _ in range(steps):
        moved.network.params *= 1 + ROUNDING * signs
        for trainer in (textbook, fast, moved):
            trainer.train(steps=1)
        assert (fast.step, fast.epoch, fast.position) == (textbook.step, textbook.epoch, textbook.position)
        assert (fast.diverged is None) == (textbook.diverged is None)
        assert (fast.stopped is None) == (textbook.stopped is None)
        if textbook.diverged or textbook.stopped or moved.diverged or moved.stopped:
            return
        grads = np.abs(textbook.network.grads)
        noise = grads <= 1e-3 * grads.max(axis=-1, keepdims=True)
        for mine, hers, unsure in zip(*map(parameters, (fast, textbook, moved)), strict=True):
            if hers.shape == noise.shape:
                mine, hers, unsure = (np.where(noise, 0, array) for array in (mine, hers, unsure))
            unsureness = np.abs(hers - unsure).max(initial=0)
            scale = np.abs(hers).max(initial=1e-3)
            np.testing.assert_allclose(mine, hers, rtol=0, atol=2e-4 * scale + 30 * unsureness)
        take_over(fast, textbook)
        take_over(moved, textbook)


@pytest.mark.parametrize("units", [1, 4])
@pytest.mark.parametrize("batch_size", [1, 7, 250])
@pytest.mark.parametrize("n_networks", [None, 1, 3])
def test_awkward_sizes_take_the_textbooks_step(units, batch_size, n_networks):
    document = {
        "model": {"layers": [{"type": "dense", "units": units, "activation": "tanh"}]},
        "training": {"batch_size": batch_size},
    }
    config = Config.parse(document)
    several = config if n_networks is None else [config] * n_networks
    textbook, fast = Trainer(several), FastTrainer(several)
    textbook.train(steps=40)
    fast.train(steps=40)
    np.testing.assert_allclose(fast.network.params, textbook.network.params, rtol=1e-4, atol=1e-6)


def test_a_step_is_written_once_for_each_batch_size():
    fast = FastTrainer(Config.parse({"training": {"batch_size": 40}}))
    fast.train(epochs=3)
    assert set(fast.programs) == {40, 10}


def test_what_is_not_used_costs_no_line():
    plain = FastTrainer(Config())
    plain.train(steps=1)
    penalized = FastTrainer(Config.parse({"training": {"l2": 0.1}}))
    penalized.train(steps=1)
    lines = [len(one.programs[10].source.splitlines()) for one in (plain, penalized)]
    assert lines[0] < lines[1]
    # 2 for the loop, 5 for the layers forward, 4 for sigmoid and error, 2 for slopes, 7 back, 2 of descent.
    assert lines[0] == 22


def test_the_step_that_diverges_is_found_within_a_long_run():
    document = {
        "data": {"name": "plane", "features": ["x1^2", "x2"]},
        "training": {"optimizer": {"name": "sgd", "learning_rate": 1.0}, "batch_size": 5},
    }
    config = Config.parse(document)
    textbook, fast, single = Trainer(config), FastTrainer(config), FastTrainer(config)
    textbook.train(epochs=9)
    fast.train(epochs=9)
    while not single.diverged:
        single.train(steps=1)
    assert fast.diverged == single.diverged == textbook.diverged
    assert fast.step == single.step
    assert fast.network.params.tobytes() == single.network.params.tobytes()


DROPOUT = {"layers": [{"type": "dense"}, {"type": "dropout"}]}


@pytest.mark.parametrize("n_networks", [None, 3])
@pytest.mark.parametrize(
    "document",
    [
        {},
        {"model": DROPOUT},
        {"training": {"shuffle": False}},
        {"model": DROPOUT, "training": {"shuffle": False, "optimizer": {"name": "adam"}}},
        {"training": {"batch_size": 40}},
        {"training": {"schedule": {"name": "exponential"}}},
        {"training": {"early_stopping": {"name": "validation_loss", "patience": 90}}},
    ],
)
def test_epochs_at_once_are_the_same_epochs(document, n_networks):
    config = Config.parse(document)
    several = config if n_networks is None else [config] * n_networks
    whole, cut = FastTrainer(several), FastTrainer(several)
    whole.train(epochs=11)
    for steps in (3, whole.step - 40 - 3, 1, 39):
        cut.train(steps=steps)
    assert (cut.step, cut.epoch, cut.position) == (whole.step, 11, 0)
    for mine, hers in zip(parameters(cut), parameters(whole), strict=True):
        assert mine.tobytes() == hers.tobytes()


def test_steps_run_on_into_further_epochs_where_nothing_is_to_be_done_in_between():
    fast = FastTrainer(Config())
    taken = []
    for most in (3, 30, 10**6, 10**6):
        before = fast.step
        fast.take_steps(most)
        taken.append(fast.step - before)
        assert (fast.epoch, fast.position) == (fast.step // 25, fast.step % 25 * 10)
    assert taken == [3, 30, 8 * 25 - 33, 8 * 25]
    for training in (
        {"batch_size": 40},
        {"schedule": {"name": "step"}},
        {"early_stopping": {"name": "validation_loss", "patience": 90}},
    ):
        fast = FastTrainer(Config.parse({"training": training}))
        fast.take_steps(10**6)
        assert fast.step == fast.n_train // fast.batch_size


@pytest.mark.parametrize("batch_size", [2, 10, 100])
@pytest.mark.parametrize("units", [2, 17, 64])
@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm"])
def test_sums_of_several_networks_are_those_of_one_to_the_bit(norm, units, batch_size):
    layers = [{"type": "dense", "units": units, "activation": "tanh"}, {"type": norm}]
    several = [
        Config.parse(
            {
                "data": {"name": "blobs", "n_classes": 5},
                "model": {"layers": layers, "seed": r},
                "training": {"batch_size": batch_size},
            }
        )
        for r in range(3)
    ]
    require_equal_to_each_alone(several, 6)


@pytest.fixture
def no_collector():
    """Nothing but reference counts frees memory."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def held_arrays(trainer):
    """Weak references to every array that the trainer and its programs hold."""
    arrays = [*parameters(trainer), trainer.network.grads, trainer.drawn_together.table]
    arrays += [value for value in vars(trainer.update).values() if isinstance(value, np.ndarray)]
    for program in trainer.programs.values():
        arrays += [value for value in program.run.__kwdefaults__.values() if isinstance(value, np.ndarray)]
    return [weakref.ref(array) for array in arrays]


@pytest.mark.parametrize("n_networks", [None, 3])
def test_dropping_a_trainer_frees_its_arrays_at_once(no_collector, n_networks):
    layers = [
        {"type": "dense", "trainable": False},
        *({"type": "batch_norm"}, {"type": "dropout"}, {"type": "layer_norm"}),
        {"type": "dense", "activation": "softmax"},
    ]
    training = {
        "batch_size": 40,
        "l1": 0.1,
        "optimizer": {"name": "adam"},
        "gradient_clipping": {"name": "norm"},
        "schedule": {"name": "exponential"},
    }
    config = Config.parse({"model": {"layers": layers}, "training": training})
    trainer = FastTrainer(config if n_networks is None else [config] * n_networks)
    trainer.train(epochs=2)
    assert len(trainer.programs) == 2
    held = held_arrays(trainer)
    assert len(held) > 100
    del trainer
    assert [reference().shape for reference in held if reference() is not None] == []
