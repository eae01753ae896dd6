"""What goes beyond plain steps: stopping early, schedules, class weights, skip connections, frozen and normalizing layers."""

import base64
import math
import re
import struct
from typing import Any

from playground import Opener, Playground, link
from playwright.sync_api import expect

STOPPING = {
    "data.noise": 0.4,
    "model.layers": "dense:activation=relu:units=12,dense:activation=relu:units=12",
    "training.early_stopping.name": "validation_loss",
    "training.early_stopping.patience": 5,
    "ui.speed": "200",
}


def floats(array: dict[str, Any]) -> tuple[float, ...]:
    data = base64.b64decode(array["data"])
    return struct.unpack(f"<{len(data) // 4}f", data)


def weights(playground: Playground, layer: int, name: str = "W") -> tuple[float, ...]:
    """The numbers of a layer as the newest frame has them."""
    described = parameter(playground, layer, name)
    start = described["offset"]
    return floats(playground.frame()["weights"])[start : start + math.prod(described["shape"])]


def parameter(playground: Playground, layer: int, name: str = "W") -> dict[str, Any]:
    """A parameter of a layer as the newest start describes it."""
    parameters = playground.start()["layers"][layer]["parameters"]
    return next(described for described in parameters if described["name"] == name)


def stop_early(playground: Playground) -> str:
    """Play until training ends by itself; what the run bar says then."""
    ends = playground.get("tap.ends.length")
    playground.action("toggle").click()
    playground.wait(f"tap.ends.length > {ends} && tap.ends.at(-1).reason === 'early_stopping'")
    playground.settled()
    playground.says("Training stopped by itself after epoch")
    return playground.page.locator("#status .status-text").inner_text()


def test_early_stopping_ends_the_run_with_a_sentence_and_marks_the_best_epoch(playground: Playground) -> None:
    playground.open(STOPPING, plotted=True)
    said = stop_early(playground)
    assert playground.get("tap.ends.at(-1)")["message"] == said
    found = re.search(r"after epoch (\d+): .* lowest after epoch (\d+)", said)
    assert found
    stopped, best = map(int, found.groups())
    assert (playground.counter("epoch"), stopped - best) == (stopped, 5)
    expect(playground.action("toggle")).to_contain_text("Play")
    expect(playground.page.locator(".notice-error")).to_have_count(0)
    expect(playground.page.locator(".curves-best span")).to_have_text(
        f"best: epoch {best}, stopped: {stopped}"
    )
    expect(playground.page.locator(".curves-stopped")).to_be_visible()
    best_loss = playground.checkpoint()["early_stopping"]["best"][0]
    expect(playground.page.locator(".curves-lowest dd")).to_have_text(f"{best_loss:.4f}")


def test_play_after_early_stopping_says_the_same_and_more_patience_goes_on(playground: Playground) -> None:
    playground.open(STOPPING)
    said = stop_early(playground)
    step = playground.counter("step")
    assert stop_early(playground) == said
    assert playground.counter("step") == step

    ways = playground.page.get_by_role("alert")
    expect(ways).to_contain_text("To go on, raise patience or switch early stopping off.")
    ways.get_by_role("button", name="Patience 10").click()
    playground.sent("training.early_stopping.patience", 10)
    playground.says("Paused. Play goes on from here.")
    expect(ways).to_have_text("")
    stop_early(playground)
    assert playground.request()["checkpoint"]["step"] == step
    assert playground.counter("step") > step

    ways.get_by_role("button", name="Switch off").click()
    playground.sent("training.early_stopping", {"name": "none"})
    step = playground.counter("step")
    playground.play()
    playground.until_step(step + 500)


def test_early_stopping_says_since_when_it_looks_and_forgets_the_best_of_another_loss(
    playground: Playground,
) -> None:
    playground.open({**STOPPING, "training.early_stopping.name": "none"})
    playground.steps(2)
    playground.visit(STOPPING)
    playground.sent("training.early_stopping.name", "validation_loss")
    said = stop_early(playground)
    assert ": the validation loss, watched since epoch 2, was lowest after epoch" in said
    stopped = playground.counter("epoch")

    playground.visit({**STOPPING, "training.loss": "mse"})
    playground.sent("training.loss", "mse")
    playground.says("Paused. Play goes on from here.")
    said = stop_early(playground)
    assert f", watched since epoch {stopped}, was lowest after epoch" in said


def test_a_reload_after_early_stopping_says_it_again(playground: Playground) -> None:
    playground.open(STOPPING)
    said = stop_early(playground)
    step = playground.counter("step")
    playground.page.reload()
    playground.shown()
    playground.says(said)
    assert playground.counter("step") == step


