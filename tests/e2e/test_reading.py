"""What the page says about a unit and about a place on the map."""

import base64
import re
import struct
from typing import Any

from playground import DEADLINE, Playground
from playwright.sync_api import expect

UNTRAINED = "Prediction of the network"


def floats(array: dict[str, Any]) -> tuple[float, ...]:
    data = base64.b64decode(array["data"])
    return struct.unpack(f"<{len(data) // 4}f", data)


def place(playground: Playground, x1: float, x2: float) -> tuple[float, float]:
    """Where a point of the plane is on the page."""
    box = playground.page.locator(".map-clip").bounding_box()
    assert box
    return box["x"] + (x1 + 6) / 12 * box["width"], box["y"] + (6 - x2) / 12 * box["height"]


def readout(playground: Playground) -> list[str]:
    """Input, prediction and true value."""
    return [
        text.replace("\u2007", "").replace("\u2212", "-")
        for text in playground.page.locator(".map-readout dd").all_inner_texts()
    ]


def test_hovering_a_unit_shows_its_map_large(playground: Playground) -> None:
    playground.open()
    caption = playground.page.locator(".map-caption")
    expect(caption).to_have_text(UNTRAINED)
    picture = playground.map_picture()
    playground.tile(0, 1).hover()
    expect(caption).to_contain_text("Hidden layer 1, unit 2")
    playground.wait("tap.frame['unit:0:1']")
    assert playground.request()["views"] == ["boundary", "neurons", "weights", "unit:0:1"]
    assert playground.map_picture() != picture
    playground.page.locator('[data-feature="x2"]').hover()
    expect(caption).to_have_text("Feature x₂")
    playground.page.mouse.move(720, 700)
    expect(caption).to_have_text(UNTRAINED)
    assert playground.map_picture() == picture


def test_focusing_a_unit_shows_its_map_large_and_keeps_up_with_training(playground: Playground) -> None:
    playground.open()
    playground.play()
    playground.tile(0, 0).focus()
    playground.page.keyboard.press("ArrowRight")
    expect(playground.page.locator(".map-caption")).to_contain_text("Hidden layer 2, unit 1")
    playground.wait("tap.frame['unit:1:0']")
    picture = playground.map_picture()
    playground.until_step(playground.counter("step") + 60)
    assert playground.map_picture() != picture


def test_a_place_on_the_map_says_input_prediction_and_true_value(playground: Playground) -> None:
    playground.open("data.name=gauss")
    playground.speed("max")
    playground.play()
    playground.wait("tap.frame.metrics.train.accuracy === 1 && tap.frame.metrics.train.loss < 0.2")
    playground.pause()
    expect(playground.page.locator(".map-readout dd").first).to_contain_text("Point at")

    points = playground.get("tap.data.answer.splits.train")
    x1, x2 = floats(points["x"])[:2]
    label = base64.b64decode(points["y"]["data"])[0]
    playground.page.mouse.move(*place(playground, x1, x2))
    said = playground.page.locator(".map-readout dd")
    expect(said.nth(2)).to_have_text(f"class {label}")
    expect(playground.page.locator(".map-readout dt").nth(2)).to_have_text("True, train")
    found = re.fullmatch(r"(-?[\d.]+), (-?[\d.]+)", readout(playground)[0])
    assert found
    assert abs(float(found[1]) - x1) < 0.01
    assert abs(float(found[2]) - x2) < 0.01
    assert readout(playground)[1].startswith(f"class {label}, P(1) ")

    playground.page.mouse.move(*place(playground, -5, 5))
    expect(said.nth(2)).to_have_text("–")


def test_only_the_readout_names_the_point_under_the_pointer(playground: Playground) -> None:
    playground.open("data.name=gauss", plotted=True)
    expect(playground.page.locator(".map-plot .point").first).to_be_attached(timeout=DEADLINE)
    x1, x2 = floats(playground.get("tap.data.answer.splits.train.x"))[:2]
    across, down = place(playground, x1, x2)
    for shift in (4, 0):
        playground.page.mouse.move(across + shift, down)
    expect(playground.page.locator(".map-readout dt").nth(2)).to_have_text("True, train")
    assert playground.get("document.querySelector('.map-plot').layout.hovermode") is False


def test_the_help_tells_a_unit_from_its_bias(playground: Playground) -> None:
    playground.open()
    playground.page.keyboard.press("?")
    page_help = playground.page.get_by_role("dialog", name="How to read this page")
    expect(page_help).to_contain_text("A tile shows what one unit answers at every place of the map")
    expect(page_help).to_contain_text("the small square at its corner is its bias")
    expect(page_help).not_to_contain_text("paler")


def test_the_map_is_the_right_way_up(playground: Playground) -> None:
    playground.open("data.name=gauss")
    playground.speed("max")
    playground.play()
    playground.wait("tap.frame.metrics.train.accuracy === 1 && tap.frame.metrics.train.loss < 0.2")
    playground.pause()
    for x1, x2, label in ((3, 3, 1), (-3, -3, 0), (3, 1, 1), (-1, -3, 0)):
        playground.page.mouse.move(*place(playground, x1, x2))
        expect(playground.page.locator(".map-readout dd").nth(1)).to_contain_text(f"class {label}")
        red, _, blue = playground.get(
            "([x, y]) => tap.color('.map-canvas', x, y)", [(x1 + 6) / 12, (6 - x2) / 12]
        )
        assert (blue > red) == (label == 1)


def test_the_arrow_keys_read_the_map_aloud(playground: Playground) -> None:
    playground.open(plotted=True)
    frame = playground.page.get_by_role("group", name=re.compile("^Map: "))
    frame.focus()
    step = playground.counter("step")
    for key in ("ArrowRight", "ArrowUp"):
        playground.page.keyboard.press(key)
    spoken = playground.page.locator(".map-spoken")
    expect(spoken).to_contain_text("x₁ \u20070.30, x₂ \u20070.30")
    expect(spoken).to_contain_text("Prediction class")
    assert playground.counter("step") == step, "The arrow moved the cross; it did not train."


def test_the_points_of_a_split_are_shown_when_asked_for(playground: Playground) -> None:
    playground.open(plotted=True)
    points = playground.page.locator(".map-plot .point")
    expect(points).to_have_count(250, timeout=DEADLINE)
    playground.page.get_by_role("checkbox", name="Validation").check()
    expect(points).to_have_count(375)
    playground.page.get_by_role("checkbox", name="Test").check()
    expect(points).to_have_count(500)
    picture = playground.map_picture()
    playground.page.get_by_role("checkbox", name="Discretize").check()
    playground.wait("tap.picture(document.querySelector('.map-clip')) !== argument", picture)
