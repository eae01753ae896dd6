"""The page fits every window: a projector's, a laptop's low one, a tablet's, a phone's; with fingers and without."""

import re
from itertools import pairwise

import pytest
from places import box, faults, in_window, overlaps, resize, targets
from playground import RARE, Opener, Playground
from playwright.sync_api import expect

WIDE = [(1280, 720), (1366, 768), (1440, 900), (1920, 1080), (2560, 1440)]
SIZES = [
    (320, 640),
    (390, 844),
    (721, 900),
    (768, 1024),
    (800, 900),
    (844, 390),
    (960, 700),
    (1024, 768),
    *WIDE,
]
EIGHT = "model.layers=" + ",".join(["dense:units=8"] * 8)


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_every_window_holds_the_page(new_page: Opener, theme: str) -> None:
    playground = new_page().open({"ui.theme": theme}, plotted=True)
    playground.steps(2)
    wrong = {}
    for width, height in SIZES:
        resize(playground, width, height)
        if found := faults(playground, width, 24):
            wrong[width, height] = found
        field = box(playground, '[data-path="training.optimizer.learning_rate"] .number-input')
        assert field["width"] >= 38, (width, height)
        status = box(playground, "#status .status-text")
        assert status["width"] > 100, (width, height)
        assert status["height"] > 10, (width, height)
    assert wrong == {}


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_the_whole_experiment_is_in_every_window_from_1280_up(new_page: Opener, theme: str) -> None:
    playground = new_page().open({"ui.theme": theme}, plotted=True)
    playground.steps(2)
    parts = [
        ".map-clip",
        ".map-legend",
        ".map-tools",
        ".curves-values",
        ".curves-plot",
        "#network",
        ".net-key",
    ]
    for width, height in WIDE:
        resize(playground, width, height)
        missing = [part for part in parts if not in_window(playground, part, width, height)]
        assert missing == [], (width, height)
        scrolling = "[...document.querySelectorAll('.data, .center, .output, .net-scroll')].filter((c) => c.scrollHeight > c.clientHeight + 1)"
        assert playground.get(f"{scrolling}.map((c) => c.className)") == [], (width, height)
        assert box(playground, ".map-clip")["width"] >= 0.36 * height, (width, height)
        assert box(playground, ".curves-values")["y"] < box(playground, ".curves-plot")["y"]
        assert box(playground, ".map-readout")["height"] < 2.2 * box(playground, ".map-scale-name")["height"]
    for name, text in (("first", r"^\d\.\d{4}$"), ("second", r"^\d+\.\d%$")):
        counter = playground.page.locator(f'#runbar [data-counter="{name}"]').inner_text()
        assert re.match(text, counter), counter


def test_everything_grows_with_the_window(new_page: Opener) -> None:
    playground = new_page().open(plotted=True)
    size = "(s) => parseFloat(getComputedStyle(document.querySelector(s)).fontSize)"
    tile = "() => Math.min(...[...document.querySelectorAll('.net-tile')].map((t) => t.offsetWidth))"
    seen = []
    for width, height in [(1280, 720), (1920, 1080), (2560, 1440)]:
        resize(playground, width, height)
        side = box(playground, ".map-clip")["width"]
        seen.append((playground.get(size, ".field-label"), playground.get(tile), side))
        assert playground.get(size, ".field-label") >= 13
        assert playground.get(size, ".map-plot .xtick text") >= 12
        assert side >= (0.24 if width > 1300 else 0.2) * width
    assert seen == sorted(seen)
    assert all(a < b for one, other in pairwise(seen) for a, b in zip(one, other, strict=True))
    resize(playground, 1920, 1080)
    playground.page.locator('#themes input[value="projector"]').check()
    assert round(playground.get("parseFloat(getComputedStyle(document.documentElement).fontSize)"), 2) == 20


