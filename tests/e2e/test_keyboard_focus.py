"""Everything is reached with the Tab key, in the order in which one reads, and what has the focus can be seen."""

from typing import Any

from playground import Opener, Playground

FOCUSED = """() => {
  const node = document.activeElement
  if (!node || node === document.body) return null
  const label = (n) => n.getAttribute('aria-label') ?? n.labels?.[0]?.textContent ?? n.textContent
  const shows = (n) => {
    if (!n) return false
    const { outlineStyle, outlineWidth, visibility } = getComputedStyle(n)
    return visibility !== 'hidden' && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
  }
  const { left, top, width, height } = node.getBoundingClientRect()
  const name = `${node.tagName} ${label(node)?.trim().slice(0, 40)}`
  return { name, seen: [node, node.parentElement, node.nextElementSibling].some(shows), left, top, width, height }
}"""


def walk(playground: Playground, most: int = 150) -> list[dict[str, Any]]:
    """What gets the focus, one Tab after the other, until it leaves the page or begins again."""
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        playground.page.keyboard.press("Tab")
        stop = playground.get(FOCUSED)
        if stop is None or stop in stops[:1]:
            return stops
        stops.append(stop)
    raise AssertionError(f"The focus goes round in circles: {stops[-5:]}")


def test_everything_is_reached_by_tab_and_seen_when_it_is(playground: Playground) -> None:
    playground.open(plotted=True)
    order = [
        "Restart",
        "New weights",
        "Play",
        "Speed",
        "Share",
        "Noise",
        "Batch size",
        "New data",
        "Learning rate",
        "More",
    ]
    order += [
        "Feature x1",
        "Add a layer",
        "Hidden layer 1: activation",
        "Output, Sigmoid",
        "Large map",
        "Map",
    ]
    seen_in_order(playground, order)
    playground.page.get_by_role("button", name="More", exact=True).click()
    seen_in_order(
        playground,
        ["Share", "Learning rate", "More", "Close more settings", "Weight seed", "Feature x1", "Map"],
    )


def seen_in_order(playground: Playground, order: list[str]) -> None:
    """Walk from the corner: whatever has the focus is seen, and these come in this order."""
    playground.page.mouse.click(2, 2)
    stops = walk(playground)
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    assert [stop["name"] for stop in stops if stop["left"] + stop["width"] <= 0 or stop["left"] >= 1440] == []
    names = " ".join(stop["name"] for stop in stops)
    places = [names.find(name) for name in order]
    assert -1 not in places, dict(zip(order, places, strict=True))
    assert places == sorted(places), dict(zip(order, places, strict=True))


def test_the_skip_link_leads_to_the_network(playground: Playground) -> None:
    playground.open()
    playground.page.keyboard.press("Tab")
    playground.page.keyboard.press("Enter")
    assert playground.get("document.activeElement.id") == "network-panel"
    playground.page.keyboard.press("Tab")
    assert playground.get("document.activeElement.closest('#network-panel') !== null")


def test_the_help_opens_from_the_keyboard_and_gives_the_focus_back(playground: Playground) -> None:
    playground.open()
    button = playground.page.get_by_role("button", name="Help and keyboard shortcuts")
    button.focus()
    playground.page.keyboard.press("Enter")
    assert playground.get("document.activeElement.closest('dialog')?.id") == "help"
    playground.page.keyboard.press("Escape")
    assert playground.get("document.activeElement.dataset.tool") == "help"


def test_the_focus_stays_with_a_unit_while_the_network_changes(new_page: Opener) -> None:
    playground = new_page().open()
    field = playground.page.get_by_role("spinbutton", name="Hidden layer 1: number of units")
    field.fill("9")
    field.press("Enter")
    playground.sent("model.layers.0.units", 9)
    playground.wait("document.querySelectorAll('.net-tile[data-layer=\"0\"]').length === 9")
    assert (
        playground.get("document.activeElement.getAttribute('aria-label')")
        == "Hidden layer 1: number of units"
    )
