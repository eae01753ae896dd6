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
    """Base of the layers' settings. `title=` of the class is the layer's name for a student."""

    most: ClassVar[int | None] = None  # layers of this type in a network, if fewer than layers of all types
    type: str  # name in `LAYERS`


class Parameter(NamedTuple):
    """What a parameter is to the initializers, the penalties and the page.

    `kind` is what one number of it belongs to. "weights" (inputs, units): the connection of an input and a
    unit; "bias" (1, units): the sum of a unit; "unit" (1, units): a unit in another way; "other": none.
    """

    title: str  # for a student
    kind: Literal["weights", "bias", "unit", "other"]
    start: Literal["initializer", "bias_initializer"] | float  # a setting of the network, or the number
    penalized: bool = False  # whether the L1 and L2 penalties count it


WEIGHTS = Parameter("Weight", "weights", "initializer", penalized=True)
BIAS = Parameter("Bias", "bias", "bias_initializer")


class Refusal(NamedTuple):
    """Why a layer cannot be used as it is set."""

    setting: str  # the layer's setting that is wrong
    text: str  # the sentence after its name: rule, value, remedy; "{layer}" stands for the layer's path
    depends_on: tuple[Literal["in_shape", "batch_size"], ...] = ()  # what else it follows from


class Layer(ABC):
    """Base of all: a layer without parameters that draws nothing and keeps the shape of a sample.

    A batch is ([R,] B, *shape). The constructor takes the shape of one sample in, and the settings by name;
    it accepts any shape, and `refusals` says which ones do not work.
    """

    settings: ClassVar[type[LayerSettings]]  # `type`, and the constructor's arguments
    note: ClassVar[str] = ""  # a few words that the page shows below the layer's name
    parameters: ClassVar[dict[str, Parameter]] = {}  # in the order in which they lie in the flat vector
    statistics: ClassVar[dict[str, float]] = {}
    """Starts of the running statistics, (1, out_shape[-1]): gathered in training, used at inference."""
    draws: ClassVar[bool] = False  # whether it draws anything at random for each epoch
    maps: ClassVar[bool] = False  # whether its outputs are features of their own, worth a map of each unit
    in_shape: Shape  # of one sample, before the layer and after it
    out_shape: Shape
    shapes: dict[str, tuple[int, int]]  # of the parameters
    trainable: bool = True  # whether training may change the parameters
    initializer: str | None = None  # this and the penalties: the layer's own; None means the network's
    l1: float | None = None
    l2: float | None = None

    def __init__(self, in_shape: Shape) -> None:
        self.in_shape = self.out_shape = in_shape
        self.shapes = {}

    @classmethod
    def about(cls) -> dict[str, Any]:
        """What the page has to know of this type of layer beside its settings."""
        parameters = [{"name": name, "title": p.title, "kind": p.kind} for name, p in cls.parameters.items()]
        return {"maps": cls.maps, "parameters": parameters, "note": cls.note, "most": cls.settings.most}

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

    def draw(self, rng: np.random.Generator, n_samples: int) -> Array:
        """What a layer with `draws` draws for the samples of an epoch, (n_samples, *out_shape)."""
        raise NotImplementedError

    @abstractmethod
    def forward(self, x: Array, *, training: bool = False, drawn: Array | None = None) -> Array:
        """Outputs for x. Only training leaves a trace on the layer. `drawn`: the batch's rows of the draw."""

    @abstractmethod
    def backward(self, dy: Array) -> Array:
        """Store the parameters' gradients; return dloss/dx."""