def test_the_learning_rate_is_shown_while_a_schedule_changes_it(playground: Playground) -> None:
    playground.open("training.schedule.name=exponential&training.schedule.decay_rate=0.9", plotted=True)
    now = playground.page.locator(".training-now")
    expect(now).to_have_text("Learning rate now 0.03")
    playground.steps(2)
    expect(now).to_have_text("Learning rate now 0.0243")
    assert abs(playground.frame()["lr"] - 0.0243) < 1e-9
    playground.get("tap.watchShifts()")
    playground.play()
    playground.until_step(2000)
    playground.pause()
    assert playground.get("tap.shifts") == []
    playground.page.get_by_role("button", name="More", exact=True).click()
    expect(playground.page.locator(".schedule-picture")).to_be_visible()
    playground.control("training.schedule.name").get_by_role("combobox").select_option("constant")
    expect(now).to_be_hidden()
    expect(playground.page.locator(".schedule-picture")).to_be_hidden()


def test_choosing_from_a_menu_keeps_the_focus(playground: Playground) -> None:
    playground.open()
    playground.page.get_by_role("button", name="More", exact=True).click()
    for path, name in (("schedule", "cosine"), ("gradient_clipping", "norm"), ("schedule", "step")):
        menu = playground.control(f"training.{path}.name").get_by_role("combobox")
        menu.focus()
        menu.select_option(name)
        playground.sent(f"training.{path}.name", name)
        expect(menu).to_be_focused()


def test_class_weights_follow_the_classes_and_say_so(playground: Playground) -> None:
    playground.open("training.class_weights=1,3&training.label_smoothing=0.1")
    page = playground.page
    more = page.get_by_role("button", name="More", exact=True)
    alert = page.get_by_role("alert")
    page.locator('[data-path="data.name"] input[value="blobs"]').click()
    playground.sent("training.class_weights", [1, 3, 1, 1])
    expect(alert).to_contain_text("There are 4 class weights now, one for each class; new ones are 1.")
    more.click()
    fields = playground.control("training.class_weights").get_by_role("spinbutton")
    expect(fields).to_have_count(4)
    more.click()
    classes = playground.control("data.n_classes").get_by_role("spinbutton")
    classes.fill("3")
    classes.press("Enter")
    playground.sent("training.class_weights", [1, 3, 1])
    page.locator('[data-path="data.name"] input[value="ripple"]').click()
    playground.sent("training.class_weights", None)
    assert playground.config()["training"]["label_smoothing"] == 0
    expect(alert).to_contain_text("Class weights are off now: this dataset has numbers instead of classes.")
    expect(alert).to_contain_text("Label smoothing is off now")
    more.click()
    for name in ("class_weights", "label_smoothing"):
        expect(playground.control(f"training.{name}")).to_be_hidden()
    playground.says("Ready.")


def test_a_skip_connection_that_no_longer_fits_is_said_in_a_sentence(playground: Playground) -> None:
    playground.forgiven = ["422"]
    playground.open("model.layers=dense:units=4,dense:units=4:residual=true")
    page = playground.page
    expect(page.locator(".net-column.skips")).to_have_count(1)
    expect(page.get_by_role("region", name="Hidden layer 2, with a skip connection")).to_be_visible()
    playground.tile(1, 0).click()
    expect(page.get_by_role("dialog", name="Hidden layer 2, unit 1")).to_contain_text("a⁽²⁾₁ = a⁽¹⁾₁ + tanh(")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Hidden layer 2: one unit more").click()
    expect(page.locator("#network").get_by_role("alert")).to_contain_text(
        "`model.layers.1.residual` must be false where 4 inputs meet 5 units"
    )
    playground.says("One setting needs your attention")
    page.get_by_role("button", name="Hidden layer 2: one unit less").click()
    playground.says("Ready.")
    expect(page.locator("#network").get_by_role("alert")).to_have_count(0)


def test_a_layer_frozen_in_mid_run_keeps_its_weights_while_the_others_learn(playground: Playground) -> None:
    playground.open()
    playground.steps(2)
    before = weights(playground, 0), weights(playground, 1)
    playground.page.get_by_role("button", name="More settings of hidden layer 1").click()
    playground.control("model.layers.0.trainable").get_by_role("switch").click()
    playground.sent("model.layers.0.trainable", False)
    assert playground.request()["checkpoint"]["step"] == 50
    playground.page.keyboard.press("Escape")
    expect(playground.page.get_by_role("button", name="More settings of hidden layer 1")).to_be_focused()
    expect(playground.page.locator(".net-lock:visible")).to_have_count(1)
    playground.settled()
    playground.steps(2)
    assert weights(playground, 0) == before[0]
    assert weights(playground, 1) != before[1]


