"""The API described by OpenAPI, read off the same declarations that requests are validated with."""

from typing import Any

from pydantic.json_schema import models_json_schema

from dl_core import Config
from dl_core.frames import frame_schema, request_schema
from web.api.requests import DataRequest, TrainRequest
from web.api.schemas import SCHEMAS, TEXT, Schema, named

STREAM = (
    "Server-sent events: `start` (Start), `frame` (Frame) at most as often as asked for, `checkpoint` "
    "(Checkpoint) at least once a second and before every `end` (End). To go on, send the newest checkpoint."
)
METRICS = "Prometheus's text format."
REFUSALS = {
    304: "The browser has it already",
    400: "Not JSON",
    404: "Nothing at this address",
    411: "Of unknown length",
    413: "Too large",
    415: "Not declared as JSON, or compressed",
    422: "Wrong settings, a sentence for each",
    429: "Too many runs of one address; Retry-After says when to ask again",
    503: "No place free; Retry-After says when to ask again",
}
MISTAKE = "Any other refusal, or a mistake of the server's (500)"


def operation(summary: str, answer: Schema, *others: int, asked: str | None = None) -> Schema:
    """What an address does: the answer's media type and schema, other statuses, what it is asked."""
    problem = {"application/problem+json": {"schema": named("Problem")}}
    responses: Schema = {"200": {"description": "Done", "content": answer}}
    for status in others:
        responses[str(status)] = {"description": REFUSALS[status]} | (
            {"content": problem} if status >= 400 else {}
        )
    responses["default"] = {"description": MISTAKE, "content": problem}
    body: Schema = {"required": True, "content": json_of(asked)} if asked else {}
    return {"summary": summary, "responses": responses} | ({"requestBody": body} if asked else {})


def json_of(schema: str) -> Schema:
    """A JSON body of that schema."""
    return {"application/json": {"schema": named(schema)}}


def text(media_type: str) -> Schema:
    """A body of text."""
    return {media_type: {"schema": TEXT}}


def paths() -> Schema:
    """Every address."""
    in_path: Schema = {"in": "path", "required": True, "schema": TEXT}
    return {
        "/api/train": {
            "post": operation(
                "Train, streaming frames and checkpoints.",
                {"text/event-stream": {"schema": {"description": STREAM}}},
                *(400, 411, 413, 415, 422, 429, 503),
                asked="TrainRequest",
            )
        },
        "/api/data": {
            "post": operation(
                "The points of a config's dataset, and the maps of all features.",
                json_of("Data"),
                *(400, 411, 413, 415, 422),
                asked="DataRequest",
            )
        },
        "/api/datasets": {
            "get": operation("Every dataset with a few of its points.", json_of("Datasets"), 304)
        },
        "/api/openapi.json": {
            "get": operation("This document.", {"application/json": {"schema": {"type": "object"}}}, 304)
        },
        "/healthz": {"get": operation("Whether the server answers.", json_of("Health"))},
        "/readyz": {
            "get": operation("Whether to send new students here, and why not.", json_of("Ready"), 503)
        },
        "/metrics": {
            "get": operation(
                "Counts of all workers, for Prometheus.",
                {"text/plain": {"schema": {**TEXT, "description": METRICS}}},
            )
        },
        "/": {"get": operation("The playground's page.", text("text/html"))},
        "/favicon.ico": {"get": operation("The page's icon.", text("image/svg+xml"), 304)},
        "/static/{version}/{name}": {
            "parameters": [{**in_path, "name": "version"}, {**in_path, "name": "name"}],
            "get": operation("A file of the page; it never changes.", text("*/*"), 304, 404),
        },
    }


def schemas() -> Schema:
    """What is asked, read off the settings, and what is answered."""
    _, declared = models_json_schema(
        [(model, "validation") for model in (Config, DataRequest, TrainRequest)],
        ref_template="#/components/schemas/{model}",
    )
    asked: Schema = declared["$defs"]
    for request in ("DataRequest", "TrainRequest"):  # which leave these three to the engine
        asked[request]["properties"]["config"] |= named("Config")
    train = asked["TrainRequest"]["properties"]
    train["checkpoint"] |= {"anyOf": [named("Checkpoint"), {"type": "null"}]}
    train["views"] |= request_schema()
    entries, frame = frame_schema(), SCHEMAS["Frame"]
    frame = frame | entries | {"properties": frame["properties"] | entries["properties"]}
    return asked | SCHEMAS | {"Frame": frame}


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Descent",
            "version": "1",
            "description": "Training neural networks as a pure function of config and checkpoint.",
        },
        "paths": paths(),
        "components": {"schemas": schemas()},
    }
