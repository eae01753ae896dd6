"""Samples are dealt at random to three parts: train is fitted on, validation tuned on, test touched once."""

import math
from typing import Annotated, Self

import numpy as np
from pydantic import model_validator

from dl_core import rng as random
from dl_core.data.datasets import Samples
from dl_core.settings.declaration import Settings, setting
from dl_core.settings.sentences import rule

SPLITS = ("train", "validation", "test")


class SplitSettings(Settings):
    """How the samples are shared out; the three parts sum to 1."""

    train: Annotated[
        float, setting("Training part", "The share of samples that the network learns from.", gt=0, le=1)
    ] = 0.5
    validation: Annotated[
        float,
        setting(
            "Validation part",
            "The share that only checks learning along the way. Choose settings by it, not by the test part.",
            ge=0,
            le=1,
        ),
    ] = 0.25
    test: Annotated[
        float,
        setting("Test part", "The share kept for one honest check at the very end.", ge=0, le=1),
    ] = 0.25

    @model_validator(mode="after")
    def check_sum(self) -> Self:
        total = self.train + self.validation + self.test
        if not math.isclose(total, 1, abs_tol=1e-6):
            raise rule(
                f"must have parts that sum to 1; got {total:.6g}. Change one of train, validation and test."
            )
        return self


def sizes_of(n_samples: int, train: float, validation: float) -> tuple[int, int, int]:
    """Samples in each part; test gets the rest."""
    first = round(n_samples * train)
    second = round(n_samples * (train + validation))
    return first, second - first, n_samples - second


def split(
    samples: Samples, sizes: tuple[int, int, int], *, seed: int, stratified: bool
) -> dict[str, Samples]:
    """Deal samples at random to the three parts; stratified, each gets its share of every class."""
    order = random.generator(seed, "split").permutation(len(samples.x))
    if stratified:
        # Each class's samples at equal distances between 0 and 1: then every stretch holds its share of each.
        place = np.empty(len(order))
        label = samples.y[order, 0]
        for c in np.unique(label):
            members = np.flatnonzero(label == c)
            place[members] = (np.arange(members.size) + 0.5) / members.size
        order = order[np.argsort(place, kind="stable")]
    parts = np.split(order, np.cumsum(sizes)[:2])
    return {name: Samples(samples.x[rows], samples.y[rows]) for name, rows in zip(SPLITS, parts, strict=True)}
