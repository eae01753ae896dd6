"""A view is one named entry of a frame, made from what layers put out at chosen inputs.

To add one, write a subclass of `View` in the file of the data that it belongs to, and list it in `VIEWS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

from dl_core.arrays import Array
from dl_core.config.config import Config
from dl_core.training.trainer import Trainer

Schema: TypeAlias = dict[str, Any]

ARRAY: Schema = {"$ref": "#/components/schemas/Array"}
"""JSON Schema of an encoded array, as the API's description names it."""


class View(ABC):
    """Base of all: a view that needs no outputs, of any network.

    Attributes
    ----------
    name : str
        What a request calls it; capital letters between colons stand for numbers, "unit:L:U".
    pattern : str or None
        Regular expression of the names, with a group for each number; None if it is the name alone.
    description : str
        What it shows, for the API's description.
    schema : dict
        JSON Schema of the entry.
    units : sequence of (layer, slice of units)
        Whose outputs `draw` gets, in this order.
    side : int
        Length of a row if the inputs are a grid of points, row by row, with enough of them to be worth it.
    with_samples : bool
        Whether the inputs go through the network together with the samples, which saves calls if they are
        few. The last layer's outputs are then logits.
    """

    name: ClassVar[str]
    pattern: ClassVar[str | None] = None
    description: ClassVar[str]
    schema: ClassVar[Schema]
    with_samples: ClassVar[bool] = False
    units: Sequence[tuple[int, slice]] = ()
    side = 0

    def __init__(self, trainer: Trainer, resolution: int, *numbers: int) -> None:
        """Prepare for all frames of a trainer; large maps have `resolution` cells along each axis."""
        self.trainer = trainer

    @classmethod
    def refusal(cls, config: Config, *numbers: int) -> str | None:
        """What the setting `views` must be, and is not, for this config; None if the view can be drawn."""
        return None

    def inputs(self) -> Array | None:
        """The network's inputs (G, D) at which outputs are wanted; None if there is no need of any."""
        return None

    @abstractmethod
    def draw(self, outputs: Sequence[Array]) -> Any:
        """JSON from the outputs, each (units, G), which are not to be written to."""
