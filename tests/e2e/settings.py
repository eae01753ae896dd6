"""The config's settings as the server declares them, and for each the control that a student changes it with.

`leaves` reads every setting off the API's description; `CONTROLS` says how each is reached. A setting that is in the
one and not in the other has no control yet, or no more.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from playground import Playground

Schema = dict[str, Any]


def leaves(schemas: Schema, node: Schema, path: str = "") -> Iterator[str]:
    """Every setting at and below a node; those of a variant as "model.layers[dense].units"."""
    if reference := node.get("$ref"):
        node = schemas[reference.rsplit("/", 1)[-1]]
    if "oneOf" in node:
        key = node["discriminator"]["propertyName"]
        yield f"{path}.{key}"
        for name, reference in node["discriminator"]["mapping"].items():
            for own, child in schemas[reference.rsplit("/", 1)[-1]]["properties"].items():
                if own != key:
                    yield from leaves(schemas, child, f"{path}[{name}].{own}")
    elif "properties" in node:
        for name, child in node["properties"].items():
            yield from leaves(schemas, child, f"{path}.{name}".lstrip("."))
    elif node.get("type") == "array" and "enum" not in node["items"]:
        yield from leaves(schemas, node["items"], path)
    else:
        yield path


class Change(NamedTuple):
    """What a student does to a setting, and what is then sent.

    `path` is where, if not at the setting's own; `optimizer` is the one whose parameter it is.
    """

    act: Callable[[Playground], None]
    value: Any
    path: str | None = None
    optimizer: str | None = None


def typed(path: str, value: float, optimizer: str | None = None) -> Change:
    """A number typed into its field."""

    def act(playground: Playground) -> None:
        field = playground.control(path).get_by_role("spinbutton")
        field.fill(str(value))
        field.press("Enter")

    return Change(act, value, path, optimizer)


def chosen(path: str, value: str) -> Change:
    """An option of a menu."""
    return Change(
        lambda p: p.control(path).get_by_role("combobox").select_option(value) and None, value, path
    )


def clicked(selector: str, path: str, value: Any) -> Change:
    """A click on something."""
    return Change(lambda p: p.page.locator(selector).first.click(), value, path)


def add_layer(kind: str) -> Callable[[Playground], None]:
    """Add a layer before the output."""

    def act(playground: Playground) -> None:
        playground.page.get_by_role("button", name="Add a layer before the output").click()
        playground.page.get_by_role("menuitem", name=f"{kind} layer").click()

    return act


def dropout_rate(playground: Playground) -> None:
    """Type a rate into the first dropout layer's field."""
    field = playground.page.get_by_role("spinbutton", name="after hidden layer 2: rate")
    field.fill("0.35")
    field.press("Enter")


def split(handle: int, key: str) -> Callable[[Playground], None]:
    """Move a handle of the split with a key."""
    return lambda p: p.control("data.split").get_by_role("slider").nth(handle).press(key)


CONTROLS = {
    "data.name": clicked('[data-path="data.name"] input[value="pinwheel"]', "data.name", "pinwheel"),
    "data.n_classes": typed("data.n_classes", 3),
    "data.n_samples": typed("data.n_samples", 320),
    "data.noise": typed("data.noise", 0.15),
    "data.seed": typed("data.seed", 12),
    "data.split.train": Change(split(0, "ArrowRight"), 0.55),
    "data.split.validation": Change(split(1, "ArrowLeft"), 0.15),
    "data.split.test": Change(split(1, "ArrowLeft"), 0.35),
    "data.features": clicked('[data-feature="x1^2"]', "data.features", ["x1", "x2", "x1^2"]),
    "data.scaling": chosen("data.scaling", "min_max"),
    "model.layers[dense].units": Change(
        lambda p: p.page.get_by_role("button", name="Hidden layer 1: one unit more").click(),
        5,
        "model.layers.0.units",
    ),
    "model.layers[dense].activation": Change(
        lambda p: (
            p.page.get_by_role("combobox", name="Hidden layer 2: activation").select_option("sine") and None
        ),
        "sine",
        "model.layers.1.activation",
    ),
    "model.layers.type": Change(add_layer("Dropout"), "dropout", "model.layers.2.type"),
    "model.layers[dropout].dropout_rate": Change(dropout_rate, 0.35, "model.layers.2.dropout_rate"),
    "model.output_activation": chosen("model.output_activation", "tanh"),
    "model.initializer": chosen("model.initializer", "he_normal"),
    "model.bias_initializer": chosen("model.bias_initializer", "normal"),
    "model.seed": typed("model.seed", 4294967295),
    "training.loss": chosen("training.loss", "mse"),
    "training.batch_size": typed("training.batch_size", 7),
    "training.l1": typed("training.l1", 0.001),
    "training.l2": typed("training.l2", 0.03),
    "training.shuffle": Change(lambda p: p.control("training.shuffle").get_by_role("switch").click(), False),
    "training.seed": typed("training.seed", 3),
    "training.optimizer.name": chosen("training.optimizer.name", "adam"),
}

PARAMETERS = {
    "sgd": {"learning_rate": 0.1},
    "momentum": {"learning_rate": 0.003, "momentum": 0.5},
    "nesterov": {"learning_rate": 0.003, "momentum": 0.6},
    "adagrad": {"learning_rate": 0.3, "epsilon": 1e-6},
    "rmsprop": {"learning_rate": 0.003, "rho": 0.8, "epsilon": 1e-5},
    "adam": {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6},
    "adamw": {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6, "weight_decay": 0.1},
}
CONTROLS |= {
    f"training.optimizer[{optimizer}].{name}": typed(f"training.optimizer.{name}", value, optimizer)
    for optimizer, parameters in PARAMETERS.items()
    for name, value in parameters.items()
}
