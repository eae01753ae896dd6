"""Where everything on the page is: what overlaps, what is cut off, what is too small to be hit."""

from typing import Any

from playground import Playground

TARGETS = """() => {
  const interactive = 'button, input, select, a[href], [role="button"], [tabindex="0"]'
  // The two handles of the split share one line, of which only their thumbs can be hit.
  const hit = (node) => getComputedStyle(node).pointerEvents !== 'none'
  const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && hit(node)
  // A radio or checkbox may be as large as the label that belongs to it.
  const whole = (node) => (/^(radio|checkbox)$/.test(node.type) && node.closest('label')) || node
  // What is cut off by a scrolling ancestor is not there to be hit.
  const cut = (node, box) => {
    let out = getComputedStyle(node).position === 'absolute' // of what is not positioned
    for (let at = node.parentElement; at; at = at.parentElement) {
      const { overflow, display, position } = getComputedStyle(at)
      if (out && position === 'static') continue
      out = position === 'absolute'
      if (overflow === 'visible' || display === 'contents') continue
      const edge = at.getBoundingClientRect()
      box = { left: Math.max(box.left, edge.left), top: Math.max(box.top, edge.top), right: Math.min(box.right, edge.right), bottom: Math.min(box.bottom, edge.bottom) }
    }
    return box
  }
  return [...document.querySelectorAll(interactive)].filter(seen).map((node) => {
    const target = whole(node)
    const { left, top, right, bottom, width, height } = target.getBoundingClientRect()
    const visible = cut(target, { left, top, right, bottom })
    const name = `${node.tagName} ${node.getAttribute('aria-label') ?? node.labels?.[0]?.textContent ?? node.textContent.trim()}`
    return { name, width, height, visible, path: [...ancestors(target)] }
  })
  function* ancestors(node) {
    for (let at = node; at; at = at.parentElement) yield ids.get(at) ?? (ids.set(at, ids.size), ids.get(at))
  }
}"""

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


def targets(playground: Playground) -> list[dict[str, Any]]:
    """Every visible control with its place; `path` names it and what it is in."""
    found = playground.get(f"(() => {{ const ids = new Map(); return ({TARGETS})() }})()")
    return [
        target for target in found if target["visible"]["bottom"] > 0
    ]  # the skip link waits above the page


def overlaps(found: list[dict[str, Any]]) -> list[str]:
    """Pairs of controls, none inside the other, that share more than an edge."""
    pairs = []
    for i, one in enumerate(found):
        for other in found[i + 1 :]:
            a, b = one["visible"], other["visible"]
            wide = min(a["right"], b["right"]) - max(a["left"], b["left"])
            high = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            nested = one["path"][0] in other["path"] or other["path"][0] in one["path"]
            if wide > 1 and high > 1 and not nested:
                pairs.append(f"{one['name']} and {other['name']}: {wide:.0f} x {high:.0f}")
    return pairs


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
