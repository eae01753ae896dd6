"""Takes the pictures of the README from the real page: `make pictures`."""

from pathlib import Path

import chromium
from playwright.sync_api import Browser, expect, sync_playwright
from serving import serving

ROOT = Path(__file__).parents[1]

SPIRAL = (
    "data.name=spiral&data.noise=0.1&data.features=x1,x2,sin(x1),sin(x2)"
    "&model.layers=dense:units=8,dense:units=6&training.optimizer.name=adam"
    "&training.optimizer.learning_rate=0.01"
)
BLOBS = "data.name=blobs&data.noise=0.25&model.layers=dense:units=8:activation=relu,dense:units=6"
RIPPLE = (
    "data.name=ripple&model.layers=dense:units=8,dense:units=8&training.optimizer.name=adam"
    "&training.optimizer.learning_rate=0.01"
)
PICTURES = {
    "spiral-light": (SPIRAL, "light", (1440, 900), 150),
    "blobs-dark": (BLOBS, "dark", (1440, 900), 60),
    "ripple-projector": (RIPPLE, "projector", (1440, 900), 200),
    "circle-phone": ("", "light", (390, 844), 100),
}


def take(browser: Browser, url: str, name: str) -> None:
    """Open the link, train so many epochs, and keep what is seen."""
    link, theme, (width, height), epochs = PICTURES[name]
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
    page = context.new_page()
    page.goto(f"{url}/#{link}&ui.theme={theme}")
    page.wait_for_selector(".map-plot .main-svg", state="attached")
    page.locator('[data-action="toggle"]').click()
    for _ in range(600):
        if int(page.locator('[data-counter="epoch"]').inner_text().replace(",", "")) >= epochs:
            break
        page.wait_for_timeout(50)
    page.locator('[data-action="toggle"]').click()
    expect(page.locator('[data-action="toggle"]')).to_contain_text("Play")
    page.wait_for_timeout(1000)  # the curves are drawn a few times a second
    page.screenshot(path=ROOT / "docs" / "img" / f"{name}.png")
    context.close()


if __name__ == "__main__":
    (ROOT / "docs" / "img").mkdir(exist_ok=True)
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        for name in PICTURES:
            take(browser, server.url, name)
            print(f"docs/img/{name}.png")
        browser.close()
