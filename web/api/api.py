"""The short requests: a config's points, the gallery of datasets, the API's description, health, metrics."""

import json
from functools import cache
from typing import Any

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from dl_core.frames.frame import dataset, gallery
from web.api.openapi import document
from web.api.problems import Problem
from web.api.requests import body, parse_data
from web.operation.metrics import metrics as counts
from web.page.assets import ASK_AGAIN, Asset
from web.training.worker_state import RETRY_AFTER_SECONDS, worker_state

bp = Blueprint("api", __name__)


@bp.post("/api/data")
def data() -> dict[str, Any]:
    """Points of each split, and every feature's map."""
    config = parse_data(body())
    with worker_state().scheduler.turn():
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
    """For Docker: whether the server lives."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> dict[str, str]:
    """For load balancers: whether to send new students here. A `Problem` says why not."""
    reasons = [
        reason
        for reason, true in (
            ("The server is stopping.", worker_state().stopping()),
            ("Every place for training is taken.", counts().full),
        )
        if true
    ]
    if reasons:
        raise Problem(503, " ".join(reasons), headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    return {"status": "ready"}


@bp.get("/metrics")
def metrics() -> Response:
    """For Prometheus: the counts of all workers, added up."""
    return Response(counts().text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
