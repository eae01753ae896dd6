"""A drawing turns outputs of a network's layers at chosen inputs into JSON; a view is one with a name.

To add a view, write a subclass of `View` in the file of the data that it belongs to, and list it in `VIEWS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, TypeAlias

from dl_core.arrays import Array
from dl_core.config.config import Config
from dl_core.training.data import Data
from dl_core.training.trainer import Trainer

Schema: TypeAlias = dict[str, Any]

ARRAY: Schema = {"$ref": "#/components/schemas/Array"}
"""JSON Schema of an encoded array, as the API's description names it."""


class NetworkInputs(Protocol):
    """Inputs at which outputs are wanted. Equal ones are computed once."""

    @property
    def side(self) -> int:
        """Length of a row if they are a grid of points, row by row; 0 for any others."""

    def rows(self, data: Data) -> Array:
        """The network's inputs (G, D)."""

    def __hash__(self) -> int: ...


class Drawing(ABC):
    """Part of a frame.

    Attributes
    ----------
    inputs : NetworkInputs or None
        Where outputs of the layers are wanted; None for what is drawn without them.
    units : sequence of (layer, slice of units)
        Whose outputs `draw` gets, in this order.
    with_samples : bool
        Whether the inputs go through the network together with the samples, which saves calls if they are
        few. The last layer's outputs are then logits.
    """

    inputs: NetworkInputs | None = None
    units: Sequence[tuple[int, slice]] = ()
    with_samples: ClassVar[bool] = False

    @abstractmethod
    def draw(self, outputs: Sequence[Array]) -> Any:
        """JSON from the outputs, each (units, G), which are not to be written to."""


class View(Drawing):
    """A drawing that a request asks for by name.

    Attributes
    ----------
    name : str
        What it is called; capital letters between colons stand for numbers, "unit:L:U".
    pattern : str
        Regular expression of the names, with a group for each number; None if it is the name alone.
    description : str
        What it shows, for the API's description.
    schema : dict
        JSON Schema of its entry in a frame.
    """

    name: ClassVar[str]
    pattern: ClassVar[str | None] = None
    description: ClassVar[str]
    schema: ClassVar[Schema]

    def __init__(self, trainer: Trainer, resolution: int, *numbers: int) -> None:
        """Prepare for all frames of a trainer.

        Parameters
        ----------
        resolution : int
            Cells of a large map along each axis.
        *numbers : int
            Those in the name that was asked for.
        """
        self.trainer = trainer

    @classmethod
    def refusal(cls, config: Config, *numbers: int) -> str | None:
        """What `views` must be, and is not, for this config; None if the view can be drawn."""
        return None
