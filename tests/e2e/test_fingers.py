"""The page under a finger: large targets, a network that scrolls and says so, a map that stays in sight."""

from typing import Any

import pytest
from places import box, faults, in_window
from playground import DEADLINE, Opener
from playwright.sync_api import expect

TOUCHED = [(320, 640), (390, 844), (844, 390), (768, 1024), (1024, 768), (1366, 1024)]


def test_fingers_have_44_pixels_in_every_window(new_page: Opener) -> None:
    for width, height in TOUCHED:
        profile = {"viewport": {"width": width, "height": height}, "has_touch": True, "is_mobile": True}
        playground = new_page(**profile).open(plotted=True)
        assert playground.get("matchMedia('(pointer: coarse)').matches")
        assert faults(playground, width, 44) == [], (width, height)
        playground.page.context.close()


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
