"""Places: as many as there are, each given back once."""

from contextlib import suppress

import pytest

from web.desk import Desk
from web.problems import Problem


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
