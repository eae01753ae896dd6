"""Tiny numbers: exactly 0 while training and drawing, the processor's own mode before and after."""

import time

import numpy as np
import pytest

from dl_core import Config, Trainer
from dl_core.arithmetic import arithmetic, flush_to_zero
from dl_core.frames import FramePainter

TINY = np.full(40, 1e-39, np.float32)  # denormal: below the smallest normal number, 1.2e-38
SMALL = np.full(40, 1e-25, np.float32)


def test_what_is_below_the_normal_numbers_is_zero_within_the_block_alone():
    with arithmetic():
        assert not (TINY + 0).any()
        assert not (SMALL * SMALL).any()
        assert not (SMALL[None] @ SMALL[:, None]).any()
        assert (SMALL * np.float32(1e-10)).all()
    assert (TINY * 2).all()


def test_the_mode_is_put_back_after_an_error():
    with pytest.raises(ZeroDivisionError), flush_to_zero():
        1 / 0  # noqa: B018
    assert (TINY * 2).all()


def test_blocks_within_blocks():
    with arithmetic():
        with arithmetic():
            pass
        assert not (TINY + 0).any()
    assert (TINY * 2).all()


def test_a_system_whose_mode_is_not_known_computes_as_it_does(monkeypatch):
    monkeypatch.setattr("dl_core.arithmetic.FLUSH", None)
    with flush_to_zero():
        assert (TINY * 2).all()


def collapsing():
    """A deep network under the strongest penalty, which shrinks all its weights to nothing."""
    layers = [{"type": "dense", "units": 32, "activation": "tanh"}] * 7
    training = {"l2": 10.0, "optimizer": {"name": "sgd", "learning_rate": 0.05}}
    return Config.parse({"model": {"layers": layers}, "training": training})


def cpu_time(call):
    start = time.thread_time()
    call()
    return time.thread_time() - start


def test_weights_that_a_penalty_has_shrunk_to_nothing_cost_no_more_than_others():
    shrunk, usual = Trainer(collapsing()), Trainer(collapsing())
    shrunk.train(steps=400)
    start = usual.checkpoint()
    usual.train(steps=1)
    times = []
    for _ in range(7):  # alternating, so that a busy machine slows both
        usual.restore(start)
        times.append((cpu_time(lambda: shrunk.train(steps=25)), cpu_time(lambda: usual.train(steps=25))))
    shrunk_times, usual_times = zip(*times, strict=True)
    assert min(shrunk_times) < 2 * min(usual_times)


def test_a_checkpoint_of_denormal_numbers_costs_no_more_than_another():
    config = collapsing()
    checkpoint = Trainer(config).checkpoint()
    checkpoint.params[...] = 1e-39
    forged = Trainer(config, checkpoint)
    forged.train(steps=1)
    assert not forged.network.layers[0].W.any()
    usual = Trainer(config)
    usual.train(steps=1)

    def draw(trainer):
        return cpu_time(FramePainter(trainer, ["boundary", "neurons"]).frame)

    times = [(draw(Trainer(config, checkpoint)), draw(usual)) for _ in range(7)]
    assert min(one for one, _ in times) < 3 * min(other for _, other in times)
