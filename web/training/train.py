"""`POST /api/train`: config and checkpoint in; frames and the next checkpoint out, while the client listens.

All that a stream knows came with its request, so any worker can answer, and nothing is lost when one dies.
"""

from contextlib import ExitStack
from typing import NamedTuple

from flask import Blueprint, Response, g, request

from dl_core import CheckpointError, Trainer
from web.api.models import Checkpoint, End, Frame, Start
from web.api.problems import wrong_settings
from web.api.requests import Training, TrainRequest, body, parse_training
from web.description import described
from web.operation.metrics import metrics
from web.training.delivery import in_pieces
from web.training.statistics import Account
from web.training.stream import Stream
from web.training.worker_state import desk

PLAYING = "descent.playing"
"""Where in the WSGI environment a server that plays streams itself finds what to play instead of the body."""

bp = Blueprint("train", __name__)


class Playing(NamedTuple):
    """What there is to play."""

    stream: Stream
    account: Account


@bp.post("/api/train")
@described(
    "Train, streaming frames and checkpoints.",
    *(400, 411, 413, 415, 422, 429, 503),
    asks=TrainRequest,
    media_type="text/event-stream",
    about="Server-sent events. To go on, send the newest checkpoint.",
    events={"start": Start, "frame": Frame, "checkpoint": Checkpoint, "end": End},
)
def train() -> Response:
    """Stream of server-sent events. Whatever is wrong with the request is said before it begins."""
    document, shared = body(), desk()
    with ExitStack() as undo:
        training = parse_training(document)
        place = shared.place(request.remote_addr or "")
        undo.callback(place.leave)
        with shared.turns.turn():
            trainer = trainer_of(training)
            stream = Stream(trainer, training.asked, shared)
        g.account = Account(metrics(), lambda: trainer.step)
        undo.callback(g.account.close)
        undo_at_the_end = undo.pop_all()
    request.environ[PLAYING] = Playing(stream, g.account)
    events = in_pieces(g.account.watch(stream.played()), request.environ.get("werkzeug.socket"))
    response = Response(events, content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # proxies are to pass events on at once
    response.call_on_close(undo_at_the_end.close)
    return response


def trainer_of(training: Training) -> Trainer:
    """Training as it stands, or a `Problem` if the checkpoint does not fit the config."""
    try:
        return Trainer(training.config, training.checkpoint)
    except CheckpointError as error:
        raise wrong_settings([{"path": "checkpoint", "message": str(error)}]) from None
