"""The page is for everyone: all of axe-core's rules for WCAG 2.2 A and AA, without exceptions, in every theme and state."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playground import RARE, Opener, Playground
from playwright.sync_api import expect

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, and off unless asked for
    "resultTypes": ["violations"],
}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def violations(playground: Playground) -> list[str]:
    """What breaks a rule, and where."""
    found = Axe().run(playground.page, options=RULES).response
    assert len(found["passes"]) > 15, "The rules were looked at."
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}"
        for v in found["violations"]
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_no_rule_is_broken_at_rest_in_training_and_with_everything_open(
    playground: Playground, theme: str
) -> None:
    playground.open({"ui.theme": theme, "ui.showTest": "true"}, plotted=True)
    expect(playground.page.locator("html")).to_have_attribute("data-theme", theme)
    assert violations(playground) == []

    playground.speed("10")
    playground.play()
    assert violations(playground) == []

    playground.page.get_by_role("button", name="More", exact=True).click()
    playground.tile(0, 1).click()
    expect(playground.page.get_by_role("dialog", name="Hidden layer 1, unit 2")).to_be_visible()
    assert violations(playground) == []
    playground.page.keyboard.press("Escape")

    playground.page.get_by_role("button", name="Help and keyboard shortcuts").click()
    expect(playground.page.get_by_role("dialog", name="How to read this page")).to_be_visible()
    assert violations(playground) == []


def test_no_rule_is_broken_where_something_is_wrong(playground: Playground) -> None:
    playground.forgiven = ["422"]
    playground.visit(
        "data.noise=7&training.batch_size=400&training.loss=categorical_cross_entropy", plotted=True
    )
    playground.says("attention")
    expect(playground.page.get_by_role("alert").first).to_contain_text("Noise must be at most 0.5")
    assert violations(playground) == []


def test_no_rule_is_broken_with_classes_dropout_and_a_menu(playground: Playground) -> None:
    playground.open(
        "data.name=blobs&model.layers=dense:units=12,dropout,dense:units=3&ui.showValidation=true",
        plotted=True,
    )
    playground.page.get_by_role("button", name="Add a layer before the output").click()
    expect(playground.page.get_by_role("menu")).to_be_visible()
    assert violations(playground) == []


def test_no_rule_is_broken_with_the_rarer_settings_open_and_after_early_stopping(
    playground: Playground,
) -> None:
    playground.open(RARE, plotted=True)
    page = playground.page
    playground.speed("max")
    playground.action("toggle").click()
    playground.says("Training stopped by itself")
    page.get_by_role("button", name="More", exact=True).click()
    assert violations(playground) == []
    page.get_by_role("button", name="More settings of hidden layer 2").click()
    expect(page.get_by_role("dialog", name="More settings of hidden layer 2")).to_be_visible()
    assert violations(playground) == []


def test_no_rule_is_broken_on_a_phone(new_page: Opener) -> None:
    playground = new_page(**PHONE).open(plotted=True)
    assert violations(playground) == []


def test_the_page_follows_the_theme_of_the_system_until_one_is_chosen(new_page: Opener) -> None:
    playground = new_page(color_scheme="dark").open()
    theme = playground.page.locator("html")
    expect(theme).to_have_attribute("data-theme", "dark")
    expect(playground.page.get_by_role("radio", name="Dark")).to_be_checked()
    playground.page.emulate_media(color_scheme="light")
    expect(theme).to_have_attribute("data-theme", "light")
    playground.page.get_by_role("radio", name="Projector").check()
    expect(theme).to_have_attribute("data-theme", "projector")
    playground.page.emulate_media(color_scheme="dark")
    playground.steps(1)
    expect(theme).to_have_attribute("data-theme", "projector")
    assert playground.page.url.endswith("#ui.theme=projector")


def test_screen_readers_are_told_how_it_goes_and_when_it_stops(playground: Playground) -> None:
    playground.open()
    region = playground.page.locator("#announcer")
    expect(region).to_have_attribute("aria-live", "polite")
    playground.play()
    playground.until_step(100)
    playground.pause()
    expect(region).to_contain_text("Paused.")
    expect(region).to_contain_text("Training loss")


def test_less_motion_is_honoured(playground: Playground) -> None:
    playground.page.emulate_media(reduced_motion="reduce")
    playground.open("training.batch_size=250&ui.speed=slow")
    playground.play()
    playground.until_step(1)
    assert playground.get("document.getAnimations().length") == 0
    assert not moves_between_frames(playground)
    playground.page.emulate_media(reduced_motion="no-preference")
    assert moves_between_frames(playground)


def moves_between_frames(playground: Playground) -> bool:
    """Whether the network changes on the screen while no frame comes: pictures of the time between two frames."""
    return playground.get(
        """
        (async () => {
          const next = () => new Promise((done) => requestAnimationFrame(done))
          const network = document.querySelector('#network')
          const pictures = new Set()
          let frames = tap.frames.length
          while (tap.frames.length === frames) await next()
          frames = tap.frames.length
          const until = performance.now() + 900
          for (let i = 0; i < 10; i++) await next() // the frame itself is drawn
          while (tap.frames.length === frames && performance.now() < until) {
            pictures.add(tap.picture(network))
            for (let i = 0; i < 6; i++) await next()
          }
          return pictures.size > 1
        })()
        """
    )
