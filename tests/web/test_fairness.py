"""Many streams in one worker: by counts, for the machine's speed is nobody's promise."""

import statistics
import threading
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


def run_together(server, requests):
    """Steps of each stream's frames, from when all have begun until one has drawn so many frames."""
    begun, enough = [False] * len(requests), threading.Event()
    steps = [[] for _ in requests]

    def listen(i, request):
        with streaming(server, views=["weights"], frames_per_second=30, **request) as stream:
            while not enough.is_set():
                step = stream.until("frame")["step"]
                begun[i] = True
                if all(begun):
                    steps[i].append(step)
                if len(steps[i]) == N_FRAMES:
                    enough.set()

    threads = [threading.Thread(target=listen, args=pair) for pair in enumerate(requests)]
    for thread in threads:
        thread.start()
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


def test_short_requests_are_answered_among_streams_that_train_flat_out(worker):
    answered = []
    with streaming(worker, views=["weights"]) as first, streaming(worker, views=["weights"]) as second:
        for _ in range(5):
            request = urllib.request.Request(
                f"{worker.url}/api/data", b"{}", {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=5) as answer:
                answered.append(answer.status)
            first.until("frame")
            second.until("frame")
    assert answered == [200] * 5
