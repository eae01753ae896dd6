"""Early stopping ends training when the network has stopped getting better on samples it does not learn from.

At the end of each epoch the validation loss is compared with the best so far. Waiting longer than `patience`
epochs for a better one ends training, and the best weights come back.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from numpy.typing import NDArray

from dl_core.arrays import Array
from dl_core.checkpoint import Memory
from dl_core.settings.declaration import Settings, setting


class NoneSettings(Settings, title="Off"):
    """Training goes on until it is stopped."""

    name: Literal["none"]


class ValidationLossSettings(Settings, title="Validation loss"):
    """Training ends by itself when the validation loss has not improved for a while."""

    name: Literal["validation_loss"]
    patience: Annotated[
        int,
        setting(
            "Patience",
            "How many epochs to wait for a lower validation loss. "
            "Too few and a bump ends training; too many and overfitting goes on.",
            ge=1,
            le=10_000,
        ),
    ] = 20
    min_delta: Annotated[
        float,
        setting("Least gain", "How much lower a validation loss must be to count as better.", ge=0, le=1),
    ] = 0.0
    restore_best: Annotated[
        bool,
        setting("Best weights", "Whether to go back to the weights of the best epoch when training ends."),
    ] = True


EARLY_STOPPINGS: dict[str, type[Settings]] = {"none": NoneSettings, "validation_loss": ValidationLossSettings}


class EarlyStopping:
    """Of one network, or of R side by side: each stops by itself, and then stays while the others train.

    `params` (R, P), `statistics` (R, S) and `others`, the optimizer's arrays, are views of what the networks
    train, R = 1 for one network; `memory` is all that is remembered from epoch to epoch.
    """

    def __init__(
        self, settings: Sequence[ValidationLossSettings], params: Array, statistics: Array, *others: Array
    ) -> None:
        self.settings = settings
        self.params, self.statistics, *self.others = (
            array.reshape(len(settings), array.shape[-1]) for array in (params, statistics, *others)
        )
        n = len(settings)
        self.memory = Memory(
            [None] * n, [0] * n, [0] * n, [0] * n, self.params.copy(), self.statistics.copy()
        )
        self._held: dict[int, list[Array]] = {}

    def stopped(self, r: int) -> bool:
        return self.memory.waited[r] >= self.settings[r].patience

    def compare(self, losses: NDArray[Any], epoch: int, active: Sequence[bool]) -> None:
        """Compare the validation losses (R,) at the end of an epoch, of the networks that still train."""
        memory = self.memory
        for r in (r for r, going in enumerate(active) if going):
            best, loss = memory.best[r], float(losses[r])
            if loss < (math.inf if best is None else best) - self.settings[r].min_delta:
                memory.best[r], memory.epoch[r], memory.waited[r] = loss, epoch, 0
                memory.params[r], memory.statistics[r] = self.params[r], self.statistics[r]
            else:
                memory.waited[r] += 1
            if self.stopped(r):
                if self.settings[r].restore_best:
                    self.params[r], self.statistics[r] = memory.params[r], memory.statistics[r]
                self.keep(r)

    def keep(self, r: int) -> None:
        """From now on network r is to stay as it is."""
        self._held[r] = [array[r].copy() for array in (self.params, self.statistics, *self.others)]

    def hold(self) -> None:
        """Put back the networks that have stopped, after a step of all."""
        for r, rows in self._held.items():
            for array, row in zip((self.params, self.statistics, *self.others), rows, strict=True):
                array[r] = row

    def begin(self, epoch: int) -> None:
        """Look from that epoch on, in the middle of a run."""
        self.memory.since[:] = [epoch] * len(self.settings)
        self.memory.params[...], self.memory.statistics[...] = self.params, self.statistics

    def restore(self, memory: Memory) -> None:
        """Go on from what is remembered; the parameters stand already where they belong."""
        self.memory = memory.copy()
        for r in filter(self.stopped, range(len(self.settings))):
            self.keep(r)

    def message(self, r: int) -> str | None:
        """Why network r has stopped, for a student; None if it has not."""
        if not self.stopped(r):
            return None
        epoch, waited, since = self.memory.epoch[r], self.memory.waited[r], self.memory.since[r]
        watched = f", watched since epoch {since}," if since else ""
        text = (
            f"Training stopped by itself after epoch {epoch + waited}: the validation loss{watched} was "
            f"lowest after epoch {epoch} and has not fallen in the {waited} epochs since."
        )
        return text + " The weights are those of that epoch." if self.settings[r].restore_best else text


def early_stopping(
    settings: Sequence[Settings], params: Array, statistics: Array, *others: Array
) -> EarlyStopping | None:
    """As the settings of the networks side by side have it; None if there is to be none."""
    watched = [each for each in settings if isinstance(each, ValidationLossSettings)]
    return EarlyStopping(watched, params, statistics, *others) if watched else None
