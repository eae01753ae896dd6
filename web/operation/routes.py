"""The operator's routes: whether the server lives, whether it takes new students, and its metrics."""

from collections.abc import Callable
from typing import Literal

from flask import Blueprint, Flask, Response, current_app
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from typing_extensions import TypedDict
from werkzeug.exceptions import ServiceUnavailable

from web.description import described
from web.operation.metrics import metrics

RETRY_AFTER_SECONDS = 2

bp = Blueprint("operation", __name__)


class Health(TypedDict):
    """The server answers."""

    status: Literal["ok"]


class Readiness(TypedDict):
    """The server takes new students."""

    status: Literal["ready"]


@bp.get("/healthz")
@described("Whether the server answers.", answers=Health)
def healthz() -> Health:
    """Answer Docker's health check."""
    return {"status": "ok"}


@bp.get("/readyz")
@described("Whether to send new students here, and why not.", 503, answers=Readiness)
def readyz() -> Readiness:
    """Answer load balancers; a refusal says why."""
    reasons = {
        "The server is stopping.": current_app.extensions["stopping"](),
        "Every stream slot is taken.": metrics().full,
    }
    if any(reasons.values()):
        detail = " ".join(sentence for sentence, true in reasons.items() if true)
        raise ServiceUnavailable(detail, retry_after=RETRY_AFTER_SECONDS)
    return {"status": "ready"}


@bp.get("/metrics")
@described("Counts of all workers.", media_type="text/plain", about="Prometheus's text format.")
def scrape() -> Response:
    """Answer Prometheus."""
    return Response(metrics().text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def register(app: Flask, stopping: Callable[[], bool]) -> None:
    """Add the routes; `stopping` tells whether the server has been told to stop."""
    app.extensions["stopping"] = stopping
    app.register_blueprint(bp)
