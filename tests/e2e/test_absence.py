"""Tabs that nobody sees, laptops that sleep, two tabs of one student: whoever comes back finds the newest state."""

import os
import signal
import urllib.request

from playground import Opener, Playground
from playwright.sync_api import Browser, expect
from serving import Server, eventually
from test_interruptions import went_on

# What a browser does with a tab that is not seen: it says so, and asks for no pictures.
HIDE = """() => {
  const paint = window.requestAnimationFrame
  const waiting = []
  window.shown = () => {
    window.requestAnimationFrame = paint
    for (const draw of waiting.splice(0)) paint(draw)
    see('visible')
  }
  const see = (state) => {
    Object.defineProperty(document, 'visibilityState', { get: () => state, configurable: true })
    Object.defineProperty(document, 'hidden', { get: () => state === 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }
  window.requestAnimationFrame = (draw) => waiting.push(draw)
  window.waitingToDraw = waiting
  see('hidden')
}"""


def streams_open(server: Server) -> float:
    """Training streams that the server has open."""
    with urllib.request.urlopen(f"{server.url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return float(next(line for line in lines if line.startswith("descent_streams_open ")).split()[1])


def test_a_hidden_tab_trains_on_without_drawing_and_shows_the_newest_when_it_is_seen_again(
    playground: Playground,
) -> None:
    playground.open()
    playground.speed("200")
    playground.play()
    playground.until_step(200)
    playground.get(HIDE)
    playground.wait("waitingToDraw.length > 0")
    shown, drawn = playground.counter("step"), playground.get("tap.steps.length")
    frames = playground.get("tap.frames.length")
    playground.wait("tap.frames.length > argument", frames + 40)
    assert playground.counter("step") == shown
    assert playground.get("tap.steps.length") == drawn
    assert playground.get("waitingToDraw.length") <= 2, "What waits to be drawn does not pile up."
    newest = playground.get("(() => { const { step } = tap.frame; shown(); return step })()")
    playground.until_step(newest)
    assert playground.get("i => tap.steps[i]", drawn) >= newest, "No picture in between was drawn."
    went_on(playground)


def test_a_hidden_tab_keeps_no_frame_but_the_newest(playground: Playground) -> None:
    playground.open("model.layers=dense:64,dense:64")
    playground.page.evaluate("tap.frames = { push() {} }")  # the test's own notes would grow

    def used() -> float:
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"]

    session = playground.page.context.new_cdp_session(playground.page)
    playground.speed("max")
    playground.play()
    playground.until_step(100)
    playground.get(HIDE)
    step = "tap.frame.step > argument"
    playground.wait(step, playground.frame()["step"] + 2000)
    before, frame = used(), len(str(playground.frame()))
    count = playground.frame()["step"]
    playground.get("heard = 0; tap.frames = { push() { heard++ } }")
    playground.wait("heard >= 60")
    assert playground.frame()["step"] > count
    assert used() - before < 10 * frame, "Sixty frames have come, and less than ten were kept."
    playground.get("shown()")
    playground.action("toggle").click()
    expect(playground.action("toggle")).to_contain_text("Play")


def test_a_laptop_that_slept_goes_on_by_itself(new_page: Opener, browser: Browser, server: Server) -> None:
    """Every process of the browser stands still until the server has given it up, after ten seconds."""
    playground = new_page(url=server.url)
    playground.forgiven = ["Failed to load resource", "ERR_"]
    playground.open("model.layers=dense:32,dense:32")
    playground.play()
    playground.wait("tap.checkpoint?.step > 0")
    asked, session = playground.asked(), browser.new_browser_cdp_session()
    processes = [one["id"] for one in session.send("SystemInfo.getProcessInfo")["processInfo"]]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        eventually(lambda: streams_open(server) == 0)
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
    playground.wait("tap.asked.length > argument", asked)
    playground.until_step(playground.counter("step") + 100)
    playground.training()
    went_on(playground)


def test_two_tabs_do_not_mind_each_other(playground: Playground) -> None:
    first = playground.open()
    second = Playground(first.page.context.new_page(), first.url).open("data.name=moons")
    for tab in (first, second):
        tab.play()
    for tab in (first, second):
        tab.until_step(100)
        tab.pause()
    kept = [tab.checkpoint() for tab in (first, second)]
    assert kept[0]["params"] != kept[1]["params"]
    for tab, checkpoint in zip((first, second), kept, strict=True):
        tab.page.reload()
        tab.shown()
        assert tab.counter("step") == checkpoint["step"]
        assert tab.frame()["weights"] == checkpoint["params"]
    for tab in (first, second):
        tab.page.bring_to_front()
        tab.play()
        tab.until_step(tab.counter("step") + 50)
        went_on(tab)
