"""A layer's part of a training step: its lines forward, and later its lines backward.

`program.PARTS` names the layers that have a part of their own. Of any other layer, `forward` and `backward`
are recorded whole if they are elementwise rules and sums that keep the features; if they are not, the step
calls them as they are, on copies (batch, *shape), as the textbook's step does.
"""

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.blocks import Block, as_features, as_samples, block
from dl_core.compiler.codegen import CodeWriter
from dl_core.compiler.graph import Symbol, TracingError
from dl_core.nn.layers.layer import Shape
from dl_core.nn.network import Network


class Step(NamedTuple):
    """What all parts of a step need."""

    writer: CodeWriter
    network: Network
    axes: Shape  # () or (R,)
    batch: int
    drawn: Mapping[int, Array]  # what layers have drawn for the batch, by number, ([R,] units, B)
    shared: dict[Any, Any]  # what parts of one kind share

    def block(self, shape: Shape, name: str) -> Block:
        """A block for samples of that shape, and its name in the code."""
        fresh = block((*self.axes, math.prod(shape), self.batch))
        self.writer.name(fresh.values, name)
        self.writer.name(fresh.with_ones, f"{name}_ones")
        return fresh


class Part(ABC):
    """Part of layer number `i` with inputs x and outputs y; the constructor appends its lines forward."""

    y: Block

    def __init__(self, step: Step, i: int, x: Block) -> None:
        self.step, self.i, self.x = step, i, x
        self.layer = step.network.layers[i]
        self.learns = self.layer.trainable and bool(self.layer.shapes)

    @abstractmethod
    def backward(self, dy: Block, further: bool) -> Block:
        """Append the lines backward; return dloss/dx, which is valid if a layer below learns (`further`)."""


class RecordedPart(Part):
    """A layer that keeps its features: its own forward and backward, recorded whole."""

    def __init__(self, step: Step, i: int, x: Block) -> None:
        super().__init__(step, i, x)
        layer, writer = self.layer, step.writer
        self.y = step.block(layer.out_shape, f"a{i + 1}")
        self.symbolic = copy.copy(layer)  # its arrays are symbols while it is recorded
        names = [*layer.shapes, *(f"d{name}" for name in layer.shapes), *layer.statistics]
        self.arrays = {name: getattr(layer, name).mT for name in names}
        for name, array in self.arrays.items():
            writer.name(array, f"{name}{i + 1}")
        drawn = [step.drawn[i]] if i in step.drawn else []

        def forward(x: Any, *rest: Any) -> Any:
            rows = iter(rest)
            given = next(rows) if drawn else None
            vars(self.symbolic).update(zip(self.arrays, rows, strict=True))
            y = self.symbolic.forward(x, training=True, drawn=given)
            for name, value in vars(self.symbolic).items():
                if value is not vars(layer).get(name) and not isinstance(value, Symbol):
                    raise TracingError(f"keeps `{name}` for the way back, which is not an array")
            return y

        self.arrays |= writer.record(
            forward,
            *(x.values, *drawn, *self.arrays.values()),
            into=self.y.values,
            kept=lambda: vars(self.symbolic),
        )

    def backward(self, dy: Block, further: bool) -> Block:
        def backward(dy: Any, *rest: Any) -> Any:
            vars(self.symbolic).update(zip(self.arrays, rest, strict=True))
            return self.symbolic.backward(dy)

        self.step.writer.record(backward, dy.values, *self.arrays.values(), into=dy.values)
        return dy


class CalledPart(Part):
    """Any layer: its own forward and backward, called as they are."""

    def __init__(self, step: Step, i: int, x: Block) -> None:
        super().__init__(step, i, x)
        layer = self.layer
        self.y = step.block(layer.out_shape, f"a{i + 1}")

        def forward(x: Array, y: Array, *drawn: Array) -> None:
            given = np.ascontiguousarray(as_samples(drawn[0], layer.out_shape)) if drawn else None
            samples = np.ascontiguousarray(as_samples(x, layer.in_shape))
            outputs = layer.forward(samples, training=True, drawn=given)
            y[...] = as_features(outputs, layer.out_shape)

        step.writer.name(forward, f"forward{i + 1}")
        drawn = [step.drawn[i]] if i in step.drawn else []
        step.writer.call(forward, x.values, self.y.values, *drawn)

    def backward(self, dy: Block, further: bool) -> Block:
        layer = self.layer
        dx = self.step.block(layer.in_shape, f"d{self.i}")

        def backward(dy: Array, dx: Array) -> None:
            gradient = layer.backward(np.ascontiguousarray(as_samples(dy, layer.out_shape)))
            dx[...] = as_features(gradient, layer.in_shape)

        self.step.writer.name(backward, f"backward{self.i + 1}")
        self.step.writer.call(backward, dy.values, dx.values)
        return dx


def recordable(step: Step, i: int, x: Block) -> bool:
    """Whether a layer keeps its features, and the rules of its forward and backward can be recorded."""
    layer = step.network.layers[i]
    if layer.in_shape != layer.out_shape or len(layer.in_shape) != 1:
        return False
    try:
        trial = RecordedPart(step._replace(writer=CodeWriter()), i, x)
        trial.backward(trial.y, True)
    except (TypeError, ValueError):  # a fault of the layer's own will show when it is called
        return False
    return True
