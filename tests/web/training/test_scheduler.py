"""The scheduler: one turn at a time, the next to whoever has used the least computing time."""

import threading
from collections import Counter

import pytest
from serving import eventually

from web.training.scheduler import Scheduler, Task


class Machine:
    """A scheduler, and threads that ask it for turns which take time on a clock of the test's own."""

    def __init__(self):
        self.now, self.order, self.due = 0.0, [], []
        self.scheduler = Scheduler(self.due.append, lambda: self.now)

    def ask(self, name, seconds, task=None):
        """Wait in the queue for a turn of so many seconds."""

        def work():
            with self.scheduler.turn(task):
                self.now += seconds
                self.order.append(name)

        before = self.scheduler.waiting
        threading.Thread(target=work, daemon=True).start()
        eventually(lambda: self.scheduler.waiting == before + 1)

    def take_turn(self):
        """Let the next in the queue have its turn; its name."""
        taken = len(self.order)
        self.due.pop()()
        eventually(lambda: len(self.order) > taken and self.due)
        return self.order[-1]

    def share(self, turns, seconds):
        """Computing time of each task, by the length of its turns, if all ask again at once for so long."""
        tasks = {name: Task() for name in turns}
        for name in turns:
            self.ask(name, turns[name], tasks[name])
        used = Counter()
        while self.now < seconds:
            name = self.take_turn()
            used[name] += turns[name]
            self.ask(name, turns[name], tasks[name])
        self.finish()
        return used

    def finish(self):
        """Let all who wait have their turns."""
        while self.scheduler.waiting:
            self.take_turn()


def test_those_who_have_used_as_much_take_turns_in_the_order_of_asking():
    machine = Machine()
    for name in "abcde":
        machine.ask(name, 0.0, Task())
    machine.finish()
    assert machine.order == list("abcde")


def test_time_is_shared_evenly_however_long_the_turns_are():
    used = Machine().share({"short": 0.001, "longer": 0.004, "long": 0.025}, seconds=1.5)
    assert min(used.values()) >= 0.45
    assert max(used.values()) <= 0.55


def test_whoever_comes_back_waits_for_no_more_than_the_present_turn():
    """However many others ask for long turns all the time."""
    machine, paced = Machine(), Task()
    flat_out = {f"flat out {i}": Task() for i in range(10)}
    for name, task in flat_out.items():
        machine.ask(name, 0.025, task)
    for i in range(10):
        for _ in range(4 if i else 10):  # a tenth of a second, after the first turn of each
            name = machine.take_turn()
            machine.ask(name, 0.025, flat_out[name])
        machine.ask("paced", 0.002, paced)
        assert machine.take_turn() == "paced"
    machine.finish()


def test_pausing_earns_nothing():
    machine, sleeper, busy = Machine(), Task(), Task()
    machine.ask("sleeper", 0.01, sleeper)
    for _ in range(50):
        machine.ask("busy", 0.01, busy)
        machine.take_turn()
    used = Counter()
    machine.ask("busy", 0.01, busy)
    machine.ask("sleeper", 0.01, sleeper)
    for _ in range(20):
        name = machine.take_turn()
        used[name] += 1
        machine.ask(name, 0.01, {"busy": busy, "sleeper": sleeper}[name])
    machine.finish()
    assert abs(used["busy"] - used["sleeper"]) <= 1


def test_those_who_ask_once_go_first_but_no_endless_row_of_them_keeps_the_others_waiting():
    machine, task = Machine(), Task()
    machine.ask("stream", 0.004, task)
    machine.take_turn()
    machine.ask("stream", 0.004, task)
    used = Counter()
    for i in range(100):
        machine.ask("once", 0.004)
        name = machine.take_turn()
        used[name] += 1
        if i == 0:
            assert name == "once"
        if name == "stream":
            machine.ask("stream", 0.004, task)
    machine.finish()
    assert used["stream"] >= 8


def test_one_thread_at_a_time_has_the_turn():
    scheduler, inside, most = Scheduler(), [], []

    def work():
        task = Task()
        for _ in range(200):
            with scheduler.turn(task):
                inside.append(None)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 1200
    assert scheduler.waiting == 0


def take_a_turn_and_fail(scheduler):
    with scheduler.turn():
        raise RuntimeError("broken")


def test_a_failure_passes_the_turn_on():
    scheduler = Scheduler()
    with pytest.raises(RuntimeError, match="broken"):
        take_a_turn_and_fail(scheduler)
    with scheduler.turn():
        pass
    assert not scheduler.busy


def test_whoever_is_interrupted_while_waiting_leaves_the_queue(monkeypatch):
    """As a greenlet is when its worker ends."""
    scheduler = Scheduler()

    class Gate:
        def acquire(self):
            if scheduler.waiting:
                raise KeyboardInterrupt

    with scheduler.turn():
        monkeypatch.setattr("web.training.scheduler.threading.Lock", Gate)
        with pytest.raises(KeyboardInterrupt), scheduler.turn():
            pass
        assert scheduler.waiting == 0
    monkeypatch.undo()
    with scheduler.turn():
        pass
    assert not scheduler.busy
