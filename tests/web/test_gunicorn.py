"""The real server: streams flow, end in good order, go on elsewhere; workers die; places run out."""

import os
import re
import signal
import sys
import urllib.request
from http.client import IncompleteRead

import pytest
from schema import require
from serving import eventually, serving
from wire import named, streaming, strict_json, train

from dl_core import Config, Trainer

ADAM = {
    "data": {"name": "spiral", "noise": 0.1},
    "model": {"layers": [{"type": "dense", "units": 6}, {"type": "dropout", "dropout_rate": 0.3}]},
    "training": {"optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 7},
}
UNDISTURBED = {"config": ADAM, "views": []}
LAST_STEP = 1000
FOR_EVER = {"views": ["weights"], "frames_per_second": 30}


def undisturbed():
    """Checkpoint at the last step of a run in one piece."""
    trainer = Trainer(Config.parse(ADAM))
    trainer.train(steps=LAST_STEP)
    return trainer.checkpoint().to_json()


def places(server):
    """Whether a stream finds a place."""
    with streaming(server, until={"step": 0}) as stream:
        assert stream.status in (200, 503)
        return stream.status == 200


def worker_of(server):
    """Process id of the newest worker."""
    return int(re.findall(r"Booting worker with pid: (\d+)", server.log)[-1])


@pytest.fixture
def single():
    """A server of one worker with one place, for tests that hurt it."""
    with serving(settings={"DESCENT_STREAMS": "1", "LOG_LEVEL": "info"}) as server:
        yield server


def test_the_server_answers_with_its_page(server):
    with urllib.request.urlopen(server.url) as answer:
        page = answer.read().decode()
    assert "<title>Descent" in page


def test_a_streams_events_are_as_described(server):
    for name, data in train(server, until={"epoch": 3}):
        require(name.capitalize(), data)


def test_events_arrive_while_training_goes_on(server):
    with streaming(server, **FOR_EVER) as stream:
        steps = [stream.until("frame")["step"] for _ in range(4)]
    assert steps[0] == 0
    assert steps == sorted(set(steps))


def test_a_stream_has_a_connection_of_its_own(server):
    with streaming(server, until={"step": 0}) as stream:
        assert stream.answer.getheader("Connection") == "close"
        assert stream.answer.getheader("Content-Type") == "text/event-stream"


def test_a_stream_that_trains_flat_out_leaves_the_others_their_turns(server):
    with streaming(server, **FOR_EVER) as first, streaming(server, **FOR_EVER) as second:
        first.until("frame")
        second.until("frame")
        paced = train(server, until={"epoch": 10}, epochs_per_second=50)
        assert named("end", paced)[0]["reason"] == "until"
        first.until("frame")
        second.until("frame")


def test_a_run_cut_again_and_again_ends_with_the_bytes_of_the_undisturbed_one(server):
    checkpoint, cuts = None, 0
    while cuts < 2:
        with streaming(server, **UNDISTURBED, checkpoint=checkpoint, epochs_per_second=5) as stream:
            checkpoint = stream.until("checkpoint")
        cuts += 1
        assert 0 < checkpoint["step"] < LAST_STEP
    last = train(server, **UNDISTURBED, checkpoint=checkpoint, until={"step": LAST_STEP})
    assert named("checkpoint", last)[-1] == undisturbed()


def test_an_error_of_the_real_server_has_the_one_shape(server):
    with streaming(server, frames_per_second=99) as stream:
        assert stream.status == 422
        assert stream.answer.getheader("Content-Type") == "application/problem+json"
        problem = strict_json(stream.answer.read())
    require("Problem", problem)
    assert problem["errors"][0]["path"] == "frames_per_second"


def test_a_full_server_says_when_to_come_back_and_has_room_when_the_client_leaves(single):
    with streaming(single, **FOR_EVER) as stream:
        stream.until("frame")
        with streaming(single, **FOR_EVER) as second:
            assert second.status == 503
            assert int(second.answer.getheader("Retry-After")) >= 1
            require("Problem", strict_json(second.answer.read()))
        with urllib.request.urlopen(f"{single.url}/healthz") as answer:  # short requests are still answered
            assert answer.status == 200
    eventually(lambda: places(single))


def test_a_client_that_leaves_before_the_first_byte_leaves_no_trace(single):
    for _ in range(3):
        eventually(lambda: places(single))
        with streaming(single, **FOR_EVER):
            pass
    eventually(lambda: places(single))
    assert "Traceback" not in single.log


def test_a_server_that_is_told_to_stop_ends_its_streams_in_good_order(single):
    with streaming(single, **UNDISTURBED, frames_per_second=1, epochs_per_second=3) as stream:
        stream.until("frame")
        single.process.terminate()
        rest = list(stream)
    assert rest[-1][1]["reason"] == "server_stopping"
    assert rest[-2][0] == "checkpoint"
    assert rest[-2][1]["step"] == rest[-1][1]["step"]
    assert single.process.wait(20) == 0
    assert "Traceback" not in single.log


def test_leases_run_out_and_the_run_goes_on_in_whichever_worker():
    checkpoint, reasons = None, []
    with serving(settings={"DESCENT_LEASE_SECONDS": "1", "WEB_CONCURRENCY": "2"}) as server:
        while "until" not in reasons:
            asked = {"checkpoint": checkpoint, "until": {"step": LAST_STEP}, "epochs_per_second": 20}
            found = train(server, **UNDISTURBED, **asked)
            checkpoint = named("checkpoint", found)[-1]
            reasons.append(named("end", found)[0]["reason"])
    assert reasons[0] == "lease"
    assert checkpoint == undisturbed()


def test_a_worker_that_is_killed_costs_nothing_but_time(single):
    with streaming(single, **UNDISTURBED, epochs_per_second=5) as stream:
        checkpoint = stream.until("checkpoint")
        killed = worker_of(single)
        os.kill(killed, signal.SIGKILL)
        with pytest.raises((IncompleteRead, ConnectionResetError)):
            list(stream)
    eventually(lambda: worker_of(single) != killed)
    assert 0 < checkpoint["step"] < LAST_STEP
    last = train(single, **UNDISTURBED, checkpoint=checkpoint, until={"step": LAST_STEP})
    assert named("checkpoint", last)[-1] == undisturbed()


def test_flasks_own_server_streams_as_well():
    with serving(sys.executable, "app.py") as server:
        found = train(server, until={"epoch": 3}, resolution=200)
        assert "Traceback" not in server.log
    assert [name for name, _ in found][-2:] == ["checkpoint", "end"]
