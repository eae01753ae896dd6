"""Answers are held against the document that describes them."""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from web.api.openapi import document


@cache
def validator(name: str) -> Draft202012Validator:
    """For one of the document's schemas."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    return Draft202012Validator(schema)


def require(name: str, value: Any) -> None:
    """Fail unless the value is as the document says."""
    validator(name).validate(value)
