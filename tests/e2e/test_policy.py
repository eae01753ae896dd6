"""The page under its security policy: nothing that it does is forbidden, and no text that it gets is more than text."""

import json
from itertools import cycle
from typing import Any

from playground import Opener, Playground, link
from playwright.sync_api import expect

WRITE_DOWN = """
  globalThis.violations = []
  addEventListener('securitypolicyviolation', (event) => violations.push(
    [event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.columnNumber, event.sample].join(' ')))
  globalThis.executed = []
  globalThis.alert = (text) => executed.push(text)
"""
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(2)</script>",
    '"><svg onload=alert(3)><style>*{color:red}</style>',
    "javascript:alert(4)",
    "{{7*7}}${alert(5)}</title></textarea>",
)


def watched(playground: Playground) -> Playground:
    """The page, with everything written down that its policy forbids, or that text has been made to do."""
    playground.page.add_init_script(WRITE_DOWN)
    return playground


def harmless(playground: Playground) -> None:
    """Fail if anything was forbidden or executed."""
    assert playground.get("violations") == []
    assert playground.get("executed") == []


def test_a_whole_session_does_nothing_that_its_policy_forbids(new_page: Opener) -> None:
    playground = watched(new_page())
    playground.open("data.name=blobs&model.layers=dense:units=4,dense:units=3", plotted=True)
    page = playground.page
    playground.play()
    playground.until_step(200)
    for theme in ("Dark", "Projector", "Light"):
        page.get_by_role("radio", name=theme).check(force=True)
    page.locator(".curves-plot").hover(position={"x": 120, "y": 60})
    page.locator(".map-plot").hover(position={"x": 120, "y": 120})
    for name in ("Validation", "Test", "Discretize"):
        page.get_by_role("checkbox", name=name).click(force=True)
    page.get_by_role("radio", name="Accuracy").check(force=True)
    playground.tile(0, 1).hover()
    playground.tile(0, 1).click()
    page.keyboard.press("Escape")
    page.locator('[data-tool="help"]').click()
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    playground.pause()
    for name in ("ripple", "spiral"):
        page.locator(f'[data-path="data.name"] input[value="{name}"]').click()
        playground.sent("data.name", name)
        playground.steps(1)
    page.set_viewport_size({"width": 420, "height": 800})
    page.locator(".curves-plot").scroll_into_view_if_needed()
    page.set_viewport_size({"width": 1440, "height": 900})
    playground.steps(1)
    harmless(playground)


def settings(node: Any, path: str = "") -> list[str]:
    """Path of every setting of a config."""
    if isinstance(node, dict):
        return [p for key, child in node.items() for p in settings(child, f"{path}.{key}".lstrip("."))]
    return [path]


def test_hostile_text_in_every_place_of_a_link_is_only_text(new_page: Opener) -> None:
    plain = new_page().open()
    names = settings(plain.config())
    playground = watched(new_page())
    playground.forgiven = ["422"]
    for shift in range(len(HOSTILE)):
        texts = HOSTILE[shift:] + HOSTILE[:shift]
        everywhere = dict(zip([*names, "ui.speed", "ui.theme", "ui.metric"], cycle(texts), strict=False))
        unknown = "&".join(f"{text}=1&data.{text}=2&model.layers=dense:units={text}" for text in texts)
        playground.page.goto("about:blank")
        playground.visit(f"{link(everywhere)}&{unknown}")
        for text in texts:
            expect(playground.page.get_by_role("alert").filter(has_text=text[:12]).first).to_be_visible()
        harmless(playground)


def test_sentences_of_the_server_are_only_text(new_page: Opener) -> None:
    playground = watched(new_page())
    playground.forgiven = ["422"]
    problem = {
        **{"type": "about:blank", "title": HOSTILE[0], "status": 422, "detail": " ".join(HOSTILE)},
        "errors": [
            {"path": path, "message": text}
            for text in HOSTILE
            for path in ("data.noise", "model.layers.0.units", "somewhere.else", text)
        ],
    }
    playground.page.route(
        "**/api/train",
        lambda route: route.fulfill(
            status=422, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    playground.visit("")
    for text in HOSTILE:
        expect(playground.page.get_by_text(text).first).to_be_attached()
    harmless(playground)
