import pytest
from alone import require_equal_to_each_alone

from dl_core import Config, Trainer
from dl_core.optim.schedules import SCHEDULES


def factors(counts, **settings):
    schedule = SCHEDULES[settings["name"]].model_validate(settings)
    return [schedule.factor(count, 0) for count in counts]


@pytest.mark.parametrize(
    ("settings", "counts", "expected"),
    [
        ({"name": "constant"}, [0, 1, 10**6], [1, 1, 1]),
        (
            {"name": "step", "every": 10, "decay_rate": 0.5},
            [0, 9, 10, 19, 20, 30],
            [1, 1, 0.5, 0.5, 0.25, 0.125],
        ),
        ({"name": "exponential", "decay_rate": 0.9}, [0, 1, 2], [1, 0.9, 0.81]),
        ({"name": "cosine", "over": 60}, [0, 20, 30, 40, 60, 999], [1, 0.75, 0.5, 0.25, 0, 0]),
        ({"name": "cosine", "over": 4, "final": 0.2}, [0, 2, 4, 5], [1, 0.6, 0.2, 0.2]),
    ],
)
def test_factors_by_hand(settings, counts, expected):
    assert factors(counts, unit="steps", **settings) == pytest.approx(expected)


@pytest.mark.parametrize("name", SCHEDULES)
def test_warmup_rises_evenly_then_the_schedule_begins_at_its_start(name):
    warm = factors(range(6), name=name, unit="steps", warmup=4)
    assert warm[:4] == [0.25, 0.5, 0.75, 1]
    assert warm[4:] == factors(range(2), name=name, unit="steps")


@pytest.mark.parametrize("name", SCHEDULES)
def test_in_epochs_it_looks_at_completed_epochs_alone(name):
    schedule = SCHEDULES[name].model_validate({"name": name, "warmup": 3})
    assert schedule.factor(0, 2) == schedule.factor(999, 2) == 1
    assert schedule.factor(0, 1) == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", SCHEDULES)
def test_it_stays_a_number_however_long_training_goes_on(name):
    for count in (10**6, 2**53):
        assert 0 <= factors([count], name=name, unit="steps")[0] <= 1


def trained(steps, **training):
    one = Trainer(Config.parse({"training": training}))
    one.train(steps=steps)
    return one


def test_the_factor_multiplies_the_learning_rate_of_the_step():
    start, one = trained(0).network.params, trained(1).network.params
    tenth = trained(1, schedule={"name": "constant", "unit": "steps", "warmup": 10}).network.params
    assert tenth - start == pytest.approx((one - start) / 10, rel=1e-4, abs=1e-7)


def test_a_factor_of_zero_stops_everything():
    schedule = {"name": "cosine", "unit": "steps", "over": 5}
    assert (
        trained(5, schedule=schedule).network.params.tolist()
        == trained(50, schedule=schedule).network.params.tolist()
    )


def test_the_constant_schedule_is_no_schedule():
    assert not trained(0).update.scheduled
    assert trained(0, schedule={"name": "constant", "warmup": 1}).update.scheduled


def test_networks_side_by_side_may_have_different_schedules():
    documents = [{"training": {"schedule": {"name": name, "unit": "steps"}}} for name in SCHEDULES]
    require_equal_to_each_alone([Config.parse(document) for document in documents], 60)


@pytest.mark.parametrize(
    ("settings", "end"),
    [
        ({"name": "constant", "warmup": 10}, 15),
        ({"name": "step", "every": 10}, 40),
        ({"name": "exponential", "decay_rate": 0.5}, 6),
        ({"name": "exponential", "decay_rate": 1.0}, 39_119),
        ({"name": "cosine", "over": 100, "warmup": 20}, 140),
    ],
)
def test_the_curve_for_a_picture_reaches_as_far_as_something_happens(settings, end):
    schedule = SCHEDULES[settings["name"]].model_validate(settings)
    curve = schedule.curve(points=end)
    assert curve == {
        "varies": True,
        "unit": "epochs",
        "end": end,
        "factors": [schedule.factor(0, epoch) for epoch in range(end + 1)],
    }
    assert len(schedule.curve()["factors"]) == 151
