"""The same work for everybody: a network, its first weights, its samples in the order of their visit."""

from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from dl_core import Config, Trainer
from dl_core.config.config import DataSettings, ModelSettings, TrainingSettings
from dl_core.data.features import FEATURES
from dl_core.data.tasks import Task
from dl_core.training.trainer import Trainer as Textbook


class Workload(NamedTuple):
    """Layers of one activation, plain SGD; `samples` are training samples, a whole number of batches."""

    units: list[int]
    batch_size: int = 10
    samples: int = 250
    features: int = 2
    learning_rate: float = 0.03
    activation: str = "tanh"

    @property
    def name(self) -> str:
        """Units of all layers, ``2-4-2-1``; repeated ones ``8x6``."""
        return f"{self.features}-{shortened(self.units)}-{10 if self.features > len(FEATURES) else 1}"

    @property
    def steps_per_epoch(self) -> int:
        """Batches of the samples."""
        return self.samples // self.batch_size

    def config(self, seed: int = 0, *, shuffle: bool = False, **parts: Any) -> Config:
        """The engine's config; `parts` change it."""
        layers = [{"type": "dense", "units": count, "activation": self.activation} for count in self.units]
        training = {
            "batch_size": self.batch_size,
            "shuffle": shuffle,
            "optimizer": {"name": "sgd", "learning_rate": self.learning_rate},
        }
        document = {
            "data": {"n_samples": 2 * self.samples, "features": list(FEATURES)[: self.features]},
            "model": {"layers": layers, "seed": seed} | parts.pop("model", {}),
            "training": training | parts.pop("training", {}),
        }
        return Config.parse(document)

    def trainer(self, kind: type[Any] = Trainer, *, shuffle: bool = False) -> Any:
        """A trainer of this work: the package's own, or the textbook's."""
        if self.features > len(FEATURES):
            return pictures(self, kind, shuffle=shuffle)
        return kind(self.config(shuffle=shuffle))


SMALL = Workload([4, 2])
MEDIUM = Workload([8, 8])
DEEP = Workload([8] * 6, batch_size=30, samples=240)
WIDE = Workload([64] * 3, batch_size=32, samples=1984, features=7)
PICTURES = Workload([128, 64], batch_size=64, samples=2048, features=784)
WORKLOADS = (SMALL, MEDIUM, DEEP, WIDE, PICTURES)


def shortened(units: list[int]) -> str:
    """``8-8`` or ``8x6``."""
    if len(units) > 3 and len(set(units)) == 1:
        return f"{units[0]}x{len(units)}"
    return "-".join(map(str, units))


class Pictures(Config):
    """A config of ten classes of pictures, which the playground has no dataset of."""

    @property
    def task(self) -> Task:
        """Ten classes."""
        return Task("multiclass", 10, 10)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """All samples are for training."""
        return self.data.n_samples, 0, 0

    @property
    def objective(self) -> tuple[str, str]:
        """What belongs with classes."""
        return "categorical_cross_entropy", "softmax"


class PictureData:
    """Noise in place of pictures, 28 x 28: a step's time does not depend on what it learns."""

    def __init__(self, config: Config) -> None:
        rng = np.random.default_rng(0)
        n = config.sizes[0]
        x = rng.random((n, 784), dtype=np.float32) - np.float32(0.5)
        t = np.eye(10, dtype=np.float32)[rng.integers(0, 10, n)]
        self.x = {"train": x, "validation": x[:0], "test": x[:0]}
        self.t = {"train": t, "validation": t[:0], "test": t[:0]}
        self.goals, self.weights = t, None


def pictures(work: Workload, kind: type[Any], *, shuffle: bool) -> Any:
    """A trainer for pictures: the engine's own code throughout, but for where the samples come from."""
    plain = work._replace(features=2).config(shuffle=shuffle)
    config = Pictures.model_construct(
        data=DataSettings.model_construct(
            **plain.data.model_dump() | {"features": ["pixel"] * 784, "n_samples": work.samples}
        ),
        model=ModelSettings.model_validate(plain.model.model_dump()),
        training=TrainingSettings.model_validate(plain.training.model_dump()),
    )
    with mock.patch("dl_core.training.trainer.Data", PictureData):
        return kind(config)


def textbook(work: Workload) -> Textbook:
    """The textbook's trainer."""
    trainer: Textbook = work.trainer(Textbook)
    return trainer
