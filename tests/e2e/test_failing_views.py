"""A view that fails: it says so in its place, the others go on, and it is back when it can draw again."""

import json

import pytest
from playground import Playground
from playwright.sync_api import Page, Route, expect

PROBLEM = "This panel has a problem: Unknown array type"


def spoil(page: Page, url: str, dtype: str) -> None:
    """Let the arrays of a type in an answer be of one that no view knows."""

    def change(route: Route) -> None:
        body = json.dumps(route.fetch().json()).replace(f'"dtype": "{dtype}"', '"dtype": "int3"')
        route.fulfill(body=body, content_type="application/json")

    page.route(url, change)


def test_a_view_that_fails_says_so_and_the_others_go_on(playground: Playground) -> None:
    playground.forgiven = ["Unknown array type"]
    page = playground.page
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    spoil(page, "**/api/data", "int8")
    playground.visit(plotted=True)
    problem = page.locator("#network-panel .panel-problem")
    expect(problem).to_contain_text(f'{PROBLEM} "int3".')
    expect(problem).to_contain_text("The rest goes on.")
    expect(page.locator(".panel-problem")).to_have_count(1)
    expect(page.locator("#network")).to_be_hidden()
    before = playground.map_picture()
    playground.play()
    playground.until_step(100)
    playground.pause()
    assert playground.map_picture() != before
    expect(page.locator("[data-split=train] dd")).not_to_contain_text("–")
    assert len(errors) == 1

    page.unroute("**/api/data")
    page.locator('[data-path="data.name"] input[value="moons"]').click()
    playground.shown()
    expect(page.locator("#network")).to_be_visible()
    expect(page.locator(".panel-problem")).to_have_count(0)
    assert len(set(playground.tile_pictures().values())) > 3
    assert len(errors) == 1


def test_a_picture_that_cannot_be_drawn_does_not_count_as_drawn(playground: Playground) -> None:
    """A panel that draws only what changed draws all of it when it is asked again."""
    playground.forgiven = ["Unknown array type"]
    page = playground.page
    spoil(page, "**/api/datasets", "float32")
    playground.open()
    problem = page.locator("#data-panel .panel-problem")
    expect(problem).to_contain_text(PROBLEM)
    playground.steps(2)
    expect(problem).to_contain_text(PROBLEM)


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("model.layers=conv:units=3", "Hidden layers (no. 1) must be dense or dropout"),
        ("model.layers.0.type=conv", "Hidden layers (no. 1): type must be one of dense, dropout"),
        ("model.layers.7.units=3", "`model.layers.7.units` is not a setting."),
        ("model.layers.x.units=3", "`model.layers.x.units` is not a setting."),
        ("model.__proto__.layers=3", "`model.__proto__.layers` is not a setting."),
        ("training.optimizer.beta1=0.5", "`training.optimizer.beta1` is not a setting."),
        ("ui.constructor=3", "`ui.constructor` is not a setting."),
    ],
)
def test_a_link_to_what_there_is_not_is_refused_and_the_page_works(
    playground: Playground, link: str, sentence: str
) -> None:
    playground.open(link)
    expect(playground.page.get_by_role("alert")).to_contain_text(sentence)
    expect(playground.page.locator(".panel-problem")).to_have_count(0)
    assert [layer["type"] for layer in playground.config()["model"]["layers"]] == ["dense", "dense"]
    playground.steps(1)