def test_a_large_map_leaves_everything_else_in_its_place(new_page: Opener) -> None:
    playground = new_page().open("ui.theme=projector", plotted=True)
    toggle = playground.page.get_by_role("button", name="Large map")
    for width, height in [(1280, 720), (1920, 1080)]:
        resize(playground, width, height)
        usual = box(playground, ".map-clip")["width"]
        toggle.click()
        expect(toggle).to_have_attribute("aria-pressed", "true")
        resize(playground, width, height)
        assert box(playground, ".map-clip")["width"] > 1.4 * usual
        assert faults(playground, width, 24) == []
        for part in (".map-clip", ".map-tools", ".curves-values", ".curves-plot", "#network"):
            assert in_window(playground, part, width, height), (part, width)
        toggle.click()
        resize(playground, width, height)
        assert box(playground, ".map-clip")["width"] == usual


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_eight_layers_fit_in_every_window_from_1280_up(new_page: Opener, theme: str) -> None:
    playground = new_page().open(f"{EIGHT}&ui.theme={theme}", plotted=True)
    for width, height in WIDE:
        resize(playground, width, height)
        scroller = playground.page.locator(".net-scroll")
        room = scroller.evaluate("(s) => [s.scrollWidth - s.clientWidth, s.scrollHeight - s.clientHeight]")
        assert max(room) <= 0, (width, height, room)
        assert overlaps(targets(playground)) == [], (width, height)
        assert in_window(playground, ".net-output .net-tile", width, height)


@pytest.mark.parametrize("window", [(1440, 900), (1280, 720), (800, 900), (390, 844)])
def test_a_long_message_is_read_in_full_and_moves_nothing(new_page: Opener, window: tuple[int, int]) -> None:
    width, height = window
    playground = new_page(viewport={"width": width, "height": height}).open(RARE, plotted=True)
    playground.steps(1)
    playground.speed("max")
    parts = ("#training-panel", "#network-panel", "#map-panel", "#curves-panel", ".data-settings")
    before = [box(playground, part) for part in parts]
    playground.action("toggle").click()
    playground.says("Training stopped by itself")
    text = playground.page.locator("#status .status-text")
    assert text.evaluate("(t) => t.scrollHeight <= t.clientHeight + 1 && t.scrollWidth <= t.clientWidth + 1")
    for part in ("#status", ".notice-stopped", ".notice-stopped .button >> nth=-1"):
        assert in_window(playground, part, width, height), part
    assert overlaps(targets(playground)) == []
    if width > 1000:
        assert [box(playground, part) for part in parts] == before


def test_more_is_a_drawer_beside_network_and_map(new_page: Opener) -> None:
    playground = new_page().open(RARE, plotted=True)
    page = playground.page
    more = page.get_by_role("button", name="More", exact=True)
    for width, height in [(1024, 768), (1280, 720), (1920, 1080)]:
        resize(playground, width, height)
        before = [
            box(playground, part) for part in ("#network-panel", "#map-panel", "#training .training-grid")
        ]
        more.click()
        drawer = box(playground, "#training-extra")
        assert [
            box(playground, p) for p in ("#network-panel", "#map-panel", "#training .training-grid")
        ] == before
        assert drawer["x"] + drawer["width"] <= min(place["x"] for place in before) + 1
        inside = page.locator("#training-extra").evaluate("(d) => d.scrollWidth <= d.clientWidth")
        assert inside, "Nothing in it is cut."
        expect(page.get_by_role("slider", name="Noise")).to_be_hidden()
        page.get_by_role("button", name="Close more settings").click()
        expect(more).to_be_focused()
        expect(page.locator("#training-extra")).to_be_hidden()
    more.click()
    titles = page.locator(".training-title").all_inner_texts()
    assert titles == ["Learning rate", "Clipping and stopping", "Loss", "First weights", "Order of samples"]


def test_a_new_layer_is_offered_where_the_links_are_and_few_units_are_large(playground: Playground) -> None:
    playground.open(plotted=True)
    middle = lambda place: place["y"] + place["height"] / 2  # noqa: E731
    columns = playground.page.locator(".net-units")
    heights = [middle(dict(columns.nth(i).bounding_box() or {})) for i in range(columns.count())]
    assert max(heights) - min(heights) < 3, "Columns stand in the middle of the height."
    for button in playground.page.locator(".net-add").all():
        assert abs(middle(dict(button.bounding_box() or {})) - heights[0]) < 20
    assert box(playground, '.net-tile[data-layer="1"]')["width"] > 1.4 * box(playground, ".net-tile")["width"]
    assert playground.page.locator("#map-panel :is(h1, h2, h3)").all_inner_texts() == ["Output"]
