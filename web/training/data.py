"""A config's points and the gallery of datasets: what the page draws before anything is trained."""

import json
from functools import cache
from typing import Any

from flask import Blueprint, Response

from dl_core.frames import dataset, gallery
from web.api.asset import ASK_AGAIN, Asset
from web.api.models import Data, Datasets
from web.api.requests import DataRequest, body, parse_data
from web.description import described
from web.training.worker_state import worker_state

bp = Blueprint("data", __name__)


@bp.post("/api/data")
@described(
    "The points of a config's dataset, and the maps of all features.",
    *(400, 411, 413, 415, 422),
    asks=DataRequest,
    answers=Data,
)
def data() -> dict[str, Any]:
    """Answer the points of each split, and every feature's map."""
    config = parse_data(body())
    with worker_state().scheduler.turn():
        return dataset(config)


@cache
def gallery_asset() -> Asset:
    """Draw the gallery, once."""
    return Asset(json.dumps({"datasets": gallery()}, allow_nan=False).encode(), "application/json")


@bp.record_once
def prepare(_: object) -> None:
    """Draw the gallery at start, so that no request waits for it."""
    gallery_asset()


@bp.get("/api/datasets")
@described("Every dataset with a few of its points.", 304, answers=Datasets)
def datasets() -> Response:
    """Answer the gallery."""
    return gallery_asset().response(ASK_AGAIN)
