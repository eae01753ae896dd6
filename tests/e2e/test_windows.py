"""The page fits every window: a projector's, a laptop's low one, a tablet's, a phone's; with fingers and without."""

import re
from typing import Any

import pytest
from playground import DEADLINE, RARE, Opener, Playground
from playwright.sync_api import expect
from test_layout import overlaps, targets

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
TOUCHED = [(320, 640), (390, 844), (844, 390), (768, 1024), (1024, 768), (1366, 1024)]
EIGHT = "model.layers=" + ",".join(["dense:units=8"] * 8)

CUT = """() => {
  const texts = '.button, .field-label, .panel-title, .net-title, .net-feature, .map-caption, .map-toggle, .curves-log, .curves-values div, ' +
    '.counter, .dataset-name, .split-count, .map-scale-name, .status-text, .net-key-entry, .select-input, .number-input'
  const scrolls = (node) => node.closest('.datasets, .net-scroll')
  const name = (node) => `${node.className}: ${node.value ?? node.textContent.trim()}`
  const nodes = [...document.querySelectorAll(texts)].filter((node) => node.checkVisibility() && !node.closest('.visually-hidden'))
  const within = (node) => nodes.filter((n) => n === node).length && node.scrollWidth <= node.clientWidth + 1
  const blocks = nodes.filter((node) => getComputedStyle(node).overflow !== 'visible' && node.clientWidth > 2)
  const panel = (node) => (node.closest('.panel') ?? document.documentElement).getBoundingClientRect()
  const outside = (node) => {
    const { left, right } = node.getBoundingClientRect()
    const edge = node.closest('.data-gallery, .data-settings')?.getBoundingClientRect() ?? panel(node)
    return left < Math.min(edge.left, 0) - 1 || right > (edge.width ? edge.right : innerWidth) + 1
  }
  return [...blocks.filter((node) => !within(node)), ...nodes.filter((node) => !scrolls(node) && node.clientWidth > 2 && outside(node))].map(name)
}"""


def resize(playground: Playground, width: int, height: int) -> None:
    """Another window, once the page has been drawn for it."""
    playground.page.set_viewport_size({"width": width, "height": height})
    playground.get("scrollTo(0, 0)")
    for _ in range(3):
        playground.get("new Promise((next) => requestAnimationFrame(() => setTimeout(next, 30)))")


def box(playground: Playground, selector: str) -> dict[str, float]:
    found = playground.page.locator(selector).first.bounding_box()
    assert found, selector
    return dict(found)


def in_window(playground: Playground, selector: str, width: int, height: int) -> bool:
    """Whether all of an element is seen without scrolling."""
    place = box(playground, selector)
    right, bottom = place["x"] + place["width"], place["y"] + place["height"]
    return place["x"] >= 0 and place["y"] >= 0 and right <= width + 0.5 and bottom <= height + 0.5


def faults(playground: Playground, width: int, least: int) -> list[str]:
    """What overlaps, is cut, too small to be hit, or wider than the window."""
    found = targets(playground)
    assert len(found) > 60
    small = [t for t in found if min(t["width"], t["height"]) < least - 0.5]
    wide = playground.get("document.documentElement.scrollWidth")
    return [
        *overlaps(found),
        *[f"small: {t['name']}: {t['width']:.0f} x {t['height']:.0f}" for t in small],
        *[f"cut: {text}" for text in playground.get(CUT)],
        *([f"page {wide} wide"] if wide > width else []),
    ]


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
    assert all(
        a < b for one, other in zip(seen, seen[1:], strict=False) for a, b in zip(one, other, strict=True)
    )
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


def test_fingers_have_44_pixels_in_every_window(new_page: Opener) -> None:
    for width, height in TOUCHED:
        profile = {"viewport": {"width": width, "height": height}, "has_touch": True, "is_mobile": True}
        playground = new_page(**profile).open(plotted=True)
        assert playground.get("matchMedia('(pointer: coarse)').matches")
        assert faults(playground, width, 44) == [], (width, height)
        playground.page.context.close()


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


def test_a_phone_chooses_data_first_and_keeps_the_map_beside_the_network(new_page: Opener) -> None:
    profile = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    playground = new_page(**profile).open(plotted=True)
    page = playground.page
    bar, gallery = box(playground, ".topbar"), box(playground, ".datasets")
    assert gallery["y"] < bar["y"] + bar["height"] + 20
    expect(page.locator(".net-view.more-right")).to_be_visible()
    back = page.get_by_role("button", name="Back to the map")
    expect(back).to_be_hidden()
    playground.get("document.querySelector('#network-panel').scrollIntoView()")
    expect(back).to_be_visible()
    small = box(playground, ".map-clip")
    assert 90 < small["width"] < 140
    assert in_window(playground, ".map-clip", 390, 844)

    tile = page.locator('.net-tile[data-layer="0"]').last
    tile.evaluate("(t) => scrollBy(0, t.getBoundingClientRect().bottom - innerHeight + 4)")
    tile.tap()
    dialog = page.get_by_role("dialog", name="Hidden layer 1, unit 4")
    expect(dialog).to_be_visible()
    assert in_window(playground, ".net-popover", 390, 844)
    colors = "(c) => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    assert dialog.locator("canvas").evaluate(colors) > 8, "The unit's own map."
    page.keyboard.press("Escape")
    back.tap()
    expect(back).to_be_hidden(timeout=DEADLINE)
    assert box(playground, ".map-clip")["width"] > 250


@pytest.mark.parametrize("window", [(844, 390), (1024, 768)])
def test_panels_of_the_network_open_in_sight(new_page: Opener, window: tuple[int, int]) -> None:
    width, height = window
    profile: dict[str, Any] = {
        "viewport": {"width": width, "height": height},
        "has_touch": True,
        "is_mobile": True,
    }
    playground = new_page(**profile).open(plotted=True)
    tile = playground.page.locator('.net-tile[data-layer="0"]').last
    tile.evaluate("(t) => t.scrollIntoView({ block: 'end' })")
    tile.tap()
    expect(playground.page.get_by_role("dialog", name="Hidden layer 1, unit 4")).to_be_visible()
    assert in_window(playground, ".net-popover", width, height)


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
