"""A training step as straight-line code: the textbook's rules, traced, around products arranged for speed.

Arrays are stored (features, batch), so the numbers of each layer are one contiguous block. Products of dense
layers are written out for speed (`dense`); all the rest (activations, loss, penalties, optimizer, other
layers) is traced from the definitions that the textbook path runs.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from dl_core.arrays import Array
from dl_core.compiler.blocks import Block, block_without_ones, input_block
from dl_core.compiler.codegen import CodeWriter
from dl_core.compiler.dense import DensePart
from dl_core.compiler.parts import CalledPart, Part, RecordedPart, Step, recordable
from dl_core.nn.layers.dense import Dense
from dl_core.nn.layers.layer import Layer
from dl_core.nn.network import Network

PARTS: dict[type[Layer], type[Part]] = {Dense: DensePart}
"""Parts of the layers that have one of their own; any other layer is recorded whole, or else called."""


def part(step: Step, i: int, x: Block) -> Part:
    kind = PARTS.get(type(step.network.layers[i]))
    if kind is None:
        kind = RecordedPart if recordable(step, i, x) else CalledPart
    return kind(step, i, x)


class Program:
    """Steps of one batch size: ``run(*feeds)`` takes one for each entry along their first axis."""

    def __init__(
        self,
        network: Network,
        feeds: Mapping[str, Array],
        gradient: Callable[..., Any],
        update: Callable[..., None],
        state: Mapping[str, Array],
    ) -> None:
        """Write the code.

        ``gradient(z, t[, weights])`` is dloss/dz. ``update(params, grads, *state[, lr])`` works in place;
        `state` are the optimizer's own arrays. Of the feeds only the shapes matter, behind a first axis of
        steps: "x", the inputs above a row of ones ([R,] D + 1, B); "t", the targets ([R,] C, B); "weights",
        if samples have any ([R,] 1, B); "lr", if it changes, () or (R, 1); "drawn<i>", if layer i draws ([R,]
        units, B).
        """
        writer = CodeWriter()
        inputs = {name: np.zeros(feed.shape[1:], feed.dtype) for name, feed in feeds.items()}
        for name, array in inputs.items():
            writer.feed(array, name)
        x = input_block(writer, inputs["x"])
        drawn = {i: inputs[f"drawn{i}"] for i in range(len(network.layers)) if f"drawn{i}" in inputs}
        step = Step(writer, network, network.params.shape[:-1], x.values.shape[-1], drawn, {})
        parts: list[Part] = []
        for i in range(len(network.layers)):
            parts.append(part(step, i, parts[-1].y if parts else x))

        z = parts[-1].y.values
        d = block_without_ones(z.shape)
        writer.name(d.values, f"d{len(parts)}")
        targets = [inputs[name] for name in ("t", "weights") if name in inputs]
        writer.record(gradient, z, *targets, into=d.values)
        first = next((i for i, part in enumerate(parts) if part.learns), len(parts))
        for i in reversed(range(first, len(parts))):
            d = parts[i].backward(d, i > first)

        changing = {"params": network.params, "grads": network.grads, **state}
        for name, array in changing.items():
            writer.name(array, name)
        lr = [inputs["lr"]] if "lr" in inputs else []
        writer.record(update, *changing.values(), *lr, transposed=False)
        self.run, self.source = writer.loop(list(feeds))
