"""Everything has its place in three windows: nothing overlaps, nothing is cut off, nothing jumps."""

from typing import Any

import pytest
from places import overlaps, targets
from playground import DEADLINE, RARE, Opener, Playground
from playwright.sync_api import expect

DESKTOP, TABLET, PHONE = (1440, 900), (1024, 768), (390, 844)
SIZES = [DESKTOP, TABLET, PHONE]


def size(width: int, height: int) -> dict[str, Any]:
    """The profile of a window; of a phone, with touch."""
    phone = {"has_touch": True, "is_mobile": True} if width < 500 else {}
    return {"viewport": {"width": width, "height": height}, **phone}


@pytest.mark.parametrize("theme", ["light", "projector"])
@pytest.mark.parametrize("window", SIZES, ids=["desktop", "tablet", "phone"])
def test_nothing_overlaps_and_the_page_never_scrolls_sideways(
    new_page: Opener, window: tuple[int, int], theme: str
) -> None:
    playground = new_page(**size(*window)).open({"ui.theme": theme}, plotted=True)
    least = 44 if window == PHONE else 24
    for opened in (False, True):
        if opened:
            playground.page.get_by_role("button", name="More", exact=True).click()
            playground.get("scrollTo(0, 0)")
        found = targets(playground)
        assert len(found) > 60
        assert overlaps(found) == []
        small = [t for t in found if min(t["width"], t["height"]) < least - 0.5]
        assert [f"{t['name']}: {t['width']:.0f} x {t['height']:.0f}" for t in small] == []
        assert playground.get("document.documentElement.scrollWidth") <= window[0]
        whole = ".panel, .stage > *, .topbar" + (", .net-scroll" if window != PHONE else "")
        panels = f"[...document.querySelectorAll('{whole}')].filter((p) => p.scrollWidth > p.clientWidth + 1)"
        assert playground.get(f"{panels}.map((p) => p.className)") == []


@pytest.mark.parametrize("window", SIZES, ids=["desktop", "tablet", "phone"])
def test_nothing_overlaps_with_all_the_rarer_settings_in_use(
    new_page: Opener, window: tuple[int, int]
) -> None:
    playground = new_page(**size(*window)).open(RARE, plotted=True)
    page = playground.page
    least = 44 if window == PHONE else 24

    def check() -> None:
        playground.get("scrollTo(0, 0)")
        found = targets(playground)
        assert overlaps(found) == []
        small = [t for t in found if min(t["width"], t["height"]) < least - 0.5]
        assert [f"{t['name']}: {t['width']:.0f} x {t['height']:.0f}" for t in small] == []
        assert playground.get("document.documentElement.scrollWidth") <= window[0]

    page.get_by_role("button", name="More", exact=True).click()
    check()
    playground.speed("max")
    playground.action("toggle").click()
    playground.says("Training stopped by itself")
    check()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="More settings of hidden layer 2").click()
    panel = page.get_by_role("dialog", name="More settings of hidden layer 2")
    inside = panel.evaluate("(p) => p.scrollWidth <= p.clientWidth && p.scrollHeight <= p.clientHeight + 1")
    assert inside, "The panel shows all of itself."


def test_the_whole_experiment_is_on_one_screen(playground: Playground) -> None:
    playground.open(plotted=True)
    playground.steps(2)
    assert playground.get("document.documentElement.scrollHeight") <= 900
    scrolling = "[...document.querySelectorAll('.data, .center, .output, .net-scroll')].filter((c) => c.scrollHeight > c.clientHeight)"
    assert playground.get(f"{scrolling}.map((c) => c.className)") == []
    for selector in (
        "#data",
        "#training",
        "#network",
        ".map-frame",
        ".curves-plot",
        "#runbar",
        ".curves-values",
        ".net-key",
    ):
        box = playground.page.locator(selector).first.bounding_box()
        assert box, selector
        assert box["x"] >= 0, selector
        assert box["x"] + box["width"] <= 1440, selector
        assert box["y"] + box["height"] <= 900, selector
    side = playground.page.locator(".map-clip").bounding_box()
    assert side
    assert side["width"] == side["height"] >= 340
    tiles = playground.get(
        "[...document.querySelectorAll('.net-tile')].map((t) => t.getBoundingClientRect().width)"
    )
    assert min(tiles) >= 36


def test_a_phone_shows_one_column_in_the_order_in_which_one_looks(new_page: Opener) -> None:
    playground = new_page(**size(*PHONE)).open()
    panels = [
        "#runbar",
        ".datasets",
        "#map-panel",
        "#network-panel",
        "#curves-panel",
        ".data-settings",
        "#training-panel",
    ]
    tops = [
        playground.get("(s) => document.querySelector(s).getBoundingClientRect().top + scrollY", p)
        for p in panels
    ]
    assert tops == sorted(tops)
    playground.page.locator("#training-panel").scroll_into_view_if_needed()
    expect(playground.action("toggle")).to_be_in_viewport()
    playground.action("toggle").tap()
    playground.training()


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_jumps_while_it_trains(new_page: Opener, window: tuple[int, int]) -> None:
    playground = new_page(**size(*window)).open("ui.speed=200&ui.showTest=true", plotted=True)
    playground.steps(1)
    playground.get("tap.watchShifts()")
    playground.play()
    playground.wait("tap.frame.step > 10000 && tap.frames.length > 40", deadline=DEADLINE)
    playground.pause()
    assert playground.get("tap.shifts") == []


def test_nothing_jumps_while_the_page_loads(playground: Playground) -> None:
    playground.open(plotted=True)
    playground.get("tap.watchShifts(true)")
    playground.steps(1)
    shifts = playground.get("tap.shifts")
    assert sum(size for size, *_ in shifts) < 0.05, shifts


def test_a_large_network_stays_usable(playground: Playground) -> None:
    playground.open("model.layers=" + ",".join(["dense:units=128"] * 8), plotted=True)
    page = playground.page
    expect(page.locator(".net-tile:not([data-feature])")).to_have_count(8 * 128 + 1)
    assert playground.get(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    ) == [1440, 900]
    assert (
        playground.get("Math.min(...[...document.querySelectorAll('.net-tile')].map((t) => t.clientWidth))")
        >= 36
    )
    assert overlaps(targets(playground)) == []

    playground.speed("1")
    playground.play()
    playground.until_step(20)
    playground.tile(7, 127).scroll_into_view_if_needed()
    expect(playground.tile(7, 127)).to_be_in_viewport()
    playground.tile(7, 127).click()
    expect(page.get_by_role("dialog", name="Hidden layer 8, unit 128")).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove hidden layer 8").click()
    playground.sent("model.layers.length", 7)
    playground.until_step(playground.counter("step") + 5)
    playground.pause()
