"""What is counted: streams, frames, steps, ends, refusals, gaps; in one process and over all workers."""

import os
import re
import signal
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families
from serving import eventually, serving
from wire import events, named, streaming, train

from app import create_app
from web.operation.metrics import GAP_SECONDS, ROWS, Metrics
from web.training.stream_statistics import StreamStatistics


def read(text):
    """Value of each sample, by its name and its label's value."""
    return {
        (sample.name.removeprefix("descent_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(server):
    """The metrics of a real server."""
    with urllib.request.urlopen(f"{server.url}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return read(answer.read().decode())


@pytest.fixture
def client():
    """An application that nobody has used."""
    return create_app({"DESCENT_STREAMS": 2}).test_client()


def counted(client):
    return read(client.get("/metrics").text)


def test_all_is_nought_in_the_beginning_except_the_places(client):
    found = counted(client)
    assert found.pop(("stream_slots",)) == 2
    assert set(found.values()) == {0}
    assert {name for name, *_ in found} == {
        *("streams_open", "streams_total", "frames_total", "steps_total", "stream_ends_total"),
        *("frame_gap_seconds_bucket", "frame_gap_seconds_count", "frame_gap_seconds_sum"),
    }


def test_a_stream_is_counted_with_its_frames_and_steps_and_end(client):
    with client.post("/api/train", json={"until": {"step": 60}, "frames_per_second": 30}) as answer:
        found = list(events(answer.iter_encoded()))
    frames = len(named("frame", found))
    numbers = counted(client)
    assert (numbers["streams_total",], numbers["streams_open",]) == (1, 0)
    assert (numbers["frames_total",], numbers["steps_total",]) == (frames, 60)
    assert numbers["stream_ends_total", "until"] == 1
    assert numbers["frame_gap_seconds_count",] == frames - 1


def test_steps_of_earlier_requests_are_not_counted_again(client):
    with client.post("/api/train", json={"until": {"step": 60}}) as answer:
        checkpoint = named("checkpoint", events(answer.iter_encoded()))[-1]
    again = {"checkpoint": checkpoint, "until": {"step": 65}}
    with client.post("/api/train", json=again) as answer:
        list(answer.iter_encoded())
    assert counted(client)["steps_total",] == 65


def test_a_stream_that_the_client_leaves_is_counted_as_open_and_then_as_left(client):
    answer = client.post("/api/train", json={})
    next(answer.iter_encoded())
    assert counted(client)["streams_open",] == 1
    answer.close()
    numbers = counted(client)
    assert (numbers["streams_open",], numbers["stream_ends_total", "left"]) == (0, 1)


def test_a_stream_that_is_forgotten_is_not_counted_as_open():
    numbers = Metrics(stream_slots=1)
    statistics = StreamStatistics(numbers, lambda: 0)
    assert numbers.full
    del statistics
    assert not numbers.full
    assert numbers.total("stream_ends", "left") == 1


def test_refusals_are_counted_by_status_and_probes_are_not(client):
    client.post("/api/train", json={"frames_per_second": 99})
    client.get("/nothing/here")
    client.get("/nothing/there")
    client.get("/healthz")
    held = [client.post("/api/train", json={}) for _ in range(2)]
    assert client.get("/readyz").status_code == 503
    client.post("/api/train", json={})
    numbers = counted(client)
    assert {key[1]: value for key, value in numbers.items() if key[0] == "refusals_total"} == {
        "404": 2,
        "422": 1,
        "503": 1,
    }
    for answer in held:
        answer.close()


def test_every_end_that_the_document_knows_is_counted(client):
    document = client.get("/api/openapi.json").json
    reasons = document["components"]["schemas"]["End"]["properties"]["reason"]["enum"]
    counted_reasons = {key[1] for key in counted(client) if key[0] == "stream_ends_total"}
    assert counted_reasons == {*reasons, "left"}


def test_gaps_are_told_apart():
    numbers = Metrics(stream_slots=1)
    for seconds in (0.01, 0.04, 0.05, 0.3, 60):
        numbers.gap(seconds)
    found = read(numbers.text().decode())
    buckets = [
        found["frame_gap_seconds_bucket", limit] for limit in ("0.04", "0.06", "0.2", "0.3", "5.0", "+Inf")
    ]
    assert buckets == [2, 3, 3, 4, 4, 5]
    assert found["frame_gap_seconds_count",] == 5
    assert found["frame_gap_seconds_sum",] == pytest.approx(60.4)
    assert list(GAP_SECONDS) == sorted(GAP_SECONDS)


def test_rows_are_added_up_and_what_a_worker_counted_outlives_it():
    numbers = Metrics(stream_slots=3)
    numbers.add("steps", 10)
    numbers.take_row(ROWS - 1)
    numbers.add("steps", 5)
    numbers.add("streams_open", 2)
    assert numbers.total("stream_slots") == 6
    numbers.leave_row(ROWS - 1)
    assert (numbers.total("steps"), numbers.total("streams_open"), numbers.total("stream_slots")) == (
        15,
        0,
        3,
    )


def test_the_sums_of_several_workers_are_right_whatever_becomes_of_them():
    settings = {"WEB_CONCURRENCY": "2", "DESCENT_STREAMS": "50", "LOG_LEVEL": "info"}
    with serving(settings=settings) as server:

        def workers():
            return re.findall(r"Booting worker with pid: (\d+)", server.log)

        def some_streams(n):
            for _ in range(n):
                train(server, until={"step": 25}, views=[])

        eventually(lambda: scrape(server)["stream_slots",] == 100)
        some_streams(12)
        numbers = scrape(server)
        assert (numbers["streams_total",], numbers["steps_total",]) == (12, 300)
        with streaming(server) as one, streaming(server) as two:
            one.until("frame")
            two.until("frame")
            assert scrape(server)["streams_open",] == 2
            for pid in workers():
                os.kill(int(pid), signal.SIGKILL)
            eventually(lambda: len(workers()) == 4)
        eventually(lambda: scrape(server)["stream_slots",] == 100)
        assert scrape(server)["streams_open",] == 0
        some_streams(4)
        assert scrape(server)["streams_total",] == 18
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: len(workers()) == 6)
        eventually(lambda: scrape(server)["stream_slots",] == 100)
        some_streams(4)
        eventually(lambda: scrape(server)["stream_ends_total", "until"] == 20)
        assert scrape(server)["streams_open",] == 0
        assert "Traceback" not in server.log
