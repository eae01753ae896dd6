"""The page as a student uses it: open a link, press play, wait until something is seen."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

SECONDS = 1000
DEADLINE = 20 * SECONDS
SHOWN = '.net-tile[aria-label*="bias"]'  # units are named with their bias once a frame has been drawn
PLOTTED = ".map-plot .main-svg"

WAITING = """async ([argument, deadline]) => {
  const end = performance.now() + deadline
  while (!(%s)) {
    if (performance.now() > end) return false
    await new Promise((next) => setTimeout(next, 20))
  }
  return true
}"""

Settings = dict[str, Any]

RARE: Settings = {
    "data.name": "pinwheel",
    "data.noise": 0.3,
    "model.layers": "dense:units=4,dense:residual=true:trainable=false:units=4,batch_norm,dense:l1=0.001:units=6,layer_norm",
    "training.class_weights": "1,2,1,1,0.5",
    "training.schedule.name": "cosine",
    "training.gradient_clipping.name": "norm",
    "training.early_stopping.name": "validation_loss",
    "training.early_stopping.patience": 3,
}
"""All that goes beyond plain training."""


def link(settings: Settings) -> str:
    """The part of a link after the "#"."""
    return "&".join(f"{path}={quote(str(value), safe=',:=^*()/')}" for path, value in settings.items())


def at(document: Any, path: str) -> Any:
    """The value at a dotted path."""
    for key in path.split("."):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


class Playground:
    """One page. `url` is the server's."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.forgiven: list[str] = []  # parts of console messages that a test brings about on purpose

    def visit(self, settings: Settings | str = "", *, plotted: bool = False) -> None:
        """Open a link. Unless `plotted`, without Plotly, which takes a second to start: no axes, points and curves."""
        text = settings if isinstance(settings, str) else link(settings)
        if not plotted:
            self.page.route(
                "**/plotly.min.js", lambda route: route.fulfill(body="", content_type="text/javascript")
            )
        self.page.goto(f"{self.url}/#{text}" if text else self.url)

    def open(self, settings: Settings | str = "", *, plotted: bool = False) -> "Playground":
        """Open a link and wait for the untrained network, and for axes and points if they are wanted."""
        self.visit(settings, plotted=plotted)
        return self.shown(plotted=plotted)

    def shown(self, *, plotted: bool = False) -> "Playground":
        """Wait for what `open` waits for."""
        self.page.wait_for_selector(PLOTTED if plotted else SHOWN, timeout=DEADLINE, state="attached")
        return self

    def wait(self, condition: str, argument: Any = None, *, deadline: int = DEADLINE) -> None:
        """Wait until a JavaScript expression is true, which may use `argument`."""
        # Playwright's own `wait_for_function` needs `eval`, which the page's security policy forbids.
        held = self.page.evaluate(WAITING % condition, [argument, deadline])
        assert held, f"Still not so after {deadline / SECONDS:g} s: {condition} ({argument})"

    def get(self, expression: str, argument: Any = None) -> Any:
        """The value of a JavaScript expression, or of a function of `argument`."""
        return self.page.evaluate(expression, argument)

    # The run bar.

    def action(self, name: str) -> Locator:
        """A button of the run bar: toggle, step, restart, new-weights."""
        return self.page.locator(f'#runbar [data-action="{name}"]')

    def play(self) -> None:
        """Press play, and wait until it trains."""
        self.action("toggle").click()
        self.training()

    def training(self) -> None:
        """Wait until it trains."""
        expect(self.page.locator("#status")).to_have_attribute("data-state", "running", timeout=DEADLINE)

    def pause(self) -> None:
        """Press pause, and wait until the checkpoint has caught up with the picture."""
        self.action("toggle").click()
        expect(self.action("toggle")).to_contain_text("Play")
        self.settled()

    def settled(self) -> None:
        """Wait until no stream is open, and the newest checkpoint belongs to the step that is shown."""
        shown = "Number(document.querySelector('[data-counter=step]').textContent.replaceAll(',', ''))"
        self.wait(f"tap.open === 0 && tap.checkpoint?.step === {shown}")

    def steps(self, count: int, by: str = "epoch") -> None:
        """Press "one step" so many times, and wait until they are made."""
        self.page.locator('[data-ui="stepBy"]').select_option(by)
        unit = "epoch" if by == "epoch" else "step"
        first = self.counter(unit)
        for _ in range(count):
            self.action("step").click()
        expect(self.page.locator(f'[data-counter="{unit}"]')).to_have_text(
            f"{first + count:,}", timeout=DEADLINE
        )
        self.settled()

    def speed(self, value: str) -> None:
        """Choose a speed: slow, 1, 10, 50, 200, max."""
        self.page.locator('[data-ui="speed"]').select_option(value)

    def counter(self, name: str) -> int:
        """The epoch or step on the run bar."""
        return int(self.page.locator(f'[data-counter="{name}"]').inner_text().replace(",", ""))

    def until_step(self, step: int) -> None:
        """Wait until this step, or a later one, is shown."""
        self.wait("(tap.steps.at(-1) ?? 0) >= argument", step)

    def says(self, text: str) -> None:
        """Wait until the status says this, among other things."""
        expect(self.page.locator("#status .status-text")).to_contain_text(text, timeout=DEADLINE)

    # What it asks the server for.

    def asked(self) -> int:
        """How many requests for training there have been."""
        return self.get("tap.asked.length")

    def request(self, index: int = -1) -> Any:
        """A request for training, the newest if not said otherwise."""
        return self.get("i => tap.asked.at(i)", index)

    def config(self) -> Any:
        """The config of the newest request."""
        return self.request()["config"]

    def sent(self, path: str, value: Any) -> None:
        """Wait until a config goes out with this value at this path."""
        get = "argument[0].split('.').reduce((value, key) => value?.[key], tap.asked.at(-1).config)"
        same = f"JSON.stringify({get}) === JSON.stringify(argument[1])"
        self.wait(same, [path, value], deadline=5 * SECONDS)

    def start(self) -> Any:
        """What the server has said of the run."""
        return self.get("tap.start")

    def frame(self) -> Any:
        """The newest frame."""
        return self.get("tap.frame")

    def checkpoint(self) -> Any:
        """The newest checkpoint."""
        return self.get("tap.checkpoint")

    # What it shows.

    def control(self, path: str) -> Locator:
        """The place of a setting on the page."""
        return self.page.locator(f'[data-path="{path}"]')

    def tile(self, layer: int, unit: int) -> Locator:
        """A unit of layer `layer` of the config, or of the output, one past the end."""
        return self.page.locator(f'.net-tile[data-layer="{layer}"][data-unit="{unit}"]')

    def map_picture(self) -> str:
        """The pixels of the large map, as something to compare."""
        return self.get("tap.picture(document.querySelector('.map-clip'))")

    def tile_pictures(self) -> dict[str, str]:
        """The pixels of each hidden and output unit's tile in sight, by "layer:unit"."""
        return self.get("tap.tiles()")


Opener = Callable[..., Playground]
"""Makes a page; see the fixture `new_page`."""
Run = Callable[..., Any]
"""Runs JavaScript; see the fixture `run`."""
