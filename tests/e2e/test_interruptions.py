"""Lines that are cut, workers that die, servers that are full: the page says so, waits, and nothing is lost."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from playground import SECONDS, Opener, Playground
from playwright.sync_api import expect
from serving import Server, serving


@pytest.fixture(scope="module")
def hasty() -> Iterator[Server]:
    """A server of one worker, whose streams last a second."""
    with serving(settings={"DESCENT_LEASE_SECONDS": "1"}) as running:
        yield running


@pytest.fixture(scope="module")
def narrow() -> Iterator[Server]:
    """A server with one place for a stream."""
    with serving(settings={"DESCENT_STREAMS": "1"}) as running:
        yield running


def undisturbed(playground: Playground, step: int) -> Any:
    """The checkpoint of the same run at a step, trained in one piece."""
    body = {"config": playground.config(), "until": {"step": step}, "views": []}
    answer = playground.page.request.post(
        f"{playground.url}/api/train", data=body, timeout=60 * SECONDS
    ).text()
    events = [event.split("\ndata: ") for event in answer.split("\n\n") if event]
    return json.loads([data for name, data in events if name == "event: checkpoint"][-1])


def signal_workers(server: Server, number: int) -> None:
    """Send the server's workers a signal."""
    found = subprocess.run(
        ["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True
    )
    for line in found.stdout.split():
        os.kill(int(line), number)


def went_on(playground: Playground) -> None:
    """Stop; the run ends with the bytes of an undisturbed one."""
    playground.pause()
    assert playground.checkpoint() == undisturbed(playground, playground.counter("step"))


def test_a_killed_worker_costs_nothing_and_the_page_says_so(new_page: Opener, hasty: Server) -> None:
    playground = new_page(url=hasty.url).open("training.optimizer.name=adam&model.layers=dense,dropout,dense")
    playground.forgiven = ["Failed to load resource", "ERR_"]
    playground.speed("200")
    playground.play()
    playground.wait("tap.checkpoint.step > 0")
    playground.get("tap.heard = []; tap.hear('#status .status-text', tap.heard)")
    asked, step = playground.asked(), playground.checkpoint()["step"]
    signal_workers(hasty, signal.SIGKILL)
    playground.wait(
        "tap.heard.some((text) => text.includes('Trying again') && text.includes('nothing is lost'))"
    )
    playground.wait("tap.asked.length > argument", asked)
    assert playground.request(asked)["checkpoint"]["step"] >= step
    playground.until_step(playground.counter("step") + 300)
    playground.training()
    went_on(playground)


def test_leases_that_end_and_workers_that_stop_are_not_even_noticed(new_page: Opener, hasty: Server) -> None:
    playground = new_page(url=hasty.url).open()
    playground.forgiven = ["Failed to load resource", "ERR_"]  # while the next worker starts
    playground.play()
    playground.wait("tap.ends.filter(({ reason }) => reason === 'lease').length >= 2")
    assert playground.get("tap.asked.slice(-2).every(({ checkpoint }) => checkpoint)")
    playground.get("tap.heard = []; tap.hear('#status .status-text', tap.heard)")
    playground.wait("tap.ends.filter(({ reason }) => reason === 'lease').length >= 3")
    assert not [text for text in playground.get("tap.heard") if "Trying again" in text]
    signal_workers(hasty, signal.SIGTERM)
    playground.wait("tap.ends.some(({ reason }) => reason === 'server_stopping')")
    playground.until_step(playground.counter("step") + 100)
    went_on(playground)


def test_a_line_that_cannot_be_opened_is_tried_again(playground: Playground) -> None:
    playground.forgiven = ["Failed to load resource"]
    playground.open()
    playground.play()
    playground.until_step(50)
    playground.page.route("**/api/train", lambda route: route.abort())
    playground.speed("200")
    playground.says("The server does not answer. Trying again")
    playground.says("nothing is lost")
    expect(playground.page.locator("#status")).to_have_attribute("data-state", "waiting")
    playground.page.unroute("**/api/train")
    playground.training()
    playground.until_step(playground.counter("step") + 50)
    went_on(playground)


def test_waiting_for_a_line_counts_down_and_ends_by_a_button_or_when_there_is_a_network(
    playground: Playground,
) -> None:
    playground.forgiven = ["Failed to load resource", "ERR_"]
    playground.open()
    again = playground.page.get_by_role("button", name="Try now")
    expect(again).to_be_hidden()
    playground.play()
    playground.get("tap.heard = []; tap.hear('#status .status-text', tap.heard)")
    playground.get("tap.told = []; tap.hear('#announcer', tap.told)")
    playground.page.route("**/api/train", lambda route: route.abort())
    playground.speed("200")
    for left in (8, 7, 6):
        playground.wait(f"tap.heard.at(-1)?.includes('Trying again in {left} seconds')")
    asked = playground.asked()
    again.click()
    playground.wait("tap.asked.length > argument", asked, deadline=3 * SECONDS)
    assert playground.get("tap.told.filter((text) => text.includes('Trying again')).length") == 1

    playground.says("Trying again in 8 seconds")
    playground.page.unroute("**/api/train")
    asked = playground.asked()
    for offline in (True, False):
        playground.page.context.set_offline(offline)
    playground.wait("tap.asked.length > argument", asked, deadline=3 * SECONDS)
    playground.training()
    expect(again).to_be_hidden()
    went_on(playground)


def test_the_page_waits_for_a_place_when_the_server_is_full(new_page: Opener, narrow: Server) -> None:
    first, second = (new_page(url=narrow.url).open() for _ in range(2))
    second.forgiven = first.forgiven = ["503"]
    first.play()
    second.action("toggle").click()
    second.says("The server is busy with other students. Trying again in 2 seconds.")
    expect(second.page.locator("#status")).to_have_attribute("data-state", "waiting")
    first.action("toggle").click()
    second.training()
    second.until_step(25)
    went_on(second)
    first.settled()


def test_a_server_that_is_away_when_the_page_opens_is_waited_for(playground: Playground) -> None:
    playground.forgiven = ["Failed to load resource"]
    playground.page.route("**/api/*", lambda route: route.abort())
    playground.visit()
    playground.says("The server does not answer. Trying again.")
    playground.page.unroute("**/api/*")
    playground.shown()
    playground.steps(1)
