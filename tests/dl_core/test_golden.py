"""Loss curves of the built-in datasets as they were when last looked at: nothing changes them unnoticed.

If a change is meant, run ``python tests/dl_core/test_golden.py`` and look at the difference it makes.
"""

import json
from pathlib import Path

import pytest

from dl_core import Config, Trainer
from dl_core.data.datasets import DATASETS

FILE = Path(__file__).with_name("golden_curves.json")
EPOCHS = (0, 1, 5, 20)


def curves(name):
    """Train and validation loss of the default network after some epochs."""
    trainer = Trainer(Config.parse({"data": {"name": name, "noise": 0.1}}))
    found = {"train": [], "validation": []}
    for epoch in EPOCHS:
        trainer.train(epochs=epoch - trainer.epoch)
        for split, losses in found.items():
            losses.append(trainer.metrics(split)["loss"])
    return found


@pytest.mark.parametrize("name", DATASETS)
def test_the_curves_are_as_they_were(name):
    # Processors round the last bits of products differently, so not to the bit.
    golden = json.loads(FILE.read_text())[name]
    for split, losses in curves(name).items():
        assert losses == pytest.approx(golden[split], rel=1e-4)


if __name__ == "__main__":
    FILE.write_text(json.dumps({name: curves(name) for name in DATASETS}, indent=1) + "\n")
