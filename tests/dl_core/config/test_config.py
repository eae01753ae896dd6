import json
import math

import pydantic
import pytest
from refusals import refused

from dl_core import Config, ConfigError
from dl_core.data.datasets import DATASETS
from dl_core.data.features import FEATURES, SCALINGS
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS
from dl_core.nn.layers import LAYERS
from dl_core.nn.losses import LOSSES
from dl_core.optim.optimizers import OPTIMIZERS

SCHEMA = Config.model_json_schema()


LAYER = {"residual": False, "initializer": None, "l1": None, "l2": None, "trainable": True}


def test_the_empty_document_is_the_default_config():
    assert Config.parse({}) == Config() == Config.model_validate({})
    assert Config().model_dump(mode="json") == {
        "data": {
            "name": "circle",
            "n_samples": 500,
            "noise": 0.0,
            "seed": 0,
            "n_classes": None,
            "split": {"train": 0.5, "validation": 0.25, "test": 0.25},
            "features": ["x1", "x2"],
            "scaling": "none",
        },
        "model": {
            "layers": [
                {"type": "dense", "units": 4, "activation": "tanh", **LAYER},
                {"type": "dense", "units": 2, "activation": "tanh", **LAYER},
            ],
            "output_activation": "auto",
            "initializer": "glorot_uniform",
            "bias_initializer": "zeros",
            "seed": 0,
        },
        "training": {
            "loss": "auto",
            "label_smoothing": 0.0,
            "class_weights": None,
            "optimizer": {"name": "sgd", "learning_rate": 0.03},
            "schedule": {"name": "constant", "unit": "epochs", "warmup": 0},
            "gradient_clipping": {"name": "none"},
            "early_stopping": {"name": "none"},
            "batch_size": 10,
            "l1": 0.0,
            "l2": 0.0,
            "shuffle": True,
            "seed": 0,
        },
    }


def test_a_completed_config_is_itself_a_config():
    document = json.loads(Config().model_dump_json())
    assert Config.parse(document) == Config()
    assert Config.parse(Config()) == Config()


def test_parsing_does_not_change_the_document():
    document = {"data": {"n_samples": 5, "more": 1}, "training": {"batch_size": 400}}
    kept = json.loads(json.dumps(document))
    refused(document)
    assert document == kept


# ---- every setting, from the schema


def leaves(schema, path, example):
    """Each setting's path, schema, and a function from its value to a whole document."""
    schema = SCHEMA["$defs"][schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
    for name, inner in schema.get("properties", {}).items():
        if "const" in inner:
            continue
        at = f"{path}.{name}" if path else name

        def wrapped(value, name=name):
            return example({name: value})

        if "oneOf" in inner:
            for ref in inner["oneOf"]:
                option = ref["$ref"].split("/")[-1]
                tag = SCHEMA["$defs"][option]["properties"]["name"]["const"]
                yield from leaves(ref, at, lambda value, w=wrapped, tag=tag: w({"name": tag, **value}))
        elif "oneOf" in inner.get("items", {}):
            yield at, inner, wrapped
            for ref in inner["items"]["oneOf"]:
                option = ref["$ref"].split("/")[-1]
                tag = SCHEMA["$defs"][option]["properties"]["type"]["const"]
                yield from leaves(
                    ref, f"{at}.0", lambda value, w=wrapped, tag=tag: w([{"type": tag, **value}])
                )
        elif "$ref" in inner:
            yield from leaves(inner, at, wrapped)
        else:
            yield at, inner, wrapped


LEAVES = list(leaves(SCHEMA, "", lambda value: value))


def bad_values(schema):
    """Values that the schema forbids."""
    options = schema.get("anyOf", [schema])
    typed = options[0]
    always = ["text", {"a": 1}, math.nan, math.inf, -math.inf, 10**400, [[]]]
    if {"type": "null"} not in options:
        always.append(None)
    if typed["type"] in ("integer", "number"):
        yield from (True, "1", [1])
        if typed["type"] == "integer":
            yield from (1.5, 20.0)
        yield typed["minimum"] - 1 if "minimum" in typed else typed["exclusiveMinimum"]
        yield typed["maximum"] + 1 if "maximum" in typed else typed["exclusiveMaximum"]
    elif typed["type"] == "boolean":
        yield from (0, 1, "true", "", [])
    elif typed["type"] == "string":
        yield from (0, True, "", typed["enum"][0].upper(), [typed["enum"][0]])
    elif typed["type"] == "array":
        yield from (0, True, "x1", ["nonsense"], [3], [None], [{"type": "dense"}, "dense"])
        yield [{"type": "dropout"}] * 17
        if "minItems" in typed:
            yield []
    yield from always


CASES = [
    pytest.param(path, wrap(value), id=f"{path}-{i}")
    for path, schema, wrap in LEAVES
    for i, value in enumerate(bad_values(schema))
]


@pytest.mark.parametrize(("path", "document"), CASES)
def test_a_bad_value_is_refused_with_a_sentence_about_that_setting(path, document):
    for place, message in refused(document).items():
        assert place == path or place.startswith(f"{path}.")
        assert message.startswith(f"`{place}` ")
        assert message.endswith(".")
        assert "\n" not in message
        assert len(message) < 400


@pytest.mark.parametrize(("path", "schema", "wrap"), LEAVES, ids=[path for path, *_ in LEAVES])
def test_a_setting_has_a_label_a_help_and_a_default_and_takes_its_limits(path, schema, wrap):
    assert 0 < len(schema["title"]) <= 20
    assert schema["description"].endswith(".")
    assert 20 < len(schema["description"]) <= 200
    assert "default" in schema
    assert schema.get("scale", "log") == "log"
    typed = schema.get("anyOf", [schema])[0]
    for value in [schema["default"], *typed.get("enum", [])]:
        errors = {} if accepted(wrap(value)) else refused(wrap(value))
        assert path not in errors or path in TOGETHER


# Settings whose single values may contradict the defaults of others.
TOGETHER = {"model.output_activation", "training.loss"}


def accepted(document):
    try:
        Config.parse(document)
    except ConfigError:
        return False
    return True


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"n_samples": 20, "noise": 0}},
        {"data": {"n_samples": 5000, "noise": 0.5, "seed": 2**32 - 1}, "training": {"batch_size": 2500}},
        {"data": {"split": {"train": 1, "validation": 0, "test": 0}}, "training": {"batch_size": 500}},
        {"model": {"layers": []}},
        {"model": {"layers": [{"type": "dense", "units": 128}] * 8 + [{"type": "dropout"}] * 8}},
        {"training": {"optimizer": {"name": "sgd", "learning_rate": 10}, "l1": 10, "l2": 10}},
    ],
)
def test_the_limits_themselves_are_accepted_and_whole_numbers_serve_as_fractions(document):
    Config.parse(document)


