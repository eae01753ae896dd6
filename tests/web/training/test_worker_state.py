"""Places: as many as there are, each given back once."""

from contextlib import suppress

import pytest

from app import create_app
from web.api.problems import Problem
from web.training.worker_state import Desk


def places_left(desk):
    """How many places can still be taken; they are given back."""
    taken = []
    with suppress(Problem):
        while True:
            taken.append(desk.place())
    return len(taken)


def test_one_stream_too_many_is_told_when_to_come_back():
    desk = Desk(streams=2, lease_seconds=60)
    held = [desk.place(), desk.place()]
    with pytest.raises(
        Problem, match=r"^Every place for training is taken just now\. Try again soon\.$"
    ) as refusal:
        desk.place()
    assert refusal.value.status == 503
    assert int(refusal.value.headers["Retry-After"]) > 0
    assert len(held) == 2


def test_a_place_is_given_back_once():
    desk = Desk(streams=2, lease_seconds=60)
    place = desk.place()
    place.leave()
    place.leave()
    del place
    assert places_left(desk) == 2


def test_a_forgotten_place_is_given_back():
    desk = Desk(streams=1, lease_seconds=60)
    place = desk.place()
    assert places_left(desk) == 0
    del place
    assert places_left(desk) == 1


def test_one_address_has_its_share_and_leaves_the_rest_to_others():
    desk = Desk(streams=3, lease_seconds=60, streams_per_address=2)
    held = [desk.place("10.0.0.1"), desk.place("10.0.0.1")]
    for _ in range(2):
        with pytest.raises(
            Problem,
            match=r"^Your network address may train 2 at a time, and does so now\.$",
        ) as refusal:
            desk.place("10.0.0.1")
        assert refusal.value.status == 429
        assert int(refusal.value.headers["Retry-After"]) > 0
    other = desk.place("10.0.0.2")
    with pytest.raises(Problem, match="Every place"):
        desk.place("10.0.0.3")
    held[0].leave()
    held[0].leave()
    held[0] = desk.place("10.0.0.1")
    other.leave()
    held.clear()
    assert places_left(desk) == 2
    assert len(desk._held) == 1  # addresses are forgotten with their last place


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
    place = app.extensions["desk"].place
    app.extensions["desk"].place = lambda address: asked.append(address) or place(address)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with app.test_client().post("/api/train", json={"until": {"step": 0}}, headers=headers) as answer:
        assert answer.status_code == 200
    assert asked == [address]
