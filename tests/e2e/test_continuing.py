"""What goes on from the same weights when it changes in mid-training, and what begins anew."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playground import Playground
from playwright.sync_api import expect
from settings import Change, add_layer, chosen, clicked, typed

CONTINUING = {
    "learning_rate": typed("training.optimizer.learning_rate", 0.1),
    "l1": typed("training.l1", 0.0001),
    "l2": typed("training.l2", 0.001),
    "batch_size": typed("training.batch_size", 25),
    "optimizer": chosen("training.optimizer.name", "adam"),
}

RESTARTING = {
    "units": Change(
        lambda p: p.page.get_by_role("button", name="Hidden layer 1: one unit more").click(),
        5,
        "model.layers.0.units",
    ),
    "layers": Change(add_layer("Dense"), "dense", "model.layers.2.type"),
    "activation": chosen("activation", "relu")._replace(path="model.layers.0.activation"),
    "features": clicked('[data-feature="x1^2"]', "data.features", ["x1", "x2", "x1^2"]),
    "noise": typed("data.noise", 0.1),
    "dataset": clicked('[data-path="data.name"] input[value="moons"]', "data.name", "moons"),
}


def shown_steps_fall(playground: Playground) -> list[tuple[int, int]]:
    """Where the step on the page ever went back."""
    steps = playground.get("tap.steps")
    return [(before, after) for before, after in pairwise(steps) if after < before]


def test_training_settings_and_speed_go_on_from_the_same_weights(playground: Playground) -> None:
    playground.open()
    playground.play()
    playground.until_step(50)
    for change in CONTINUING.values():
        seen, asked = playground.counter("step"), playground.asked()
        change.act(playground)
        playground.sent(change.path, change.value)
        assert playground.request()["checkpoint"]["step"] >= seen
        assert all(playground.request(i)["checkpoint"] for i in range(asked, playground.asked()))
        playground.until_step(playground.request()["checkpoint"]["step"] + 50)
    for speed, rate in (("200", 200), ("10", 10), ("max", None)):
        playground.speed(speed)
        playground.wait("tap.asked.at(-1).epochs_per_second === argument", rate)
        assert playground.request()["checkpoint"] is not None
        playground.until_step(playground.request()["checkpoint"]["step"] + 20)
    expect(playground.page.locator("#status")).to_have_attribute("data-state", "running")
    assert shown_steps_fall(playground) == []


def test_a_new_optimizer_begins_from_its_own_start_but_with_the_weights(playground: Playground) -> None:
    playground.open()
    playground.steps(3)
    playground.control("training.optimizer.name").get_by_role("combobox").select_option("momentum")
    playground.sent("training.optimizer.name", "momentum")
    playground.settled()
    sent = playground.request()["checkpoint"]
    assert (sent["optimizer"]["name"], sent["step"]) == ("sgd", 75)
    assert playground.frame()["weights"] == sent["params"]
    playground.steps(1, "batch")
    assert playground.checkpoint()["optimizer"]["name"] == "momentum"
    assert playground.checkpoint()["step"] == 76


def test_architecture_and_data_begin_anew_and_keep_training(playground: Playground) -> None:
    playground.open()
    playground.play()
    for change in RESTARTING.values():
        playground.until_step(50)
        playground.get("tap.steps.length = 0")
        change.act(playground)
        playground.sent(change.path, change.value)
        assert playground.request()["checkpoint"] is None
        playground.wait("tap.steps.some((step) => step < 40)")
    playground.until_step(50)
    expect(playground.page.locator("#status")).to_have_attribute("data-state", "running")


def test_restart_begins_with_the_same_weights(playground: Playground) -> None:
    playground.open()
    first = playground.frame()["weights"]
    playground.steps(2)
    assert playground.frame()["weights"] != first
    playground.action("restart").click()
    expect(playground.page.locator('[data-counter="step"]')).to_have_text("0")
    playground.settled()
    assert playground.frame()["weights"] == first
    playground.steps(1)
    assert playground.counter("epoch") == 1


def press_new_weights(playground: Playground) -> None:
    playground.action("new-weights").click()


def press_new_data(playground: Playground) -> None:
    playground.page.get_by_role("button", name="New data").click()


@pytest.mark.parametrize(
    ("press", "path", "kept"),
    [(press_new_weights, "model.seed", "data"), (press_new_data, "data.seed", "weights")],
    ids=["weights", "data"],
)
def test_new_weights_and_new_data_draw_with_the_next_seed(
    playground: Playground, press: Callable[[Playground], None], path: str, kept: str
) -> None:
    playground.open()

    def drawn() -> dict[str, Any]:
        points = playground.get("tap.data.answer.splits.train.x")
        return {"weights": playground.frame()["weights"]["data"], "data": points["data"]}

    playground.wait("tap.data")
    before = drawn()
    playground.steps(1)
    asked_for_data = playground.get("tap.data.asked.config.data.seed")
    press(playground)
    playground.sent(path, 1)
    if kept == "weights":
        playground.wait("tap.data.asked.config.data.seed === argument", asked_for_data + 1)
    playground.settled()
    after = drawn()
    assert playground.counter("step") == 0
    assert {name for name in before if before[name] == after[name]} == {kept}
    expect(playground.control(path).locator("input")).to_have_value("1")
