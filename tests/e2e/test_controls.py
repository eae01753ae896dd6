"""Every setting has a control, and every control changes the config that is sent."""

from itertools import pairwise

import pytest
from playground import Playground
from playwright.sync_api import expect
from settings import CONTROLS, PARAMETERS, leaves


def test_every_setting_that_the_server_knows_has_a_control(playground: Playground) -> None:
    answer = playground.page.request.get(f"{playground.url}/api/openapi.json").json()
    schemas = answer["components"]["schemas"]
    assert set(leaves(schemas, schemas["Config"])) == set(CONTROLS)


@pytest.mark.parametrize("part", ["data", "model", "training"])
def test_each_control_changes_the_config_that_is_sent(playground: Playground, part: str) -> None:
    playground.open()
    more = playground.page.get_by_role("button", name="More", exact=True)
    for setting, change in CONTROLS.items():
        if not setting.startswith(part):
            continue
        beneath = part == "data" or setting == "training.batch_size"  # the drawer lies over the data
        if (more.get_attribute("aria-expanded") == "true") == beneath:
            more.click()
        if change.given:
            group, name = change.given
            playground.control(f"{group}.name").get_by_role("combobox").select_option(name)
            playground.sent(f"{group}.name", name)
        change.act(playground)
        playground.sent(change.path or setting, change.value)
        expect(playground.page.locator(".field-error:visible")).to_have_count(0)


def test_another_optimizer_comes_with_its_own_parameters(playground: Playground) -> None:
    playground.open()
    for name in reversed(PARAMETERS):
        playground.control("training.optimizer.name").get_by_role("combobox").select_option(name)
        playground.sent("training.optimizer.name", name)
        assert set(playground.config()["training"]["optimizer"]) == {"name", *PARAMETERS[name]}


def test_layers_are_added_and_removed_in_place(playground: Playground) -> None:
    playground.open()
    page = playground.page
    page.get_by_role("button", name="Add a layer before hidden layer 1").click()
    page.get_by_role("menuitem", name="Dense layer").click()
    playground.sent("model.layers.length", 3)
    page.get_by_role("button", name="Add a layer before hidden layer 2").click()
    page.get_by_role("menuitem", name="Dropout layer").click()
    playground.sent("model.layers.1.type", "dropout")
    page.get_by_role("button", name="Remove hidden layer 1").click()
    playground.sent("model.layers.0.type", "dropout")
    page.get_by_role("button", name="Remove dropout layer after the features").click()
    playground.sent("model.layers.length", 2)
    page.get_by_role("button", name="Remove hidden layer 2").click()
    playground.sent("model.layers.length", 1)
    page.get_by_role("button", name="Remove hidden layer 1").click()
    playground.sent("model.layers", [])
    playground.wait("tap.start.n_parameters === 3")
    expect(page.locator(".net-tile:not([data-feature])")).to_have_count(1)


def test_the_activation_menu_of_the_training_panel_sets_all_hidden_layers(playground: Playground) -> None:
    playground.open()
    menu = playground.control("activation").get_by_role("combobox")
    menu.select_option("relu")
    playground.sent("model.layers.0.activation", "relu")
    assert [layer["activation"] for layer in playground.config()["model"]["layers"]] == ["relu", "relu"]
    playground.page.get_by_role("combobox", name="Hidden layer 2: activation").select_option("sine")
    playground.sent("model.layers.1.activation", "sine")
    expect(menu.locator("option:checked")).to_have_text("Mixed")


def test_sliders_and_steppers_say_the_same_as_typing(playground: Playground) -> None:
    playground.open()
    noise = playground.control("data.noise")
    noise.get_by_role("slider").press("ArrowRight")
    playground.sent("data.noise", 0.01)
    expect(noise.get_by_role("spinbutton")).to_have_value("0.01")
    rate = playground.control("training.optimizer.learning_rate")
    for button, values in (("Raise", [0.1, 0.3]), ("Lower", [0.1, 0.03, 0.01])):
        for value in values:
            rate.get_by_role("button", name=button).click()
            playground.sent("training.optimizer.learning_rate", value)
    rate.get_by_role("spinbutton").press("ArrowUp")
    playground.sent("training.optimizer.learning_rate", 0.03)


def test_every_dataset_shows_itself_and_is_chosen_with_a_click(playground: Playground) -> None:
    playground.open()
    radios = playground.page.locator('[data-path="data.name"] input')
    expect(radios).to_have_count(14)
    pictures = playground.get("[...document.querySelectorAll('.dataset')].map((label) => tap.picture(label))")
    assert len(set(pictures)) == 14
    for before, after in pairwise(["xor", "ripple", "rings"]):
        for name in (before, after):
            playground.page.locator(f'[data-path="data.name"] input[value="{name}"]').click()
            playground.sent("data.name", name)
    playground.wait("tap.start.classes?.length === 3")


def test_each_control_explains_itself_on_hover_and_on_focus(playground: Playground) -> None:
    playground.open()
    hint = playground.page.locator(".hint:popover-open")
    noise = playground.control("data.noise")
    noise.get_by_text("Noise", exact=True).hover()
    expect(hint).to_contain_text("How far points stray from the pattern.")
    playground.page.mouse.move(720, 600)
    expect(hint).to_have_count(0)
    playground.page.keyboard.press("Shift")
    noise.get_by_role("spinbutton").focus()
    expect(hint).to_contain_text("How far points stray from the pattern.")
    playground.page.keyboard.press("Escape")
    expect(hint).to_have_count(0)
    described = playground.get(
        "[...document.querySelectorAll('.field')].filter((f) => !f.dataset.help).length"
    )
    assert described == 0, "Every field has a help text."
