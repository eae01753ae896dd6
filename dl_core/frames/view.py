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

    `with_samples` lets the inputs go through the network together with the samples, which saves calls if they
    are few. The last layer's outputs are then logits.
    """

    name: ClassVar[str]  # in a request; capital letters between colons stand for numbers, "unit:L:U"
    pattern: ClassVar[str | None] = None  # of such names, with a group for each number
    description: ClassVar[str]  # for the API's description
    schema: ClassVar[Schema]  # of the entry
    with_samples: ClassVar[bool] = False
    units: Sequence[tuple[int, slice]] = ()  # layers and their units whose outputs `draw` gets, in this order
    side = 0  # length of a row if the inputs are a grid, row by row, with enough points to be worth it

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
