"""A view that the engine does not have: what a new entry of the registry must reach by itself."""

from typing import ClassVar

from dl_core.frames import VIEWS
from dl_core.frames.points import MapView


class OutputMean(MapView):
    """Mean of each output over the plane."""

    name = "output_mean"
    description = "Mean of each output over the plane."
    schema: ClassVar = {"type": "array", "items": {"type": "number"}}
    units = ((-1, slice(None)),)

    @classmethod
    def refusal(cls, config, *numbers):
        return "must be without output_mean for numbers" if config.task.name == "regression" else None

    def draw(self, outputs):
        return outputs[0].mean(axis=1).tolist()


def register(monkeypatch):
    """Offer it until the test is over."""
    monkeypatch.setitem(VIEWS, OutputMean.name, OutputMean)
