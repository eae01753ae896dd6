"""JSON Schemas of what the server answers; those of what it is asked are read off the settings."""

from typing import Any

from dl_core.arrays import DTYPES

Schema = dict[str, Any]


def named(name: str) -> Schema:
    """Reference to one of the document's schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(properties: Schema, optional: Schema | None = None, **more: Any) -> Schema:
    """An object with these properties, and no others unless `more` says which."""
    return {
        "type": "object",
        "properties": properties | (optional or {}),
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def many(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def by_split(value: Schema) -> Schema:
    """One value for each part of the samples."""
    return record(dict.fromkeys(("train", "validation", "test"), value))


ARRAY = named("Array")
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
TEXT: Schema = {"type": "string"}
TASK: Schema = {"enum": ["binary", "multiclass", "regression"]}
REASONS = ["until", "diverged", "early_stopping", "server_stopping", "lease"]

NUMBER_OR_NULL: Schema = {"type": ["number", "null"], "description": "null for what is not a finite number"}
METRICS: Schema = {
    "type": ["object", "null"],
    "description": "loss and accuracy, or loss, r2 and rmse; null for an empty split",
    "additionalProperties": NUMBER_OR_NULL,
    "required": ["loss"],
}
POINTS = record({"x": ARRAY, "y": ARRAY})
LEGEND: Schema = {
    "task": TASK,
    "classes": {"type": ["array", "null"], "items": TEXT},
    "axes": many(record({"name": TEXT, "min": NUMBER, "max": NUMBER})),
    "range": record({"min": NUMBER, "max": NUMBER}, description="What 0 and 255 of the decision map mean."),
}

SCHEMAS: Schema = {
    "Array": record(
        {
            "dtype": {"enum": list(DTYPES)},
            "shape": many(COUNT),
            "data": {**TEXT, "contentEncoding": "base64"},
        },
        description="A typed array: little-endian bytes in C order.",
    ),
    "Checkpoint": record(
        {
            "step": COUNT,
            "epoch": COUNT,
            "position": {**COUNT, "description": "Training samples used so far in the present epoch."},
            "params": ARRAY,
            "optimizer": record(
                {
                    "name": TEXT,
                    "state": {"type": "object", "additionalProperties": {"anyOf": [ARRAY, COUNT]}},
                }
            ),
            "layers": record({}, {"statistics": ARRAY}),
        },
        {
            "early_stopping": record(
                {
                    "best": many(NUMBER_OR_NULL),
                    "epoch": many(COUNT),
                    "waited": many(COUNT),
                    "params": ARRAY,
                    "statistics": ARRAY,
                },
                description="The lowest validation loss, when it was, and the network at that time.",
            )
        },
        description="Everything that the next step depends on beside the config, exact to the bit.",
    ),
    "Start": record(
        {
            "config": named("Config"),
            "n_parameters": COUNT,
            **LEGEND,
            "samples": by_split(COUNT),
            "steps_per_epoch": COUNT,
            "layers": many(
                record(
                    {
                        "type": TEXT,
                        "units": COUNT,
                        "in_shape": many(COUNT),
                        "out_shape": many(COUNT),
                        "maps": {"type": "boolean", "description": "Whether its units have maps."},
                        "parameters": many(
                            record(
                                {
                                    "name": TEXT,
                                    "title": TEXT,
                                    "kind": {"enum": ["weights", "bias", "unit", "other"]},
                                    "shape": many(COUNT),
                                    "offset": {**COUNT, "description": "Where it begins in the parameters."},
                                }
                            )
                        ),
                    },
                    {"output": {"const": True}},
                    additionalProperties=True,
                    description="The layer's settings, its shapes, and its parameters.",
                )
            ),
            "loss": TEXT,
            "output_activation": TEXT,
            "schedule": {
                "anyOf": [record({"span": COUNT, "factors": many(NUMBER)}), {"type": "null"}],
                "description": "What the learning rate is multiplied with, evenly from 0 to `span` epochs or "
                "steps; null if it never changes.",
            },
        },
        description="What is needed to read the frames that follow.",
    ),
    "Frame": record(
        {
            "step": COUNT,
            "epoch": COUNT,
            "position": COUNT,
            "metrics": by_split(METRICS),
            "penalty": NUMBER_OR_NULL,
            "lr": {**NUMBER, "description": "The learning rate of the next step, after the schedule."},
        },
        description="One complete picture. Row 0 of a map is the smallest x2, column 0 the smallest x1.",
    ),
    "End": record(
        {
            "reason": {"enum": REASONS},
            "step": COUNT,
        },
        {"message": {**TEXT, "description": "Why, if training diverged or was stopped early."}},
    ),
    "Data": record(
        {
            **LEGEND,
            "splits": by_split(POINTS),
            "features": many(record({"name": TEXT, "values": ARRAY, "scale": NUMBER})),
        }
    ),
    "Datasets": record(
        {
            "datasets": many(
                record(
                    {
                        "name": TEXT,
                        "title": TEXT,
                        "description": TEXT,
                        "task": TASK,
                        "tasks": many(
                            record(
                                {
                                    "n_classes": {
                                        "type": ["integer", "null"],
                                        "description": "As a config has it; null is the usual number.",
                                    },
                                    "task": TASK,
                                    "classes": {**COUNT, "description": "0 for numbers."},
                                    "outputs": COUNT,
                                    "output_activation": {**TEXT, "description": "The usual one."},
                                }
                            )
                        ),
                        "points": POINTS,
                        "range": LEGEND["range"],
                    }
                )
            )
        }
    ),
    "Health": record({"status": {"const": "ok"}}),
    "Ready": record({"status": {"const": "ready"}}),
    "Problem": record(
        {
            "type": TEXT,
            "title": TEXT,
            "status": COUNT,
            "detail": TEXT,
            "errors": many(record({"path": TEXT, "message": TEXT})),
        },
        description="RFC 9457 problem details; `errors` names every wrong setting.",
    ),
}