def test_normalizing_layers_train_and_every_weight_stays_where_the_page_says(playground: Playground) -> None:
    playground.open()
    for kind in ("Batch norm", "Layer norm"):
        playground.page.get_by_role("button", name="Add a layer before hidden layer 2").click()
        playground.page.get_by_role("menuitem", name=f"{kind} layer").click()
        expect(playground.page.get_by_role("region", name=re.compile(f"{kind} layer"))).to_be_visible()
    playground.wait(
        "tap.start?.layers.map((l) => l.type).join() === 'dense,batch_norm,layer_norm,dense,dense'"
    )
    playground.settled()
    playground.steps(3)
    assert set(weights(playground, 1, "gamma")) != {1.0}
    assert playground.checkpoint()["layers"]["statistics"]["shape"] == [8]
    playground.tile(3, 1).click()
    field = playground.page.get_by_role("dialog").get_by_role("spinbutton", name="a⁽¹⁾₁")
    assert field.get_attribute("data-index") == str(parameter(playground, 3)["offset"] + 1)
    assert abs(float(field.input_value()) - weights(playground, 3)[1]) < 1e-3


def test_scale_and_shift_of_a_normalizing_layer_are_typed(playground: Playground) -> None:
    playground.open("model.layers=dense:units=3,batch_norm,dense:units=2")
    playground.page.get_by_role("button", name="More settings of batch norm layer").click()
    for name, value, parameter in (("Scale of unit 2", "1.5", "gamma"), ("Shift of unit 3", "-0.5", "beta")):
        field = playground.page.get_by_role("spinbutton", name=name)
        field.fill(value)
        field.press("Enter")
        playground.settled()
        assert float(value) in weights(playground, 1, parameter)
    assert weights(playground, 1, "gamma") == (1, 1.5, 1)
    assert weights(playground, 1, "beta") == (0, 0, -0.5)
    playground.steps(1)  # a click elsewhere has closed the panel
    playground.page.get_by_role("button", name="More settings of batch norm layer").click()
    shown = float(playground.page.get_by_role("spinbutton", name="Scale of unit 2").input_value())
    assert abs(shown - weights(playground, 1, "gamma")[1]) < 1e-3
    assert shown != 1.5


def test_a_swirl_shows_both_of_its_outputs(playground: Playground) -> None:
    playground.open(
        link({"data.name": "swirl", "training.optimizer.name": "adam", "model.layers": "dense:units=8"}),
        plotted=True,
    )
    page = playground.page
    playground.steps(1)
    tiles = playground.tile_pictures()
    assert len({tiles["1:0"], tiles["1:1"]}) == 2
    expect(page.locator(".net-class")).to_have_text(["y₁", "y₂"])
    caption, name = page.locator(".map-caption"), page.locator(".map-scale-name")
    expect(caption).to_have_text("Predicted y₁")
    expect(name).to_have_text("y₁")
    first = colors(playground)
    targets = floats(playground.get("tap.data.answer.splits.train.y"))
    assert first == list(targets[::2])

    pictures = [playground.map_picture()]
    page.mouse.move(700, 860)
    playground.tile(1, 1).hover()
    expect(caption).to_have_text("Output y₂: predicted value")
    expect(name).to_have_text("y₂")
    playground.wait("document.querySelector('.map-plot').data[0].marker.color[0] !== argument", first[0])
    assert colors(playground) == list(targets[1::2])
    pictures.append(playground.map_picture())
    assert len(set(pictures)) == 2

    playground.tile(1, 0).hover()
    expect(caption).to_have_text("Output y₁: predicted value")
    playground.tile(1, 1).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Output y₂")).to_contain_text("y₂ = ")


def colors(playground: Playground) -> list[float]:
    """The numbers that color the training points."""
    return playground.get("[...document.querySelector('.map-plot').data[0].marker.color]")


def test_a_swirl_in_a_link_asks_for_both_outputs_and_another_dataset_for_one(new_page: Opener) -> None:
    playground = new_page().open("data.name=swirl")
    playground.wait("tap.asked.at(-1).views.includes('unit:2:1')")
    playground.wait("tap.frame['unit:2:1']")
    playground.page.locator('[data-path="data.name"] input[value="moons"]').click()
    playground.sent("data.name", "moons")
    assert playground.request()["views"] == ["boundary", "neurons", "weights"]
    playground.wait("tap.start.config.data.name === 'moons'")
