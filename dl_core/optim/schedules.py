"""A schedule changes the learning rate as training goes on: large steps first, small ones to settle.

`factor(step, epoch)` is what the learning rate is multiplied with; a function of the two counts alone. Time t
is counted in whole epochs or in steps. During warm-up the factor rises evenly to 1, ``(t + 1) / warmup``;
then the clock of the schedule starts at 0. To add one, write its class and name it in `SCHEDULES`.
"""

import math
from abc import abstractmethod
from typing import Annotated, Any, Literal

from dl_core.settings.declaration import Settings, setting

LONGEST = 1_000_000


class Schedule(Settings):
    """Base of all."""

    name: str
    unit: Annotated[
        Literal["epochs", "steps"],
        setting("Counted in", "Whether the schedule looks at completed epochs or at single steps."),
    ] = "epochs"
    warmup: Annotated[
        int,
        setting(
            "Warm-up",
            "For so long the learning rate rises from almost nothing to its full value. "
            "It keeps the first, blind steps small.",
            ge=0,
            le=LONGEST,
        ),
    ] = 0

    def factor(self, step: int, epoch: int) -> float:
        """Of the step that follows when so many steps have been taken and epochs completed."""
        t = epoch if self.unit == "epochs" else step
        return (t + 1) / self.warmup if t < self.warmup else self.decay(t - self.warmup)

    @property
    def varies(self) -> bool:
        """Whether the factor is ever anything but 1."""
        return True

    @abstractmethod
    def decay(self, t: int) -> float:
        """Factor at time t after the warm-up."""

    @property
    def shown(self) -> float:
        """Epochs or steps after the warm-up that a picture has to reach to show what it does."""
        return 200

    def curve(self, points: int = 150) -> dict[str, Any]:
        """Factors at evenly spaced times from 0 to `end`, for a picture."""
        end = max(1, math.ceil(self.warmup + self.shown))
        times = [round(i * end / points) for i in range(points + 1)]
        factors = [self.factor(t, t) for t in times]
        return {"varies": self.varies, "unit": self.unit, "end": end, "factors": factors}


class Constant(Schedule, title="Constant"):
    """The learning rate stays as it is."""

    name: Literal["constant"]

    @property
    def varies(self) -> bool:
        return self.warmup > 0

    def decay(self, t: int) -> float:
        return 1.0

    @property
    def shown(self) -> float:
        return self.warmup / 2


class Step(Schedule, title="Step"):
    """The learning rate is cut at even intervals."""

    name: Literal["step"]
    every: Annotated[
        int, setting("Every", "Epochs or steps between two cuts of the learning rate.", ge=1, le=LONGEST)
    ] = 100
    decay_rate: Annotated[
        float, setting("Decay", "The share of the learning rate that is left after each cut.", gt=0, le=1)
    ] = 0.5

    def decay(self, t: int) -> float:
        return float(self.decay_rate ** (t // self.every))

    @property
    def shown(self) -> float:
        return 4 * self.every


class Exponential(Schedule, title="Exponential"):
    """The learning rate shrinks a little each time."""

    name: Literal["exponential"]
    decay_rate: Annotated[
        float,
        setting("Decay", "The share of the learning rate that is left after each epoch or step.", gt=0, le=1),
    ] = 0.99

    def decay(self, t: int) -> float:
        return float(self.decay_rate**t)

    @property
    def shown(self) -> float:
        return math.log(0.02) / math.log(min(self.decay_rate, 0.9999))


class Cosine(Schedule, title="Cosine"):
    """The learning rate glides down half a cosine wave, then stays (Loshchilov and Hutter 2017)."""

    name: Literal["cosine"]
    over: Annotated[int, setting("Over", "Epochs or steps that the way down takes.", ge=1, le=LONGEST)] = 200
    final: Annotated[
        float, setting("Final share", "The share of the learning rate that is left at the end.", ge=0, le=1)
    ] = 0.0

    def decay(self, t: int) -> float:
        """``final + (1 - final) (1 + cos(pi t / over)) / 2`` until t = over."""
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * min(t / self.over, 1))) / 2

    @property
    def shown(self) -> float:
        return 1.2 * self.over


SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "step": Step,
    "exponential": Exponential,
    "cosine": Cosine,
}
