"""Turns: one at a time, in the order of asking."""

import threading

import pytest
from serving import eventually

from web.training.scheduler import Turns


@pytest.fixture
def turns():
    return Turns()


def in_line(turns, action):
    """A thread that waits for its turn and is seen to stand in line."""
    already = turns.waiting

    def wait():
        with turns.turn():
            action()

    thread = threading.Thread(target=wait)
    thread.start()
    eventually(lambda: turns.waiting == already + 1)
    return thread


def test_turns_are_taken_in_the_order_of_asking(turns):
    order = []
    with turns.turn():
        threads = [in_line(turns, lambda i=i: order.append(i)) for i in range(8)]
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_who_asks_again_goes_to_the_end_of_the_line(turns):
    order = []
    with turns.turn():
        thread = in_line(turns, lambda: order.append("waited"))
    with turns.turn():
        order.append("asked again")
    thread.join()
    assert order == ["waited", "asked again"]


def test_one_thread_at_a_time_has_the_turn(turns):
    inside, most = [], []

    def work():
        for _ in range(200):
            with turns.turn():
                inside.append(None)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 1200


def take_a_turn_and_fail(turns):
    with turns.turn():
        raise RuntimeError("broken")


def test_a_failure_passes_the_turn_on(turns):
    with pytest.raises(RuntimeError, match="broken"):
        take_a_turn_and_fail(turns)
    with turns.turn():  # nobody holds it any more
        assert turns.waiting == 0
