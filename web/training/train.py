"""`POST /api/train`: config and checkpoint in; frames and the next checkpoint out, while the client listens.

All that a stream knows came with its request, so any worker can answer, and nothing is lost when one dies.
"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress

from flask import Blueprint, Response, g, request

from dl_core import CheckpointError, Trainer
from dl_core.cost import Cost
from web.api.models import Checkpoint, End, Frame, Start
from web.api.problems import wrong_settings
from web.api.requests import Training, TrainRequest, body, parse_training
from web.description import described
from web.operation.metrics import metrics
from web.training.events import encode
from web.training.stream import Stream
from web.training.stream_statistics import StreamStatistics
from web.training.worker_state import worker_state

MOST_UNSENT_BYTES = 32_768
"""Of a stream, in the socket's send buffer, which would else hold minutes of frames for a slow client."""
PIECE_BYTES = MOST_UNSENT_BYTES // 2
SENDING_SECONDS = 10.0
"""For a piece; a client that does not take it, for a lid was closed or a cable pulled, is given up."""

PATH = "/api/train"
bp = Blueprint("train", __name__)


@bp.post(PATH)
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
    document, state = body(), worker_state()
    with ExitStack() as undo:
        training = parse_training(document)
        slot = state.acquire_slot(request.remote_addr or "", Cost(training.config).memory)
        undo.callback(slot.release)
        with state.scheduler.turn():
            trainer = trainer_of(training)
            stream = Stream(trainer, training.asked, state)
        g.stream_statistics = StreamStatistics(metrics(), lambda: trainer.step)
        undo.callback(g.stream_statistics.close)
        undo_at_the_end = undo.pop_all()
    limit_send_buffer()
    response = Response(sent(stream, g.stream_statistics), content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # proxies are to pass events on at once
    response.call_on_close(undo_at_the_end.close)
    return response


def trainer_of(training: Training) -> Trainer:
    """Training as it stands, or a `Problem` if the checkpoint does not fit the config."""
    try:
        return Trainer(training.config, training.checkpoint)
    except CheckpointError as error:
        raise wrong_settings([{"path": "checkpoint", "message": str(error)}]) from None


def sent(stream: Stream, statistics: StreamStatistics) -> Iterator[bytes]:
    """The stream's events, encoded. The next is computed when the client has taken the last."""
    scheduler, turns = stream.state.scheduler, stream.turns()
    while True:
        stream.wait()
        with scheduler.turn(stream.task):
            stream.crowded = scheduler.waiting > 0
            events = next(turns, None)
            data = b"".join(map(encode, events or ()))
        if events is None:
            return
        statistics.count(events, len(data))
        for start in range(0, len(data), PIECE_BYTES):
            yield data[start : start + PIECE_BYTES]


def limit_send_buffer() -> None:
    """Let no more than a frame or two wait in the socket, and give up a client that takes nothing."""
    connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.settimeout(SENDING_SECONDS)
        with suppress(AttributeError, OSError):  # not on Windows; not for every kind of socket
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, MOST_UNSENT_BYTES)
