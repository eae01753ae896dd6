"""What every layer has: a way forward, a way back, and perhaps parameters, statistics and draws."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np

from dl_core.arrays import Array
from dl_core.nn.initializers import Initializer
from dl_core.settings.declaration import Settings, setting

Shape: TypeAlias = tuple[int, ...]

ACTIVATION_WORK = 200
"""Multiplications that take as long as one value of a costly activation."""

Trainable: TypeAlias = Annotated[
    bool,
    setting(
        "Trainable",
        "Whether training may change this layer. A frozen one keeps its weights and passes signals through.",
    ),
]


class LayerSettings(Settings):
    """Base of the layers' settings. `title=` of the class is the layer's name for a student.

    Attributes
    ----------
    type : str
        Name in `LAYERS`.
    most : int or None
        Layers of this type that a network may have, if fewer than layers of all types.
    """

    most: ClassVar[int | None] = None
    type: str

    @classmethod
    def about(cls) -> dict[str, Any]:
        return {"most": cls.most}


class Parameter(NamedTuple):
    """What a parameter is to the initializers, the penalties and the page.

    Attributes
    ----------
    title : str
        Its name for a student.
    kind : str
        What one number of it belongs to. "weights" (inputs, units): the connection of an input and a unit;
        "bias" (1, units): the sum of a unit; "unit" (1, units): a unit in another way; "other": none of them.
    start : str or float
        The setting of the network that says how it starts, or the number that it starts from.
    penalized : bool
        Whether the L1 and L2 penalties count it.
    """

    title: str
    kind: Literal["weights", "bias", "unit", "other"]
    start: Literal["initializer", "bias_initializer"] | float
    penalized: bool = False


WEIGHTS = Parameter("Weight", "weights", "initializer", penalized=True)
BIAS = Parameter("Bias", "bias", "bias_initializer")


class Refusal(NamedTuple):
    """Why a layer cannot be used as it is set.

    Attributes
    ----------
    setting : str
        Name of the layer's setting that is wrong.
    text : str
        The sentence after that name: the rule, the value, a remedy. ``{layer}`` stands for the layer's path.
    depends_on : tuple of str
        What else it follows from: "in_shape", "batch_size".
    """

    setting: str
    text: str
    depends_on: tuple[Literal["in_shape", "batch_size"], ...] = ()


class Layer(ABC):
    """Base of all: a layer without parameters that draws nothing and keeps the shape of a sample.

    A batch is ([R,] B, *shape). The constructor takes the shape of one sample in, and the settings by name;
    it accepts any shape, and `refusals` says which ones do not work.

    Attributes
    ----------
    settings : type
        The settings' declaration; beside `type`, the names are those of the constructor's arguments.
    in_shape, out_shape : tuple of int
        Shape of one sample before and after the layer.
    parameters : dict of str to Parameter
        What each parameter is, in the order in which they lie in the flat vector.
    shapes : dict of str to tuple of int
        Shape of each parameter.
    statistics : dict of str to float
        Name and start of each running statistic, (1, out_shape[-1]): gathered in training, used at inference.
    trainable : bool
        Whether training may change the parameters.
    initializer, l1, l2 : str, float or None
        The layer's own; None means the network's.
    draws : bool
        Whether it draws anything at random for each epoch.
    maps : bool
        Whether its outputs are features of their own, worth a map of each unit.
    """

    settings: ClassVar[type[LayerSettings]]
    parameters: ClassVar[dict[str, Parameter]] = {}
    statistics: ClassVar[dict[str, float]] = {}
    draws: ClassVar[bool] = False
    maps: ClassVar[bool] = False
    in_shape: Shape
    out_shape: Shape
    shapes: dict[str, tuple[int, int]]
    trainable: bool = True
    initializer: str | None = None
    l1: float | None = None
    l2: float | None = None

    def __init__(self, in_shape: Shape) -> None:
        self.in_shape = self.out_shape = in_shape
        self.shapes = {}

    def refusals(self, batch_size: int) -> Iterator[Refusal]:
        """Why this layer cannot train on its `in_shape` in batches of that size."""
        yield from ()

    def initial(self, name: str, rng: np.random.Generator, draw: Initializer) -> Array:
        """Starting values of a parameter that starts from an initializer."""
        return draw(rng, self.shapes[name])

    @property
    def work(self) -> int:
        """Multiplications of one sample's forward pass."""
        return sum(map(math.prod, self.shapes.values())) + ACTIVATION_WORK * math.prod(self.out_shape)

    @property
    def kept(self) -> int:
        """Numbers that a training step keeps for each sample of the batch."""
        return 5 * math.prod(self.out_shape)

    def bind(
        self, params: dict[str, Array], grads: dict[str, Array], statistics: dict[str, Array] | None = None
    ) -> None:
        """Take the views in which parameters live (`W`, `b`), gradients go (`dW`, `db`), and statistics."""
        for name, view in (params | (statistics or {})).items():
            setattr(self, name, view)
        for name, view in grads.items():
            setattr(self, f"d{name}", view)

    @property
    def drawn_shape(self) -> Shape:
        """Shape of what the layer draws for one sample."""
        return self.out_shape

    def draw(self, rng: np.random.Generator, n_samples: int) -> Array:
        """What a layer with `draws` draws for the samples of an epoch, (n_samples, *drawn_shape)."""
        raise NotImplementedError

    @abstractmethod
    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """Outputs for x. Only training leaves a trace on the layer. `drawn`: the batch's rows of the draw."""

    @abstractmethod
    def backward(self, dy: Array) -> Array:
        """Store the parameters' gradients; return dloss/dx."""