def test_the_schema_lists_every_registry():
    leaf = {path: schema for path, schema, _ in LEAVES}
    assert leaf["data.name"]["enum"] == list(DATASETS)
    assert leaf["data.features"]["items"]["enum"] == list(FEATURES)
    assert leaf["data.scaling"]["enum"] == list(SCALINGS)
    assert leaf["model.initializer"]["enum"] == list(INITIALIZERS)
    assert leaf["model.bias_initializer"]["enum"] == list(BIAS_INITIALIZERS)
    assert leaf["model.output_activation"]["enum"] == ["auto", *ACTIVATIONS]
    assert leaf["model.layers.0.activation"]["enum"] == list(ACTIVATIONS)
    assert leaf["training.loss"]["enum"] == ["auto", *LOSSES]
    training, model = SCHEMA["$defs"]["TrainingSettings"], SCHEMA["$defs"]["ModelSettings"]

    def tags(schema, key):
        options = [SCHEMA["$defs"][option["$ref"].split("/")[-1]] for option in schema["oneOf"]]
        return [option["properties"][key]["const"] for option in options]

    assert tags(training["properties"]["optimizer"], "name") == list(OPTIMIZERS)
    assert tags(model["properties"]["layers"]["items"], "type") == list(LAYERS)


def options(node):
    """What the page shows for each choice of a node."""
    choices = node.get("anyOf", [node.get("items", node)])
    return {option["value"]: option for option in choices[0]["options"]}


def test_the_schema_says_what_a_menu_shows_for_each_entry():
    leaf = {path: schema for path, schema, _ in LEAVES}
    training, model = SCHEMA["$defs"]["TrainingSettings"], SCHEMA["$defs"]["ModelSettings"]
    unions = [training["properties"][name] for name in ("optimizer", "schedule", "gradient_clipping")]
    registries = [path for path in leaf if path != "model.layers" and "options" in str(leaf[path])]
    assert len(registries) == 9
    nodes = [leaf[path] for path in registries]
    for node in [*nodes, *unions, model["properties"]["layers"]["items"]]:
        for option in options(node).values():
            assert option["title"][0] == option["title"][0].upper() or option["value"] in ("tanh", *FEATURES)
            assert option["description"]
            assert "`" not in option["description"]
    assert options(leaf["model.layers.0.activation"])["relu"]["range"] == [0, None]
    assert options(leaf["model.output_activation"])["softmax"]["least_units"] == 2
    assert options(leaf["training.loss"])["binary_cross_entropy"]["activations"] == ["sigmoid"]
    assert options(leaf["data.name"])["blobs"].items() >= {"n_classes": 4, "any_classes": True}.items()
    assert options(leaf["data.features"])["sin(x1)"].items() >= {"title": "sin x₁"}.items()
    assert options(model["properties"]["layers"]["items"])["dense"].items() >= {"most": 8}.items()
    assert training["properties"]["schedule"]["keeps"] == ["unit", "warmup"]
    assert leaf["training.label_smoothing"]["tasks"] == ["binary", "multiclass"]


def test_a_config_cannot_be_changed():
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        Config().data.noise = 0.5


def test_pydantics_own_way_works_as_well():
    with pytest.raises(pydantic.ValidationError, match="must be at most the 250 training samples; got 400"):
        Config.model_validate({"training": {"batch_size": 400}})


def test_the_error_reads_as_its_sentences():
    with pytest.raises(ConfigError, match=r"`data.noise` must be at most 0.5; got 1.\n`data.seed` must be"):
        Config.parse({"data": {"noise": 1, "seed": -1}})
