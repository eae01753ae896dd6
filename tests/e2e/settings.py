"""The config's settings as the server declares them, and for each the control that a student changes it with.

`leaves` reads every setting off the API's description; `CONTROLS` says how each is reached. A setting that is in the
one and not in the other has no control yet, or no more.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from playground import Playground
from playwright.sync_api import expect

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

    `path` is where, if not at the setting's own; `given` is the choice that it belongs to: a path and a name.
    """

    act: Callable[[Playground], None]
    value: Any
    path: str | None = None
    given: tuple[str, str] | None = None


def typed(path: str, value: float, given: tuple[str, str] | None = None) -> Change:
    """A number typed into its field."""

    def act(playground: Playground) -> None:
        field = playground.control(path).get_by_role("spinbutton")
        field.fill(str(value))
        field.press("Enter")

    return Change(act, value, path, given)


def switched(path: str, value: bool, given: tuple[str, str] | None = None) -> Change:
    """A switch turned."""
    return Change(lambda p: p.control(path).get_by_role("switch").click(), value, path, given)


def chosen(path: str, value: str, given: tuple[str, str] | None = None) -> Change:
    """An option of a menu."""
    return Change(
        lambda p: p.control(path).get_by_role("combobox").select_option(value) and None, value, path, given
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


def in_panel(layer: str, change: Change) -> Change:
    """A change in the panel of a layer's rarer settings; the layer is added if it is not there."""

    def act(playground: Playground) -> None:
        page = playground.page
        button = page.get_by_role("button", name=f"More settings of {layer}")
        if button.count() == 0:
            add_layer(layer.split(" layer")[0].capitalize())(playground)
        button.click()
        change.act(playground)
        assert change.path
        playground.sent(change.path, change.value)
        expect(page.get_by_role("dialog", name=f"More settings of {layer}")).to_be_visible()
        page.keyboard.press("Escape")

    return change._replace(act=act)


def as_many_units_as_inputs(playground: Playground) -> None:
    """Give the second layer as many units as the first has, then let signals skip it."""
    inputs = playground.config()["model"]["layers"][0]["units"]
    page = playground.page
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    field = page.get_by_role("spinbutton", name="Hidden layer 2: number of units")
    field.fill(str(inputs))
    field.press("Enter")
    playground.sent("model.layers.1.units", inputs)
    page.get_by_role("button", name="More settings of hidden layer 2").click()
    playground.control("model.layers.1.residual").get_by_role("switch").click()


def weigh_classes(playground: Playground) -> None:
    """Switch class weights on and double the second class's."""
    control = playground.control("training.class_weights")
    control.get_by_role("switch").click()
    playground.sent("training.class_weights", [1, 1])
    field = control.get_by_role("spinbutton", name="Weight of class 1")
    field.fill("2")
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
    **{
        f"model.layers[dense].{name}": in_panel("hidden layer 2", change)
        for name, change in {
            "residual": Change(as_many_units_as_inputs, True, "model.layers.1.residual"),
            "initializer": chosen("model.layers.1.initializer", "orthogonal"),
            "l1": typed("model.layers.1.l1", 0.01),
            "l2": typed("model.layers.1.l2", 0.003),
            "trainable": switched("model.layers.1.trainable", False),
        }.items()
    },
    "model.layers.type": Change(add_layer("Dropout"), "dropout", "model.layers.2.type"),
    "model.layers[dropout].dropout_rate": Change(dropout_rate, 0.35, "model.layers.2.dropout_rate"),
    **{
        f"model.layers[{kind}].{change.path.split('.')[-1]}": in_panel(
            f"{words} layer after hidden layer 2", change
        )
        for kind, words, changes in (
            (
                "batch_norm",
                "batch norm",
                (
                    typed("model.layers.3.momentum", 0.5),
                    typed("model.layers.3.epsilon", 0.01),
                    switched("model.layers.3.trainable", False),
                ),
            ),
            (
                "layer_norm",
                "layer norm",
                (typed("model.layers.4.epsilon", 0.1), switched("model.layers.4.trainable", False)),
            ),
        )
        for change in changes
        if change.path
    },
    "model.output_activation": chosen("model.output_activation", "tanh"),
    "model.initializer": chosen("model.initializer", "he_normal"),
    "model.bias_initializer": chosen("model.bias_initializer", "normal"),
    "model.seed": typed("model.seed", 4294967295),
    "training.loss": chosen("training.loss", "mse"),
    "training.batch_size": typed("training.batch_size", 7),
    "training.l1": typed("training.l1", 0.001),
    "training.l2": typed("training.l2", 0.03),
    "training.label_smoothing": typed("training.label_smoothing", 0.1),
    "training.class_weights": Change(weigh_classes, [1, 2]),
    "training.shuffle": switched("training.shuffle", False),
    "training.seed": typed("training.seed", 3),
    "training.optimizer.name": chosen("training.optimizer.name", "adam"),
    "training.schedule.name": chosen("training.schedule.name", "cosine"),
    "training.gradient_clipping.name": chosen("training.gradient_clipping.name", "norm"),
    "training.early_stopping.name": chosen("training.early_stopping.name", "validation_loss"),
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
SCHEDULES = {
    "constant": {"unit": "steps", "warmup": 4},
    "step": {"unit": "epochs", "warmup": 5, "every": 40, "decay_rate": 0.7},
    "exponential": {"unit": "steps", "warmup": 6, "decay_rate": 0.9},
    "cosine": {"unit": "epochs", "warmup": 7, "over": 300, "final": 0.1},
}
CHOICES: dict[str, dict[str, dict[str, Any]]] = {
    "training.optimizer": PARAMETERS,
    "training.schedule": SCHEDULES,
    "training.gradient_clipping": {"value": {"limit": 0.3}, "norm": {"limit": 3}},
    "training.early_stopping": {
        "validation_loss": {"patience": 30, "min_delta": 0.01, "restore_best": False}
    },
}


def changed(path: str, value: Any, given: tuple[str, str]) -> Change:
    """A change to a value of any kind."""
    kinds: dict[type, Callable[..., Change]] = {str: chosen, bool: switched}
    return kinds.get(type(value), typed)(path, value, given)


CONTROLS |= {
    f"{path}[{name}].{own}": changed(f"{path}.{own}", value, (path, name))
    for path, names in CHOICES.items()
    for name, numbers in names.items()
    for own, value in numbers.items()
}
