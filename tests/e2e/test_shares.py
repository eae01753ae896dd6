"""A network address has its share of places, where the deployment says so; the page says when it is used up."""

from collections.abc import Iterator

import pytest
from playground import Opener
from playwright.sync_api import expect
from serving import Server, serving


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """A server on which an address may train once at a time."""
    with serving(settings={"DESCENT_STREAMS_PER_ADDRESS": "1"}) as running:
        yield running


def test_the_page_waits_when_its_address_has_its_share(new_page: Opener, shared: Server) -> None:
    first, second = (new_page(url=shared.url).open() for _ in range(2))
    second.forgiven = first.forgiven = ["429"]
    first.play()
    second.action("toggle").click()
    second.says("Your network address may train 1 at a time, and does so now. Trying again in 2 seconds.")
    expect(second.page.locator("#status")).to_have_attribute("data-state", "waiting")
    first.action("toggle").click()
    second.training()
    second.until_step(25)
    second.pause()
    first.settled()
