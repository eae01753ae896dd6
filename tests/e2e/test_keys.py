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


def test_after_a_click_the_keys_train(playground: Playground) -> None:
    playground.open()
    page, keyboard, epoch = playground.page, playground.page.keyboard, 0
    dataset = page.locator('[data-path="data.name"] input[value="spiral"]')
    dataset.click()
    playground.sent("data.name", "spiral")
    for clicked in (
        dataset,
        page.get_by_role("radio", name="Accuracy"),
        page.locator('[name="theme"][value="dark"]'),
        page.locator('[data-feature="x1^2"]'),
    ):
        clicked.click(force=True)
        playground.settled()
        epoch = playground.counter("epoch")
        keyboard.press("ArrowRight")
        expect(page.locator('[data-counter="epoch"]')).to_have_text(f"{epoch + 1}")
        playground.settled()
    expect(dataset).to_be_checked()
    assert playground.config()["data"]["name"] == "spiral"

    optimizer = playground.control("training.optimizer.name").get_by_role("combobox")
    optimizer.click()
    keyboard.press("Escape")
    optimizer.select_option("adam")
    page.get_by_role("button", name="New data").click()
    playground.sent("data.seed", 1)
    keyboard.press("Space")
    playground.until_step(25)
    keyboard.press("Space")
    playground.settled()
    assert playground.config()["data"]["seed"] == 1


def test_whoever_came_by_keyboard_keeps_the_arrow_keys(playground: Playground) -> None:
    playground.open()
    dataset = playground.page.locator('[data-path="data.name"] input[value="spiral"]')
    dataset.click()
    for key in ("Tab", "Shift+Tab"):
        playground.page.keyboard.press(key)
    expect(dataset).to_be_focused()
    playground.page.keyboard.press("ArrowRight")
    expect(dataset).not_to_be_checked()
    expect(playground.page.locator('[data-counter="epoch"]')).to_have_text("0")
