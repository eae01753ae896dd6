"""Steps and shortcuts: one batch, one epoch; space, right arrow, R, Escape; and none of them while typing."""

from playground import Playground
from playwright.sync_api import expect


def test_one_step_is_one_batch_or_one_epoch(playground: Playground) -> None:
    playground.open()
    playground.steps(1, "batch")
    assert (playground.counter("epoch"), playground.counter("step")) == (0, 1)
    playground.steps(2, "batch")
    assert playground.counter("step") == 3
    playground.steps(1, "epoch")
    assert (playground.counter("epoch"), playground.counter("step")) == (1, 25)
    playground.steps(3, "epoch")
    assert (playground.counter("epoch"), playground.counter("step")) == (4, 100)
    playground.says("done.")
    assert playground.frame()["position"] == 0


def test_slow_motion_makes_about_one_step_a_second(playground: Playground) -> None:
    playground.open()
    playground.speed("slow")
    playground.play()
    rate = playground.request()["epochs_per_second"]
    assert rate * playground.start()["steps_per_epoch"] == 1
    playground.until_step(2)
    assert playground.get("tap.steps") == [1, 2]


def test_keys_play_step_restart_and_pause(playground: Playground) -> None:
    playground.open()
    keyboard, status = playground.page.keyboard, playground.page.locator("#status")
    keyboard.press("ArrowRight")
    expect(playground.page.locator('[data-counter="epoch"]')).to_have_text("1")
    keyboard.press("Space")
    playground.training()
    keyboard.press("Space")
    expect(status).to_have_attribute("data-state", "idle")
    keyboard.press("Space")
    playground.until_step(100)
    keyboard.press("Escape")
    expect(status).to_have_attribute("data-state", "idle")
    playground.says("Paused.")
    keyboard.press("r")
    expect(playground.page.locator('[data-counter="step"]')).to_have_text("0")
    keyboard.press("?")
    expect(playground.page.get_by_role("dialog", name="How to read this page")).to_be_visible()
    keyboard.press("Escape")
    expect(playground.page.get_by_role("dialog")).to_have_count(0)


def test_keys_do_nothing_of_the_kind_while_typing_or_choosing(playground: Playground) -> None:
    playground.open()
    playground.steps(1)
    keyboard = playground.page.keyboard
    for field in (
        playground.control("data.noise").get_by_role("spinbutton"),
        playground.control("training.optimizer.name").get_by_role("combobox"),
        playground.page.get_by_role("spinbutton", name="Hidden layer 1: number of units"),
    ):
        field.focus()
        for key in ("r", "Space", "ArrowRight", "?", "Escape"):
            keyboard.press(key)
    playground.page.get_by_role("button", name="Help and keyboard shortcuts").click()
    for key in ("r", "ArrowRight"):
        keyboard.press(key)
    keyboard.press("Escape")
    expect(playground.page.get_by_role("dialog")).to_have_count(0)
    assert playground.get("tap.steps") == [25]
    assert not any(request["until"] is None for request in playground.get("tap.asked"))


def test_space_on_a_button_presses_that_button_alone(playground: Playground) -> None:
    playground.open()
    playground.action("step").focus()
    playground.page.keyboard.press("Space")
    expect(playground.page.locator('[data-counter="epoch"]')).to_have_text("1")
    playground.settled()
    expect(playground.action("toggle")).to_contain_text("Play")
    assert playground.counter("epoch") == 1
