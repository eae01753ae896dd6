"""The short requests: a config's points, the gallery of datasets, the API's description, health."""

import json
from functools import cache
from typing import Any

from flask import Blueprint, Response

from dl_core.frames import dataset, gallery
from web.assets import ASK_AGAIN, Asset
from web.desk import desk
from web.openapi import document
from web.requests import body, parse_data

bp = Blueprint("api", __name__)


@bp.post("/api/data")
def data() -> dict[str, Any]:
    """Points of each split, and every feature's map."""
    config = parse_data(body())
    with desk().turns.turn():
        return dataset(config)


def fixed(content: dict[str, Any]) -> Asset:
    """An answer that changes only with the release."""
    return Asset(json.dumps(content, allow_nan=False).encode(), "application/json")


@cache
def every_dataset() -> Asset:
    """The gallery."""
    return fixed({"datasets": gallery()})


@cache
def description() -> Asset:
    """The OpenAPI document."""
    return fixed(document())


@bp.record_once
def prepare(_: object) -> None:
    """Make the fixed answers at start, so that no request waits for them."""
    every_dataset()
    description()


@bp.get("/api/datasets")
def datasets() -> Response:
    """Every dataset with a few of its points."""
    return every_dataset().response(ASK_AGAIN)


@bp.get("/api/openapi.json")
def openapi() -> Response:
    """The API's description; the page builds its controls from the config's schema in it."""
    return description().response(ASK_AGAIN)


@bp.get("/healthz")
def healthz() -> dict[str, str]:
    """For Docker and load balancers."""
    return {"status": "ok"}
