"""The curves: training alone adds to them, the best epoch is marked, and their axes and values can be read."""

import re
from typing import Any

from playground import DEADLINE, Playground
from playwright.sync_api import expect

OVERFITTING = (
    "data.n_samples=60&data.noise=0.5&model.layers=dense:units=16,dense:units=16"
    "&training.optimizer.name=adam&training.optimizer.learning_rate=0.03&ui.speed=200"
)


def lines(playground: Playground) -> Any:
    """The lines as they are drawn, once they reach what was trained last; x, then y, for each."""
    end = "tap.frame.epoch + tap.frame.position / tap.start.samples.train"
    playground.wait(f"document.querySelector('.curves-plot').data?.[0].x.at(-1) === {end}")
    return playground.get("document.querySelector('.curves-plot').data.map(({ x, y }) => [x, y])")


def test_nothing_but_training_adds_a_point(playground: Playground) -> None:
    playground.open(plotted=True)
    page = playground.page
    for _ in range(5):
        playground.steps(1)
    assert [x for x, _ in lines(playground)] == [[0, 1, 2, 3, 4, 5]] * 2

    for name in ("Discretize", "Test", "Validation", "Log scale"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("radio", name="Accuracy").check()
    for theme in ("dark", "projector", "light"):
        page.locator(f'#themes input[value="{theme}"]').check()
    playground.tile(0, 1).hover()
    playground.wait("tap.frame['unit:0:1']")
    page.set_viewport_size({"width": 1300, "height": 800})
    playground.tile(2, 0).click()
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    playground.settled()
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Loss").check()
    playground.control("training.l2").get_by_role("button", name="Raise").click()
    playground.settled()

    playground.steps(1)
    assert [x for x, _ in lines(playground)] == [[0, 1, 2, 3, 4, 5, 6]] * 3


def test_the_lines_are_the_metrics_that_came(playground: Playground) -> None:
    playground.open(plotted=True)
    for _ in range(3):
        playground.steps(1, "batch")
    metrics = playground.get(
        "tap.frames.filter(({ step }, i, all) => step !== all[i - 1]?.step).map((f) => f.metrics)"
    )
    assert len(metrics) == 4
    for line, split in zip(lines(playground), ("train", "validation"), strict=True):
        assert line[1] == [values[split]["loss"] for values in metrics]
        assert line[0] == [0, 0.04, 0.08, 0.12]
    playground.page.get_by_role("radio", name="Accuracy").check()
    playground.wait("document.querySelector('.curves-plot').layout.yaxis.title.text === 'Accuracy'")
    assert lines(playground)[1][1] == [values["validation"]["accuracy"] for values in metrics]


def test_the_best_epoch_is_marked_and_values_can_be_read(playground: Playground) -> None:
    playground.open(OVERFITTING, plotted=True)
    playground.play()
    playground.wait(
        "(() => { const losses = tap.frames.map((frame) => frame.metrics.validation.loss)\n"
        "return losses.length > 30 && losses.indexOf(Math.min(...losses)) < 0.6 * losses.length })()"
    )
    playground.pause()
    shown = playground.get(
        "tap.frames.filter(({ request }) => tap.asked[request].views.includes('boundary'))"
    )
    best = min(shown, key=lambda frame: frame["metrics"]["validation"]["loss"])
    last = lines(playground)[0][0][-1]
    mark = playground.page.locator(".curves-best:not(.curves-stopped)")
    expect(mark).to_be_visible()
    expect(mark).to_have_text(re.compile(f"^best: epoch {best['epoch']}"))
    lowest = f"{best['metrics']['validation']['loss']:.4f}"
    expect(playground.page.locator(".curves-lowest dd")).to_have_text(lowest)

    plot = playground.page.locator(".curves-plot .nsewdrag").first.bounding_box()
    place = mark.bounding_box()
    assert plot
    assert place
    ceiling = playground.get("document.querySelector('.curves-plot').layout.xaxis.range[1]")
    assert last <= ceiling
    assert abs(place["x"] - plot["x"] - best["epoch"] / ceiling * plot["width"]) < 6

    playground.page.mouse.move(plot["x"] + plot["width"] / 3, plot["y"] + plot["height"] / 2)
    hover = playground.page.locator(".curves-plot .hoverlayer")
    expect(hover).to_contain_text(re.compile(r"Epoch \d"))
    expect(hover).to_contain_text("Train")
    expect(hover).to_contain_text("Validation")


def test_the_best_epoch_is_not_marked_while_it_is_the_newest_nor_on_an_empty_chart(
    playground: Playground,
) -> None:
    playground.open(plotted=True)
    mark = playground.page.locator(".curves-best:not(.curves-stopped)")
    playground.steps(3, "batch")
    lines(playground)
    expect(mark).to_be_hidden()
    playground.steps(3)
    lines(playground)
    expect(mark).to_be_hidden()

    playground.visit(OVERFITTING, plotted=True)
    playground.page.reload()
    playground.shown(plotted=True)
    playground.play()
    expect(mark).to_be_visible(timeout=DEADLINE)
    playground.pause()
    playground.action("restart").click()
    expect(playground.page.locator(".curves-empty")).to_be_visible()
    expect(mark).to_be_hidden()


def test_what_is_changed_in_mid_run_is_marked_where_it_happened(playground: Playground) -> None:
    playground.open(plotted=True)
    marks = playground.page.locator(".curves-change:visible span")
    rate = playground.control("training.optimizer.learning_rate").get_by_role("spinbutton")
    rate.fill("0.1")
    rate.press("Enter")
    playground.sent("training.optimizer.learning_rate", 0.1)
    playground.steps(4)
    lines(playground)
    expect(marks).to_have_count(0)

    rate.fill("0.3")
    rate.press("Enter")
    playground.sent("training.optimizer.learning_rate", 0.3)
    playground.settled()
    playground.steps(4)
    expect(marks).to_have_text(["learning rate 0.1 → 0.3"])
    plot = playground.page.locator(".curves-plot .nsewdrag").first.bounding_box()
    place = playground.page.locator(".curves-change").bounding_box()
    assert plot
    assert place
    ceiling = playground.get("document.querySelector('.curves-plot').layout.xaxis.range[1]")
    assert abs(place["x"] - plot["x"] - 4 / ceiling * plot["width"]) < 2

    playground.page.goto(
        f"{playground.url}/#training.optimizer.learning_rate=0.3&training.loss=mse&training.l2=0.01"
    )
    playground.sent("training.loss", "mse")
    playground.settled()
    lowest = playground.page.locator(".curves-lowest dd")
    expect(lowest).to_have_text(f"{playground.frame()['metrics']['validation']['loss']:.4f}")
    playground.steps(2)
    expect(marks).to_have_count(2)
    marks.last.hover()
    said = "After epoch 8: loss Auto → MSE, L2 penalty 0 → 0.01."
    expect(playground.page.locator(".hint")).to_have_text(said)
    expect(marks.last).to_have_attribute("aria-label", said)

    playground.action("restart").click()
    expect(playground.page.locator(".curves-empty")).to_be_visible()
    expect(marks).to_have_count(0)


def test_the_scale_is_linear_or_logarithmic(playground: Playground) -> None:
    playground.open(plotted=True)
    playground.steps(2)
    axis = "document.querySelector('.curves-plot').layout?.yaxis"
    playground.wait(f"{axis}?.type === 'linear' && {axis}.range[0] === 0")
    log = playground.page.get_by_role("checkbox", name="Log scale")
    log.check()
    playground.wait(f"{axis}.type === 'log'")
    playground.page.get_by_role("radio", name="Accuracy").check()
    expect(log).to_be_disabled()
    playground.wait(f"{axis}.type === 'linear'")


def test_validation_differs_in_color_and_the_gap_to_training_is_filled(playground: Playground) -> None:
    for theme in ("light", "dark", "projector"):
        playground.open({"ui.theme": theme}, plotted=True)
        playground.steps(3)
        playground.wait("document.querySelector('.curves-plot').data?.[0].x.at(-1) === 3")
        train, validation = playground.get("document.querySelector('.curves-plot').data")[:2]
        assert train["line"]["color"] != validation["line"]["color"]
        assert (train["line"]["dash"], validation["line"]["dash"]) == ("solid", "dash")
        assert validation["fill"] == "tonexty"
        assert "fill" not in train
        key = "getComputedStyle(document.querySelector('.curves-dash.dash')).borderTopColor"
        red, green, blue = (int(validation["line"]["color"][at : at + 2], 16) for at in (1, 3, 5))
        assert playground.get(key) == f"rgb({red}, {green}, {blue})"
        playground.page.goto("about:blank")
