"""Slots for streams: as many as there are, each released once."""

from contextlib import suppress

import pytest

from app import create_app
from web.api.problems import Problem
from web.training.worker_state import WorkerState


def free_slots(state):
    """How many slots can still be acquired; they are released."""
    slots = []
    with suppress(Problem):
        while True:
            slots.append(state.acquire_slot())
    return len(slots)


def test_one_stream_too_many_is_told_when_to_come_back():
    state = WorkerState(streams=2, lease_seconds=60)
    held = [state.acquire_slot(), state.acquire_slot()]
    with pytest.raises(
        Problem, match=r"^Every place for training is taken just now\. Try again soon\.$"
    ) as refusal:
        state.acquire_slot()
    assert refusal.value.status == 503
    assert int(refusal.value.headers["Retry-After"]) > 0
    assert len(held) == 2


def test_a_slot_is_released_once():
    state = WorkerState(streams=2, lease_seconds=60)
    slot = state.acquire_slot()
    slot.release()
    slot.release()
    del slot
    assert free_slots(state) == 2


def test_a_forgotten_slot_is_released():
    state = WorkerState(streams=1, lease_seconds=60)
    slot = state.acquire_slot()
    assert free_slots(state) == 0
    del slot
    assert free_slots(state) == 1


def test_the_memory_of_all_streams_is_limited():
    state = WorkerState(streams=9, lease_seconds=60, memory_bytes=100)
    held = [state.acquire_slot(n_bytes=60), state.acquire_slot(n_bytes=40)]
    with pytest.raises(Problem, match="The memory for training is all in use") as refusal:
        state.acquire_slot(n_bytes=1)
    assert refusal.value.status == 503
    assert int(refusal.value.headers["Retry-After"]) > 0
    held.pop().release()
    assert state.acquire_slot(n_bytes=40)


def test_the_memory_of_a_run_counts():
    client = create_app({"DESCENT_STREAMS_MEMORY_MB": 1}).test_client()
    large = {"model": {"layers": [{"type": "dense", "units": 128}] * 8}, "training": {"batch_size": 250}}
    with client.post("/api/train", json={"until": {"step": 0}}) as answer:
        assert answer.status_code == 200
    with client.post("/api/train", json={"config": large, "until": {"step": 0}}) as answer:
        assert answer.status_code == 503
        assert "memory" in answer.json["detail"]


def test_one_address_has_its_share_and_leaves_the_rest_to_others():
    state = WorkerState(streams=3, lease_seconds=60, streams_per_address=2)
    held = [state.acquire_slot("10.0.0.1"), state.acquire_slot("10.0.0.1")]
    for _ in range(2):
        with pytest.raises(
            Problem,
            match=r"^Your network address may train 2 at a time, and does so now\.$",
        ) as refusal:
            state.acquire_slot("10.0.0.1")
        assert refusal.value.status == 429
        assert int(refusal.value.headers["Retry-After"]) > 0
    other = state.acquire_slot("10.0.0.2")
    with pytest.raises(Problem, match="Every place"):
        state.acquire_slot("10.0.0.3")
    held[0].release()
    held[0].release()
    held[0] = state.acquire_slot("10.0.0.1")
    other.release()
    held.clear()
    assert free_slots(state) == 2


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "127.0.0.1"),
        (1, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (2, "9.9.9.9, 1.1.1.1, 10.0.0.1", "1.1.1.1"),
        (1, None, "127.0.0.1"),
    ],
)
def test_proxies_are_believed_as_far_as_the_deployment_says(proxies, forwarded, address):
    app = create_app({"DESCENT_PROXIES": proxies})
    asked = []
    state = app.extensions["worker_state"]
    acquire = state.acquire_slot
    state.acquire_slot = lambda address, n_bytes: asked.append(address) or acquire(address, n_bytes)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with app.test_client().post("/api/train", json={"until": {"step": 0}}, headers=headers) as answer:
        assert answer.status_code == 200
    assert asked == [address]
