"""A stream's pace and its end, by a clock of the test's own: nothing here waits."""

from itertools import pairwise

import pytest
from simulation import Run

from web.training.stream import CROWDED, LONGEST_WAIT_SECONDS, SHORTEST_LEASE

STEPS_PER_EPOCH = 25
DIVERGES = {"training": {"optimizer": {"name": "sgd", "learning_rate": 10}}, "data": {"name": "plane"}}


def test_a_stream_begins_with_the_state_before_any_step():
    run = Run(until={"step": 3}).all()
    assert run.names[:2] == ["start", "frame"]
    assert run["frame"][0]["step"] == 0


def test_a_paced_stream_takes_the_steps_of_its_pace():
    run = Run(frames_per_second=10, epochs_per_second=10).for_seconds(3)
    steps = [frame["step"] for frame in run["frame"]]
    taken = [after - before for before, after in pairwise(steps)]
    assert len(steps) == 31
    assert set(taken) <= {24, 25, 26}
    assert steps[-1] == pytest.approx(3 * 10 * STEPS_PER_EPOCH, abs=1)


@pytest.mark.parametrize("frames_per_second", [1, 7.5, 30])
@pytest.mark.parametrize("epochs_per_second", [0.5, 200, None])
def test_frames_keep_their_pace(frames_per_second, epochs_per_second):
    asked = {"frames_per_second": frames_per_second, "epochs_per_second": epochs_per_second}
    run = Run(step_seconds=0.0003, **asked).for_seconds(4)
    interval = 1 / frames_per_second
    at = [frame["at"] for frame in run["frame"]]
    gaps = [after - before for before, after in pairwise(at)]
    assert len(at) <= 4 * frames_per_second + 2
    assert len(at) >= 0.9 * 4 * min(frames_per_second, 0.5 * STEPS_PER_EPOCH)
    assert all(gap > interval / 2 for gap in gaps)


def test_flat_out_takes_as_many_steps_as_fit_between_frames():
    run = Run(frames_per_second=10, step_seconds=0.001).for_seconds(2)
    steps = [frame["step"] for frame in run["frame"]]
    assert len(steps) == pytest.approx(20, abs=1)
    assert steps[-1] == pytest.approx(2000, abs=10)
    assert run.clock.sleeps == []


