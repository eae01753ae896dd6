"""What the page costs the browser while it trains, against the real server: `make bench` prints the table.

Main-thread time is Chromium's own account of it (`Performance.getMetrics`, TaskDuration), read twenty times a
second: what it grows by while one frame is drawn. The server and this script run on the same machine.
"""

import statistics
from typing import Any

import chromium
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from serving import serving
from timing import table

ADAM = "training.optimizer.name=adam&training.optimizer.learning_rate=0.01"
RUNS = {
    "circle, 2-4-2-1": "",
    "spiral, 4-8-6-1": "data.name=spiral&data.features=x1,x2,sin(x1),sin(x2)"
    f"&model.layers=dense:units=8,dense:units=6&{ADAM}",
    "blobs, 2-8-6-4": "data.name=blobs&model.layers=dense:units=8:activation=relu,dense:units=6",
    "ripple, 2-8-8-1": f"data.name=ripple&model.layers=dense:units=8,dense:units=8&{ADAM}",
}
SAMPLES = 300
# When the untrained network is there; how many frames are painted, and when the first one after the click.
PROBE = """
window.bench = { frames: 0, clicked: 0, painted: 0, ready: 0 }
const watch = () => {
  const step = document.querySelector('[data-counter="step"]')
  new MutationObserver(() => {
    bench.frames += 1
    if (bench.clicked && !bench.painted) {
      bench.painted = -1
      requestAnimationFrame(() => setTimeout(() => { bench.painted = performance.now() }))
    }
  }).observe(step, { childList: true, characterData: true, subtree: true })
}
const look = () => {
  if (!document.querySelector('.net-tile[aria-label*="bias"]')) return requestAnimationFrame(look)
  bench.ready = performance.now()
  watch()
}
document.addEventListener('DOMContentLoaded', look)
"""


def task_seconds(session: CDPSession) -> float:
    """Seconds that the main thread has worked so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def open_page(browser: Browser, url: str, link: str) -> tuple[Page, CDPSession]:
    """A page with a cold cache, drawn and quiet."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(PROBE)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(f"{url}/#{link}")
    page.wait_for_selector(".map-plot .main-svg", state="attached")
    page.wait_for_timeout(2000)
    return page, session


def train(browser: Browser, url: str, link: str) -> dict[str, Any]:
    """Press play; milliseconds until ready and until the first frame, frames a second, cost of each frame."""
    page, session = open_page(browser, url, link)
    ready = page.evaluate("bench.ready")
    page.evaluate("""() => {
        bench.clicked = performance.now()
        document.querySelector('[data-action="toggle"]').click()
    }""")
    page.wait_for_timeout(2000)
    first = page.evaluate("bench.painted - bench.clicked")
    costs = []
    began, before = page.evaluate("[performance.now(), bench.frames]")
    frames, spent = before, task_seconds(session)
    for _ in range(SAMPLES):
        page.wait_for_timeout(45)
        drawn, now = page.evaluate("bench.frames"), task_seconds(session)
        if drawn > frames:
            costs.append((now - spent) / (drawn - frames) * 1000)
            frames, spent = drawn, now
    seconds = (page.evaluate("performance.now()") - began) / 1000
    page.context.close()
    return {"ready": ready, "first": first, "rate": (frames - before) / seconds, "costs": costs}


def first_visit(browser: Browser, url: str) -> tuple[float, int]:
    """Kilobytes on the wire of a first visit, and of how many files."""
    page = browser.new_context().new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url)
    page.wait_for_selector(".map-plot .main-svg", state="attached")
    page.wait_for_timeout(1000)
    page.context.close()
    return sum(sizes) / 1000, len(sizes)


if __name__ == "__main__":
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        rows = []
        for name, link in RUNS.items():
            run = train(browser, server.url, link)
            low, median, high = statistics.quantiles(run["costs"], n=4)
            cost = f"{median:.1f} ({low:.1f} to {high:.1f})"
            rows.append([name, f"{run['rate']:.0f}", cost, f"{run['first']:.0f}", f"{run['ready']:.0f}"])
        header = ["the page, 50 epochs/s", "frames/s", "main thread, ms a frame", "click to first frame, ms"]
        print(table([*header, "cold start to network drawn, ms"], rows))
        size, count = first_visit(browser, server.url)
        print(f"\nA first visit takes {size:,.0f} kB in {count} files.")
        browser.close()
