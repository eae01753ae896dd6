"""Examples run as they stand, and say the same as the engine."""

import ast
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from dl_core import Config, Trainer

FROM_SCRATCH = Path(__file__).parents[1] / "examples" / "from_scratch.py"


def test_from_scratch_has_the_trainers_losses_to_a_millionth():
    """Not to the bit: the engine stores arrays the other way round and computes the sigmoid as a tanh."""
    losses = runpy.run_path(str(FROM_SCRATCH))["train"](100)
    trainer = Trainer(Config())
    for loss in losses:
        trainer.train(epochs=1)
        assert loss == pytest.approx(trainer.metrics("train")["loss"], rel=0, abs=1e-6)
    assert losses[-1] < 0.1 < 0.8 < losses[0]


def test_from_scratch_is_short_and_uses_nothing_but_numpy():
    source = FROM_SCRATCH.read_text()
    assert len([line for line in source.splitlines() if line.strip()]) <= 60
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == ["import numpy as np"]


def test_from_scratch_prints_losses():
    printed = subprocess.run(
        [sys.executable, FROM_SCRATCH], capture_output=True, text=True, check=True
    ).stdout
    assert printed.splitlines()[0] == "epoch  10: loss 0.6045"
    assert printed.splitlines()[-1] == "epoch 100: loss 0.0858"
