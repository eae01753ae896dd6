"""`POST /api/train`: config and checkpoint in; frames and the next checkpoint out, while the client listens.

All that a stream knows came with its request, so any worker can answer, and nothing is lost when one dies.
"""

from contextlib import ExitStack
from itertools import chain

from flask import Blueprint, Response, g

from dl_core import CheckpointError, Trainer
from web.account import Account
from web.delivery import delivery
from web.desk import desk
from web.metrics import metrics
from web.problems import wrong_settings
from web.requests import Training, body, parse_training
from web.stream import Stream

bp = Blueprint("train", __name__)


@bp.post("/api/train")
def train() -> Response:
    """Stream of server-sent events. Whatever is wrong with the request is said before it begins."""
    document, shared = body(), desk()
    with ExitStack() as undo:
        line = delivery(shared.stopping)
        undo.callback(line.hang_up)
        training = parse_training(document)
        place = shared.place()
        undo.callback(place.leave)
        with shared.turns.turn():
            trainer = trainer_of(training)
        events = Stream(trainer, training.asked, shared).events()
        opening = next(events)  # a mistake in it is still answered as one, not by half a stream
        g.account = Account(metrics(), lambda: trainer.step)
        undo.callback(g.account.close)
        undo_at_the_end = undo.pop_all()
    news = g.account.watch(chain([opening], events))
    response = Response(line.pieces(news), content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # proxies are to pass events on at once
    response.call_on_close(undo_at_the_end.close)
    return response


def trainer_of(training: Training) -> Trainer:
    """Training as it stands, or a `Problem` if the checkpoint does not fit the config."""
    try:
        return Trainer(training.config, training.checkpoint)
    except CheckpointError as error:
        raise wrong_settings([{"path": "checkpoint", "message": str(error)}]) from None
