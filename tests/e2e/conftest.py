"""One Chromium for all browser tests, a fresh page for each, and a page that misbehaves fails its test.

Misbehaving is: an error in the console, an exception that nobody caught, a request to anywhere but the server.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest
from playground import Opener, Playground, Run
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

DESKTOP = {"width": 1440, "height": 900}
TAP = Path(__file__).with_name("tap.js")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    path = chromium.find()
    assert path is not None, "There is no Chromium; `python tests/e2e/chromium.py` installs one."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


def watch(page: Page, playground: Playground, faults: list[str]) -> None:
    """Write down all misbehaviour of a page."""
    inside = (playground.url, "data:", "blob:")
    page.on("pageerror", lambda error: faults.append(f"exception: {error.stack or error}"))
    page.on("request", lambda r: r.url.startswith(inside) or faults.append(f"request to {r.url}"))
    page.on("websocket", lambda socket: faults.append(f"web socket to {socket.url}"))
    page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" else None)


@pytest.fixture
def new_page(browser: Browser, server: Any) -> Iterator[Opener]:
    """Makes pages, each with its own profile: ``new_page(color_scheme="dark")``; what is passed goes to the profile.

    `url` is another server's than the one for all tests.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    playgrounds: list[Playground] = []

    def make(url: str = server.url, **options: Any) -> Playground:
        context = browser.new_context(**({"viewport": DESKTOP} | options))
        contexts.append(context)
        context.add_init_script(path=TAP)
        page = context.new_page()
        playground = Playground(page, url)
        playgrounds.append(playground)
        watch(page, playground, faults)
        return playground

    yield make
    for context in contexts:
        context.close()
    forgiven = [text for playground in playgrounds for text in playground.forgiven]
    unforgiven = [fault for fault in faults if not any(text in fault for text in forgiven)]
    assert not unforgiven, "\n".join(unforgiven)


@pytest.fixture
def playground(new_page: Opener) -> Playground:
    """A page of 1440 x 900, not yet open."""
    return new_page()


@pytest.fixture
def run(playground: Playground) -> Run:
    """Runs JavaScript without the page around it: ``await load("model/arrays")`` imports a module, `argument` is passed on."""
    page = playground.page
    prefix = re.search(r"/static/\w+/", page.request.get(playground.url).text())
    assert prefix
    page.goto(f"{playground.url}/healthz")

    def run(script: str, argument: Any = None) -> Any:
        body = f"const load = (name) => import(prefix + 'js/' + name + '.js')\n{script}"
        return page.evaluate(f"async ([prefix, argument]) => {{ {body} }}", [prefix[0], argument])

    return run
