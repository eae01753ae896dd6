"""Any weight or bias is changed by hand, with the mouse or with keys, and training goes on from it."""

import base64
import re
import struct
from typing import Any

from playground import Playground
from playwright.sync_api import expect


def parameters(array: dict[str, Any]) -> tuple[float, ...]:
    """The numbers of an array as it is sent."""
    data = base64.b64decode(array["data"])
    return struct.unpack(f"<{len(data) // 4}f", data)


def sent(playground: Playground, index: int, value: float) -> dict[str, Any]:
    """Wait until this parameter has gone out with this value and the picture shows it; the checkpoint with it."""
    playground.settled()
    checkpoint = playground.request()["checkpoint"]
    assert parameters(checkpoint["params"])[index] == value
    assert parameters(playground.frame()["weights"])[index] == value
    return checkpoint


def link_under_pointer(playground: Playground) -> tuple[float, float]:
    """Move the pointer down between the features and the first layer, to the first link that it meets."""
    page = playground.page
    left = page.locator('.net-tile[data-feature="x1"]').bounding_box()
    right = playground.tile(0, 0).bounding_box()
    assert left
    assert right
    x = (left["x"] + left["width"] + right["x"]) / 2
    for y in range(int(left["y"] + 4), int(left["y"] + 300), 3):
        page.mouse.move(x, y)
        if page.locator(".net-label").is_visible():
            return x, y
    raise AssertionError("There is no link between the features and the first layer.")


def type_value(playground: Playground, name: str | re.Pattern[str], value: str) -> int:
    """Type into the field for a number that has opened, and press Enter; which parameter it was."""
    field = playground.page.locator("#network").get_by_role("spinbutton", name=name)
    expect(field).to_be_focused()
    playground.page.keyboard.type(value)
    index = int(field.get_attribute("data-index") or -1)
    playground.page.keyboard.press("Enter")
    return index


def test_a_click_on_a_link_changes_its_weight_and_training_goes_on_from_it(playground: Playground) -> None:
    playground.open()
    first = parameters(playground.frame()["weights"])
    before = playground.map_picture()
    x, y = link_under_pointer(playground)
    label = playground.page.locator(".net-label").inner_text()
    unit = re.fullmatch(r"x₁ to unit (\d): .*", label)
    assert unit, label
    playground.page.mouse.click(x, y)

    index = type_value(playground, re.compile("Weight, x₁ to unit"), "1.5")
    assert index == int(unit[1]) - 1, "The weights of x1 come first, one for each unit."
    checkpoint = sent(playground, index, 1.5)
    assert checkpoint["step"] == 0
    assert [i for i, value in enumerate(parameters(checkpoint["params"])) if value != first[i]] == [index]
    assert playground.map_picture() != before

    playground.steps(1, "batch")
    assert parameters(playground.request()["checkpoint"]["params"])[index] == 1.5
    moved = parameters(playground.frame()["weights"])[index]
    assert moved != 1.5
    assert abs(moved - 1.5) < 0.2


def test_a_click_on_a_bias_changes_it_in_the_middle_of_a_run(playground: Playground) -> None:
    playground.open()
    playground.play()
    playground.until_step(30)
    mark = playground.page.locator('.net-unit:has([data-layer="0"][data-unit="2"]) .net-bias')
    mark.click()
    index = type_value(playground, "Bias, Hidden layer 1, unit 3", "-2")
    assert index == 2 * 4 + 2
    playground.wait("tap.asked.at(-1).views.length > 1 && tap.asked.length > 2")
    request = playground.request()
    assert parameters(request["checkpoint"]["params"])[index] == -2
    playground.training()
    playground.until_step(request["checkpoint"]["step"] + 20)
    assert request["checkpoint"]["step"] >= 30


def test_the_keyboard_reaches_a_unit_its_bias_and_its_weights(playground: Playground) -> None:
    playground.open()
    playground.steps(1)
    keyboard = playground.page.keyboard
    playground.tile(0, 0).focus()
    keyboard.press("ArrowRight")
    expect(playground.tile(1, 0)).to_be_focused()
    keyboard.press("ArrowDown")
    expect(playground.tile(1, 1)).to_be_focused()
    keyboard.press("Enter")
    inspector = playground.page.get_by_role("dialog", name="Hidden layer 2, unit 2")
    expect(inspector).to_contain_text("a⁽²⁾₂ = tanh(")

    bias = type_value(playground, "Bias", "0.25")
    assert bias == (2 * 4 + 4) + 4 * 2 + 1
    assert sent(playground, bias, 0.25)["step"] == 25
    keyboard.press("Tab")
    weight = type_value(playground, "a⁽¹⁾₁", "-0.75")
    assert weight == (2 * 4 + 4) + 1
    sent(playground, weight, -0.75)
    expect(inspector).to_contain_text("−0.75·a⁽¹⁾₁")
    keyboard.press("Escape")
    expect(inspector).to_have_count(0)
    expect(playground.tile(1, 1)).to_be_focused()


def test_escape_puts_the_old_value_back(playground: Playground) -> None:
    playground.open()
    asked = playground.asked()
    playground.tile(2, 0).click()
    field = playground.page.locator("#network").get_by_role("spinbutton", name="Bias")
    expect(field).to_be_focused()
    playground.page.keyboard.type("7")
    playground.page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    playground.steps(1, "batch")
    values = [
        parameters(r["checkpoint"]["params"]) for r in playground.get("tap.asked")[asked:] if r["checkpoint"]
    ]
    assert not any(7 in numbers for numbers in values)


def test_the_loss_follows_a_weight_that_is_typed_before_and_between_steps(playground: Playground) -> None:
    playground.open(plotted=True)
    for _ in range(2):
        before = playground.frame()["metrics"]
        playground.wait("Math.abs(tap.value('train') - argument) < 0.0001", before["train"]["loss"])
        playground.tile(2, 0).click()
        type_value(playground, "Bias", "9")
        playground.page.keyboard.press("Escape")
        playground.wait("tap.frame.metrics.train.loss > argument + 0.5", before["train"]["loss"])
        for split in ("train", "validation"):
            shown = "Math.abs(tap.value(argument) - tap.frame.metrics[argument].loss) < 0.0001"
            playground.wait(shown, split, deadline=3000)
        playground.settled()
        playground.action("restart").click()
        playground.wait("tap.frame.step === 0 && tap.frame.metrics.train.loss < 1")
        playground.steps(3)


def test_the_loss_that_is_shown_is_the_one_that_is_chosen(playground: Playground) -> None:
    playground.open()
    playground.steps(3)
    before = playground.frame()["metrics"]["train"]["loss"]
    playground.page.goto(f"{playground.url}/#training.loss=mse")
    playground.sent("training.loss", "mse")
    playground.wait("Math.abs(tap.frame.metrics.train.loss - argument) > 0.01", before)
    playground.wait("Math.abs(tap.value('train') - tap.frame.metrics.train.loss) < 0.0001", deadline=3000)
