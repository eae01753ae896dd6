"""Answers are held against the document that describes them."""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from app import create_app


@cache
def validator(name: str) -> Draft202012Validator:
    """For one of the document's schemas."""
    document = create_app().test_client().get("/api/openapi.json").json
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return Draft202012Validator(schema)


def require(name: str, value: Any) -> None:
    """Fail unless the value is as the document says."""
    validator(name).validate(value)
