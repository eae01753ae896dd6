"""A dataset is a recipe that turns a seed into points of the plane, with a class or a number at each.

All points lie in [-6, 6] x [-6, 6], or all but a few (clouds have no edge). Classes are as large as one
another, to within one point. The points depend on name, n_samples, noise, n_classes and seed alone, not on
split or network; and the random numbers drawn do not depend on the noise, so that turning it up moves the
same points further.

Noise, from 0 to 0.5, is one of three things, and each recipe says which:

- *moves*: each point takes a random step, uniform from -2 noise to 2 noise along each axis; classes stay;
- *widens*: the clouds' standard deviation grows;
- *blurs*: normal noise of standard deviation `noise / 2` is added to the target; points stay.

To add one, write the recipe and name it in `DATASETS`.
"""

# mypy: disable-error-code="no-any-return"
# NumPy's types call a Python float times an array Any.

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dl_core import rng as random

Doubles: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Rng: TypeAlias = np.random.Generator

EXTENT = 6.0
"""The plane that is drawn: both coordinates from -EXTENT to EXTENT."""

CLASS_COUNTS = range(2, 9)
"""How many classes there may be, where that may be chosen."""

TURN = 2 * np.pi


def polar(radius: Doubles, angle: Doubles) -> Doubles:
    """Points (n, 2) from radius and angle."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def band(rng: Rng, inner: Doubles, outer: Doubles) -> Doubles:
    """Radii that fill the ring from `inner` to `outer` evenly (by area)."""
    return np.sqrt(rng.uniform(inner**2, outer**2))


def moved(rng: Rng, x: Doubles, noise: float) -> Doubles:
    """Each point moved by up to ``2 noise`` along each axis."""
    return x + 2 * noise * rng.uniform(-1, 1, x.shape)


def circle(rng: Rng, label: Labels, noise: float) -> Doubles:
    """Class 1 fills a disc of radius 2.5, class 0 the ring from 3.5 to 5 around it. Noise moves."""
    inner, outer = np.where(label == 1, 0, 3.5), np.where(label == 1, 2.5, 5)
    return moved(rng, polar(band(rng, inner, outer), rng.uniform(0, TURN, label.size)), noise)


def xor(rng: Rng, label: Labels, noise: float) -> Doubles:
    """Class 1 where x1 and x2 have the same sign, class 0 elsewhere; 0.3 to 5 off the axes. Noise moves."""
    x = rng.uniform(0.3, 5, (label.size, 2))
    side = rng.choice([-1, 1], label.size)
    return moved(rng, x * np.stack([side, np.where(label == 1, side, -side)], axis=-1), noise)


def gauss(rng: Rng, label: Labels, noise: float) -> Doubles:
    """Two round clouds, class 1 around (2, 2), class 0 around (-2, -2). Noise widens: sd 0.7 + 1.8 noise."""
    centre = np.where(label == 1, 2, -2)[:, None]
    return centre + (0.7 + 1.8 * noise) * rng.standard_normal((label.size, 2))


def spiral(rng: Rng, label: Labels, noise: float) -> Doubles:
    """Two arms of 1.75 turns, half a turn apart, from the centre to radius 5. Noise moves."""
    along = rng.uniform(0, 1, label.size)
    return moved(rng, polar(5 * along, TURN * 1.75 * along + np.pi * label), noise)


def moons(rng: Rng, label: Labels, noise: float) -> Doubles:
    """Two half circles that reach into each other, class 0 above, class 1 below. Noise moves."""
    angle = rng.uniform(0, np.pi, label.size)
    arc = polar(np.full(label.size, 3.0), angle)
    return moved(rng, np.where(label[:, None] == 1, [1.5, 0.75] - arc, arc - [1.5, 0.75]), noise)


def checkerboard(rng: Rng, label: Labels, noise: float) -> Doubles:
    """Squares of side 2.5, four by four, of class 0 and 1 in turn; points 0.15 off edges. Noise moves."""
    row, pair = rng.integers(0, 4, label.size), rng.integers(0, 2, label.size)
    column = 2 * pair + (row + label) % 2
    inside = rng.uniform(0.15, 2.35, (label.size, 2))
    return moved(rng, 2.5 * np.stack([column, row], axis=-1) - 5 + inside, noise)


def rings(rng: Rng, label: Labels, noise: float) -> Doubles:
    """A disc of radius 1.3, a ring from 2 to 3.2, a ring from 3.9 to 5: classes 0, 1, 2. Noise moves."""
    inner, outer = np.array([0, 2, 3.9])[label], np.array([1.3, 3.2, 5])[label]
    return moved(rng, polar(band(rng, inner, outer), rng.uniform(0, TURN, label.size)), noise)


def blobs(rng: Rng, label: Labels, noise: float) -> Doubles:
    """Round clouds evenly spaced on a circle of radius 3.5. Noise widens: sd 0.5 + 1.5 noise."""
    angle = TURN * (label / (label.max() + 1) + 1 / 8)
    centre = polar(np.full(label.size, 3.5), angle)
    return centre + (0.5 + 1.5 * noise) * rng.standard_normal((label.size, 2))


def pinwheel(rng: Rng, label: Labels, noise: float) -> Doubles:
    """Bent arms that spread from radius 0.8 to 5, evenly spaced. Noise moves."""
    arms = label.max() + 1
    radius = rng.uniform(0.8, 5, label.size)
    across = rng.uniform(-0.25, 0.25, label.size)
    return moved(rng, polar(radius, TURN * (label + across) / arms + 0.35 * radius), noise)


def plane(x: Doubles) -> Doubles:
    """``(x1 + x2) / 12``: a tilted plane, which one linear unit learns. Noise blurs."""
    return x.sum(axis=-1) / 12


def multi_gauss(x: Doubles) -> Doubles:
    """Six bumps of width 1.2 and height +1 or -1 in turn, on two rows. Noise blurs."""
    y = np.zeros(len(x))
    for row, x2 in enumerate((-2.5, 2.5)):
        for column, x1 in enumerate((-4, 0, 4)):
            y += (-1) ** (row + column + 1) * np.exp(-((x - [x1, x2]) ** 2).sum(axis=-1) / (2 * 1.2**2))
    return y


def saddle(x: Doubles) -> Doubles:
    """``(x1^2 - x2^2) / 36``: up along x1, down along x2. Noise blurs."""
    return (x[:, 0] ** 2 - x[:, 1] ** 2) / 36


def ripple(x: Doubles) -> Doubles:
    """``cos(1.5 r) exp(-r / 6)``: rings that fade outwards, r the distance from the centre. Noise blurs."""
    r = np.sqrt((x**2).sum(axis=-1))
    return np.cos(1.5 * r) * np.exp(-r / 6)


def swirl(x: Doubles) -> Doubles:
    """The wind of a whirl around the centre, along x1 and along x2: two numbers a point. Noise blurs.

    ``(-x2, x1) exp((1 - r^2 / 9) / 2) / 3``, strongest, 1, at a distance of 3.
    """
    strength = np.exp((1 - (x**2).sum(axis=-1, keepdims=True) / 9) / 2) / 3
    return strength * np.stack([-x[:, 1], x[:, 0]], axis=-1)


class Dataset(NamedTuple):
    """Entry of the registry.

    The recipe is ``(rng, label, noise) -> x`` for classes; for numbers ``x -> y``, between -1 and 1, (n) or
    (n, n_outputs).
    """

    title: str
    description: str
    recipe: Callable[..., Any]
    n_classes: int | None = None  # None if the targets are numbers
    any_classes: bool = False  # whether `n_classes` may be chosen
    n_outputs: int = 1  # numbers at each point, if the targets are numbers

    def about(self) -> dict[str, Any]:
        return {"n_classes": self.n_classes, "any_classes": self.any_classes, "n_outputs": self.n_outputs}


DATASETS: dict[str, Dataset] = {
    "circle": Dataset(
        "Circle", "A disc inside a ring. No straight line parts them, one closed curve does.", circle, 2
    ),
    "xor": Dataset(
        "Exclusive or", "Opposite quarters belong together. The classic that one unit cannot learn.", xor, 2
    ),
    "gauss": Dataset(
        "Two clouds", "Two round clouds. A straight line is enough, and noise makes them overlap.", gauss, 2
    ),
    "spiral": Dataset(
        "Spiral", "Two arms wound around each other. Hard: it needs more units or more features.", spiral, 2
    ),
    "moons": Dataset(
        "Moons", "Two half moons that reach into each other. A gentle curve parts them.", moons, 2
    ),
    "checkerboard": Dataset(
        "Checkerboard", "Sixteen squares in turn. Many corners, so many units.", checkerboard, 2
    ),
    "rings": Dataset("Rings", "Three classes, one around the other.", rings, 3),
    "blobs": Dataset("Clouds", "Round clouds on a circle, one for each of 2 to 8 classes.", blobs, 4, True),
    "pinwheel": Dataset("Pinwheel", "Bent arms, one for each of 2 to 8 classes.", pinwheel, 5, True),
    "plane": Dataset("Plane", "A tilted plane. One linear unit learns it exactly.", plane),
    "multi_gauss": Dataset("Bumps", "Three hills and three hollows on flat ground.", multi_gauss),
    "saddle": Dataset(
        "Saddle", "Up along one axis, down along the other. Two squared features make it easy.", saddle
    ),
    "ripple": Dataset("Ripple", "Waves that run outwards and fade, like a stone's in a pond.", ripple),
    "swirl": Dataset(
        "Swirl", "The wind of a whirl: two numbers at each point, so two output units.", swirl, n_outputs=2
    ),
}


class Samples(NamedTuple):
    """Points x (N, 2) float32; targets y: the class's index (N, 1) int64, or values (N, C) float32."""

    x: NDArray[np.float32]
    y: NDArray[Any]


def make(name: str, *, n_samples: int, noise: float, n_classes: int | None, seed: int) -> Samples:
    """Draw a dataset. `n_classes` None means the dataset's own number."""
    dataset = DATASETS[name]
    rng = random.generator(seed, "points")
    if dataset.n_classes is None:
        x = rng.uniform(-EXTENT, EXTENT, (n_samples, 2))
        y = dataset.recipe(x).reshape(n_samples, dataset.n_outputs)
        y = y + noise / 2 * rng.standard_normal(y.shape)
        return Samples(x.astype(np.float32), y.astype(np.float32))
    label = np.arange(n_samples) % (n_classes or dataset.n_classes)
    x = dataset.recipe(rng, label, noise)
    return Samples(x.astype(np.float32), label[:, None])
