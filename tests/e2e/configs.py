"""Configs drawn at random from the server's own description of them."""

from random import Random
from typing import Any

CHOOSABLE = ("blobs", "pinwheel")  # datasets with a choice of classes

Schema = dict[str, Any]


def some_config(draw: Random, schemas: Schema) -> dict[str, Any]:
    """A config whose settings are all within their own limits."""
    config = some_value(draw, schemas, schemas["Config"])
    if config["data"]["name"] not in CHOOSABLE:
        config["data"]["n_classes"] = None
    train, validation = draw.uniform(0.1, 0.9), draw.uniform(0, 0.1)
    config["data"]["split"] = draw.choice(
        [
            {"train": train, "validation": validation, "test": 1 - train - validation},
            {"train": 0.5, "validation": 0.1, "test": 0.4},
        ]
    )
    return config


def some_value(draw: Random, schemas: Schema, node: Schema) -> Any:
    """A value that a schema allows: now and then the default, else any."""
    if reference := node.get("$ref"):
        return some_value(draw, schemas, {**node, **schemas[reference.rsplit("/", 1)[-1]], "$ref": None})
    if choices := node.get("oneOf") or node.get("anyOf"):
        return some_value(draw, schemas, draw.choice(choices))
    if "properties" in node:
        return {name: some_value(draw, schemas, child) for name, child in node["properties"].items()}
    if "default" in node and draw.random() < 0.3:
        return node["default"]
    if "enum" in node or "const" in node:
        return draw.choice(node.get("enum", [node.get("const")]))
    kind = node["type"]
    if kind == "array":
        return some_list(draw, schemas, node)
    if kind in ("number", "integer"):
        return some_number(draw, node)
    return {"boolean": draw.random() < 0.5, "null": None}[kind]


def some_list(draw: Random, schemas: Schema, node: Schema) -> list[Any]:
    """A list of a length that is allowed; of names each at most once."""
    names = node["items"].get("enum")
    least, most = node.get("minItems", 0), node.get("maxItems", 5)
    length = draw.randint(least, most)
    return (
        draw.sample(names, length)
        if names
        else [some_value(draw, schemas, node["items"]) for _ in range(length)]
    )


def some_number(draw: Random, node: Schema) -> float:
    """A number between the limits, near them as often as not."""
    low, high = (node.get(name, node.get(f"exclusive{name.capitalize()}")) for name in ("minimum", "maximum"))
    if node["type"] == "integer":
        return draw.choice([low, high, draw.randint(low, high)])
    value = draw.choice(
        [draw.uniform(low, high), min(high, 10 ** draw.uniform(-9, 0)), round(draw.uniform(low, high), 2)]
    )
    return value if low < value < high else (low + high) / 2
