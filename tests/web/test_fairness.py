"""Many streams in one worker: by counts, for the machine's speed is nobody's promise."""

import statistics
import threading
import time
import urllib.request

import pytest
from serving import serving
from wire import streaming

N_STREAMS, N_FRAMES = 6, 30


@pytest.fixture(scope="module")
def worker():
    """One worker, one core's worth."""
    with serving() as server:
        yield server


def run_together(server, requests, meanwhile=None):
    """Steps of each stream's frames, from when all have begun until one has drawn so many frames.

    Or until `meanwhile` is done.
    """
    begun, enough = [False] * len(requests), threading.Event()
    steps = [[] for _ in requests]

    def listen(i, request):
        with streaming(server, **{"views": ["weights"], "frames_per_second": 30, **request}) as stream:
            while not enough.is_set():
                step = stream.until("frame")["step"]
                begun[i] = True
                if all(begun):
                    steps[i].append(step)
                if len(steps[i]) == N_FRAMES and meanwhile is None:
                    enough.set()

    threads = [threading.Thread(target=listen, args=pair) for pair in enumerate(requests)]
    for thread in threads:
        thread.start()
    if meanwhile is not None:
        while not all(begun):
            time.sleep(0.01)
        meanwhile()
        enough.set()
    for thread in threads:
        thread.join()
    return steps


def test_streams_that_train_flat_out_share_the_worker(worker):
    steps = run_together(worker, [{}] * N_STREAMS)
    frames = [len(one) for one in steps]
    taken = [one[-1] - one[0] for one in steps]
    assert min(frames) >= N_FRAMES / 2
    assert min(taken) >= statistics.mean(taken) / 3


def test_a_paced_stream_keeps_its_pace_among_streams_that_train_flat_out(worker):
    steps = run_together(worker, [{"epochs_per_second": 10}] + [{}] * (N_STREAMS - 1))
    assert len(steps[0]) >= N_FRAMES / 2


def test_a_paced_stream_does_not_wait_for_those_whose_steps_and_frames_are_the_dearest(worker):
    """First come, first served, all would get as many frames."""
    network = {"layers": [{"type": "dense", "units": 128}] * 8}
    config = {"data": {"n_samples": 1300}, "model": network, "training": {"batch_size": 640}}
    dearest = {"config": config, "views": ["boundary"], "resolution": 60}
    steps = run_together(worker, [{"epochs_per_second": 1000}] + [dearest] * 10)
    frames = [len(one) for one in steps]
    assert frames[0] >= 2 * statistics.mean(frames[1:])


def test_the_page_and_its_points_are_answered_among_streams_that_train_flat_out(worker):
    """A turn begins only after a look at the sockets."""

    def visit():
        for _ in range(5):
            for path, body in (("/", None), ("/api/data", b"{}")):
                request = urllib.request.Request(
                    worker.url + path, body, {"Content-Type": "application/json"}
                )
                with urllib.request.urlopen(request, timeout=5) as answer:
                    assert answer.status == 200

    run_together(worker, [{}] * 60, visit)
