"""The API described by OpenAPI, read off the routes' descriptions and the types of requests and answers."""

import json
import re
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from dl_core import Config
from web.api.asset import ASK_AGAIN, Asset
from web.api.models import Problem
from web.description import Description, described

Schema = dict[str, Any]

NAMED = (Config, Problem)
"""Types that the document has to name, whichever routes there are."""
STATUSES = {
    304: "The browser has it already",
    400: "Not JSON",
    404: "Nothing at this address",
    411: "Of unknown length",
    413: "Too large",
    415: "Not declared as JSON, or compressed",
    422: "Wrong settings, a sentence for each",
    429: "Too many runs of one address; Retry-After says when to ask again",
    503: "No stream slot free; Retry-After says when to ask again",
}

bp = Blueprint("openapi", __name__)


class Schemas(GenerateJsonSchema):
    """JSON Schemas of requests and answers; an answer has no other properties than its type's."""

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        """Close an answer's schema, unless its type says otherwise."""
        return {"additionalProperties": False} | super().typed_dict_schema(schema)

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Leave out titles that only repeat the name."""
        return False


def document(app: Flask) -> Schema:
    """Describe every route of an application."""
    routes = [
        (rule, vars(app.view_functions[rule.endpoint])["description"]) for rule in app.url_map.iter_rules()
    ]
    kinds = (kind for _, about in routes for kind in (about.asks, about.answers, *about.events.values()))
    types = {*NAMED, *filter(None, kinds)}
    named, declared = TypeAdapter.json_schemas(
        [(kind, "validation", TypeAdapter(kind)) for kind in sorted(types, key=lambda kind: kind.__name__)],
        ref_template="#/components/schemas/{model}",
        schema_generator=Schemas,
    )
    schemas = {kind: schema for (kind, _), schema in named.items()}
    paths: Schema = {}
    for rule, about in routes:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        parameters = [
            {"in": "path", "required": True, "schema": {"type": "string"}, "name": name}
            for name in sorted(rule.arguments)
        ]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            paths.setdefault(path, {})[method.lower()] = operation(about, schemas, parameters)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Descent",
            "version": "1",
            "description": "Training neural networks as a pure function of config and checkpoint.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": declared["$defs"]},
    }


def operation(about: Description, schemas: dict[Any, Schema], parameters: list[Schema]) -> Schema:
    """Describe a method of an address."""
    problem = {"application/problem+json": {"schema": schemas[Problem]}}
    answer = {about.media_type: {"schema": schemas[about.answers] if about.answers else text(about, schemas)}}
    responses: Schema = {"200": {"description": "Done", "content": answer}}
    for status in about.statuses:
        content = {"content": problem} if status >= 400 else {}
        responses[str(status)] = {"description": STATUSES[status], **content}
    responses["default"] = {"description": "Any other refusal, or a server error (500)", "content": problem}
    found: Schema = {"summary": about.summary, "parameters": parameters, "responses": responses}
    if about.asks:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[about.asks]}},
        }
    return found


def text(about: Description, schemas: dict[Any, Schema]) -> Schema:
    """Describe an answer that is not JSON: text, or each of its server-sent events."""
    described_as = {"description": about.about} if about.about else {}
    if not about.events:
        return {"type": "string", **described_as}
    return described_as | {
        "oneOf": [
            {
                "type": "object",
                "properties": {
                    "event": {"const": name},
                    "data": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "contentSchema": schemas[kind],
                    },
                },
                "required": ["event", "data"],
            }
            for name, kind in about.events.items()
        ]
    }


@bp.get("/api/openapi.json")
@described("This document.", 304, answers=dict)
def openapi() -> Response:
    """Answer the document; the page builds its controls from the config's schema in it."""
    asset: Asset = current_app.extensions["openapi"]
    return asset.response(ASK_AGAIN)


def register(app: Flask) -> None:
    """Write the document at start, when every other route is there, so that no request waits for it."""
    app.register_blueprint(bp)
    app.extensions["openapi"] = Asset(json.dumps(document(app)).encode(), "application/json")
