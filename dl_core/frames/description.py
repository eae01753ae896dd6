"""What a config comes to, for the page: its layers, its objective, the course of its learning rate."""

from typing import Any

from dl_core.config.config import Config
from dl_core.nn.network import Network


def describe(config: Config, network: Network | None = None) -> dict[str, Any]:
    """Parts of `start` and of a config's data, as plain JSON; `network` if it has been built."""
    hidden = [layer.model_dump() for layer in config.model.layers]
    network = network or Network(config.in_shape, hidden, config.task.units)
    loss, activation = config.objective
    output = {"type": "dense", "activation": activation, "output": True}
    layers = zip([*hidden, output], network.described(), strict=True)
    return {
        "n_parameters": network.params.shape[-1],
        "layers": [{**settings, "units": shapes["out_shape"][-1], **shapes} for settings, shapes in layers],
        "loss": loss,
        "output_activation": activation,
        "schedule": config.training.schedule.curve(),
    }