@pytest.mark.parametrize("pace", [{}, {"epochs_per_second": 1000}])
@pytest.mark.parametrize(("step_seconds", "most"), [(0.0001, 40), (0.0019, 2), (0.1, 1)])
def test_steps_come_in_turns_of_a_few_milliseconds(step_seconds, most, pace):
    run = Run(frames_per_second=1, step_seconds=step_seconds, **pace).for_seconds(3)
    assert max(run.trained) <= most
    assert sorted(run.trained)[len(run.trained) // 2] >= 0.9 * most


def test_turns_are_shorter_while_others_wait(monkeypatch):
    run = Run(frames_per_second=1, step_seconds=0.0001)
    monkeypatch.setattr(type(run.state.scheduler), "waiting", 1)
    assert max(run.for_seconds(1).trained) == pytest.approx(40 / CROWDED, abs=1)


def test_drawing_takes_a_turn(monkeypatch):
    run = Run(until={"step": 5})
    held = []
    monkeypatch.setattr(
        "web.training.stream.FramePainter.frame", lambda _: held.append(run.state.scheduler.busy) or {}
    )
    run.all()
    assert held == [True]


def test_below_one_step_a_frame_the_frames_show_single_steps():
    run = Run(frames_per_second=20, epochs_per_second=2 / STEPS_PER_EPOCH).for_seconds(5)
    assert [frame["step"] for frame in run["frame"]] == list(range(11))
    at = [frame["at"] for frame in run["frame"]]
    assert all(0.4 < after - before < 0.6 for before, after in pairwise(at))


@pytest.mark.parametrize("steps_a_frame", [0.3, 0.7, 1.7, 2.55])
def test_no_part_of_a_step_is_lost(steps_a_frame):
    pace = 10 * steps_a_frame / STEPS_PER_EPOCH
    run = Run(frames_per_second=10, epochs_per_second=pace, step_seconds=0).for_seconds(30)
    assert run["frame"][-1]["step"] == pytest.approx(300 * steps_a_frame, abs=2)


@pytest.mark.parametrize("pace", [{}, {"epochs_per_second": 1}])
def test_drawing_takes_half_of_the_time_at_the_most(monkeypatch, pace):
    run = Run(frames_per_second=30, **pace)
    monkeypatch.setattr(
        "web.training.stream.FramePainter.frame", lambda _: run.clock.sleep(0.2) or {"step": run.trainer.step}
    )
    run.for_seconds(10)
    assert 20 <= len(run["frame"][1:]) <= 26  # the first was drawn before


@pytest.mark.parametrize("epochs_per_second", [10, None])
def test_what_a_late_stream_could_not_do_is_forgotten(epochs_per_second):
    run = Run(frames_per_second=10, epochs_per_second=epochs_per_second).for_seconds(2)
    frames = run["frame"]
    usual = max(b["step"] - a["step"] for a, b in pairwise(frames))
    run.clock.now += 1000  # the client did not read
    for _ in range(4):
        run.next()
    late = run["frame"][-4:]
    assert late[-1]["step"] - frames[-1]["step"] <= 6 * usual


@pytest.mark.parametrize("frames_per_second", [1, 1.5, 2, 3.3, 10, 30])
@pytest.mark.parametrize("epochs_per_second", [0.001, 5, None])
def test_a_checkpoint_comes_every_second(frames_per_second, epochs_per_second):
    asked = {"frames_per_second": frames_per_second, "epochs_per_second": epochs_per_second}
    run = Run(**asked).for_seconds(6)
    at = [0.0, *(checkpoint["at"] for checkpoint in run["checkpoint"])]
    assert len(at) >= 6
    assert all(after - before < 1.2 for before, after in pairwise(at))


@pytest.mark.parametrize("pace", [{}, {"epochs_per_second": 3}])
@pytest.mark.parametrize(("until", "step"), [({"step": 7}, 7), ({"epoch": 2}, 50), ({"step": 1}, 1)])
def test_training_stops_where_it_should(until, step, pace):
    run = Run(until=until, **pace).all()
    assert run.names[-2:] == ["checkpoint", "end"]
    assert run["frame"][-1]["step"] == run["checkpoint"][-1]["step"] == step
    assert {**run["end"][0], "at": 0} == {"reason": "until", "step": step, "at": 0}


@pytest.mark.parametrize("until", [{"step": 30}, {"step": 3}, {"epoch": 1}, {"epoch": 0}])
def test_a_goal_that_is_reached_already_draws_and_trains_nothing(until):
    begun = Run(until={"step": 30}).all()
    run = Run(checkpoint=begun.trainer.checkpoint(), until=until).all()
    assert run.names == ["start", "frame", "checkpoint", "end"]
    assert run["frame"][0]["step"] == run["end"][0]["step"] == 30
    assert run.clock.sleeps == []


def test_until_an_epoch_counts_from_the_middle_of_one():
    begun = Run(until={"step": 30}).all()
    run = Run(checkpoint=begun.trainer.checkpoint(), until={"epoch": 2}).all()
    assert run["end"][0]["step"] == 50


@pytest.mark.parametrize("pace", [{}, {"epochs_per_second": 300}])
def test_divergence_ends_the_stream_with_the_likely_cause(pace):
    run = Run(config=DIVERGES, **pace).all()
    end = run["end"][0]
    assert run.names[-3:] == ["frame", "checkpoint", "end"]
    assert end["reason"] == "diverged"
    assert "Lower the learning rate" in end["message"]
    assert end["step"] == run["frame"][-1]["step"] == run["checkpoint"][-1]["step"]
    assert run["frame"][-1]["metrics"]["train"]["loss"] is None


def test_a_diverged_checkpoint_draws_and_trains_nothing():
    diverged = Run(config=DIVERGES).all()
    run = Run(config=DIVERGES, checkpoint=diverged.trainer.checkpoint()).all()
    assert run.names == ["start", "frame", "checkpoint", "end"]
    assert run["end"][0]["reason"] == "diverged"


@pytest.mark.parametrize("pace", [{}, {"epochs_per_second": 1}, {"epochs_per_second": 0.001}])
def test_a_lease_ends_before_its_time_is_up(pace):
    run = Run(lease_seconds=5, **pace).all()
    end = run["end"][0]
    assert end["reason"] == "lease"
    assert SHORTEST_LEASE * 5 <= end["at"] <= 5.3
    assert run.names[-2] == "checkpoint"


def test_leases_differ_so_that_not_all_come_back_together():
    assert len({Run(lease_seconds=60).stream.lease_ends for _ in range(10)}) > 1


@pytest.mark.parametrize("pace", [{}, {"epochs_per_second": 10}, {"epochs_per_second": 0.001}])
def test_a_stopping_server_ends_the_stream_at_once(pace):
    run = Run(frames_per_second=1, **pace)
    run.next()
    asked_to_stop = run.clock.now + 0.5
    run.state.stopping = lambda: run.clock.now >= asked_to_stop
    run.all()
    assert run["end"][0]["reason"] == "server_stopping"
    assert run["frame"][-1]["step"] == run["checkpoint"][-1]["step"] == run["end"][0]["step"]
    assert run["end"][0]["at"] < 0.5 + 2 * LONGEST_WAIT_SECONDS


def test_a_closed_stream_leaves_its_turn():
    run = Run()
    run.for_seconds(1)
    run.chunks.close()
    with run.state.scheduler.turn():
        pass
