"""A new entry of any family is one thing in one place: the page offers it, uses it and draws it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playground import Opener, Playground
from playwright.sync_api import Route, expect
from serving import Server, serving

VIEW = """
const dummyView = (el) => ({
  wants: () => ['output_mean'],
  update: ({ frame }) => { el.textContent = frame?.output_mean ? `Mean ${frame.output_mean[0]}` : '' },
})
"""


@pytest.fixture(scope="module")
def dummies() -> Iterator[Server]:
    """A server whose registries have a dummy of each family."""
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    settings = str(Path(__file__).parents[1] / "gunicorn_dummies.py")
    with serving(gunicorn, "-c", settings) as running:
        yield running


@pytest.fixture
def playground(new_page: Opener, dummies: Server) -> Playground:
    """A page of that server; its console and its panels have to stay without errors."""
    return new_page(url=dummies.url)


def choose(playground: Playground, path: str, title: str, name: str) -> None:
    """An option of a menu, by its title."""
    playground.control(path).get_by_role("combobox").select_option(label=title)
    playground.sent(path, name)


def no_panel_fails(playground: Playground) -> None:
    expect(playground.page.locator(".panel-problem")).to_have_count(0)
    expect(playground.page.get_by_role("alert").filter(has_text="`")).to_have_count(0)


def test_a_dummy_of_each_family_is_chosen_by_its_title_and_trained_with(playground: Playground) -> None:
    page = playground.open(plotted=True).page
    page.get_by_role("radio", name="Stripes").check(force=True)
    playground.sent("data.name", "dummy_stripes")
    expect(page.locator(".data-about")).to_contain_text("A dummy: upright stripes of two classes.")
    page.get_by_role("button", name="Feature x1 plus x2").click()
    playground.sent("data.features", ["x1", "x2", "x1+x2"])
    choose(playground, "data.scaling", "Dummy halved", "dummy_halved")
    choose(playground, "training.optimizer.name", "Dummy sign", "dummy_sign")
    page.get_by_role("combobox", name="Hidden layer 1: activation").select_option(label="Dummy bend")
    playground.sent("model.layers.0.activation", "dummy_bend")
    page.get_by_role("button", name="More", exact=True).click()
    choose(playground, "training.schedule.name", "Dummy harmonic", "dummy_harmonic")
    choose(playground, "training.loss", "Dummy quartic", "dummy_quartic")
    choose(playground, "model.initializer", "Dummy third", "dummy_third")
    expect(page.locator(".schedule-picture")).to_be_visible()
    before = playground.map_picture()
    playground.steps(2)
    assert playground.map_picture() != before
    assert playground.start()["loss"] == "dummy_quartic"
    no_panel_fails(playground)

    playground.visit(page.url.split("#")[1], plotted=True)  # the link says all of it
    page.reload()
    playground.shown(plotted=True)
    assert playground.config()["training"]["optimizer"]["name"] == "dummy_sign"
    no_panel_fails(playground)


def test_a_dummy_layer_is_added_drawn_and_edited(playground: Playground) -> None:
    """It makes three features of however many, and has a parameter for each."""
    page = playground.open().page
    page.get_by_role("button", name="Add a layer before the output").click()
    item = page.get_by_role("menuitem", name="Dummy fold layer")
    expect(item).to_contain_text("Adds its inputs up in turn into three numbers")
    item.click()
    playground.sent("model.layers.2.type", "dummy_fold")
    expect(page.get_by_role("region", name="Dummy fold layer 3")).to_be_visible()
    expect(page.locator('.net-tile[data-layer="2"]')).to_have_count(3)
    playground.settled()
    playground.steps(1)
    tiles = playground.tile_pictures()
    assert len({tiles[f"2:{k}"] for k in range(2)}) == 2
    playground.tile(2, 1).hover()
    expect(page.locator(".map-caption")).to_have_text("Dummy fold layer 3, unit 2")
    page.mouse.move(0, 0)
    page.get_by_role("button", name="More settings of dummy fold layer").click()
    gain = page.get_by_role("spinbutton", name="Gain of unit 2")
    gain.fill("-2")
    gain.press("Enter")
    playground.settled()
    assert float(gain.input_value()) == -2
    page.keyboard.press("Escape")
    playground.steps(1)
    page.get_by_role("button", name="Remove dummy fold layer").click()
    playground.wait("tap.start.layers.length === 3")
    no_panel_fails(playground)


def test_a_new_panel_gets_the_view_of_a_frame_that_it_asks_for(playground: Playground) -> None:
    """The panel is one function, one entry of the list of views, and its place on the page."""
    page = playground.page

    def edit(address: str, *changes: tuple[str, str]) -> None:
        def change(route: Route) -> None:
            answer = route.fetch()
            body = answer.text()
            for old, new in changes:
                assert old in body
                body = body.replace(old, new, 1)
            route.fulfill(response=answer, body=body)

        page.route(address, change)

    edit("**/js/main.js", ("const VIEWS = {", f"{VIEW}const VIEWS = {{ dummy: dummyView,"))
    place = '<div class="output-body" id="curves">'
    edit(playground.url + "/", (place, f'<p id="dummy"></p>{place}'))
    playground.open()
    assert set(playground.request()["views"]) == {"boundary", "neurons", "weights", "output_mean"}
    expect(page.locator("#dummy")).to_contain_text("Mean ")
    before = page.locator("#dummy").inner_text()
    playground.steps(1)
    assert page.locator("#dummy").inner_text() != before
    no_panel_fails(playground)
