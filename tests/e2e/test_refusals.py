"""What cannot be trained: the sentence stands beside its control, and divergence says why it stopped."""

import re

import pytest
from playground import DEADLINE, Playground
from playwright.sync_api import expect


@pytest.mark.parametrize(
    ("link", "path", "sentence"),
    [
        (
            "training.batch_size=400",
            "training.batch_size",
            "`training.batch_size` must be at most the 250 training samples; got 400.",
        ),
        ("data.n_classes=3", "data.n_classes", "`data.n_classes` must be null for circle; got 3."),
        (
            "training.loss=categorical_cross_entropy",
            "training.loss",
            "Categorical cross entropy is for more than two classes. Choose one that fits, or auto.",
        ),
        (
            "training.early_stopping.name=validation_loss&data.split.validation=0&data.split.test=0.5",
            "training.early_stopping.name",
            "`training.early_stopping.name` must be none without validation samples to watch.",
        ),
        (
            "training.class_weights=1,2,3",
            "training.class_weights",
            "`training.class_weights` must have a number for each of the 2 classes; got 3.",
        ),
    ],
    ids=["batch_size", "n_classes", "loss", "early_stopping", "class_weights"],
)
def test_what_the_server_refuses_is_said_beside_its_control(
    playground: Playground, link: str, path: str, sentence: str
) -> None:
    playground.forgiven = ["422"]
    playground.visit(link)
    playground.says("your attention before the network can train.")
    control = playground.control(path).locator("select, .number-input, .switch-input").first
    expect(control).to_be_visible()
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(control).to_have_accessible_description(re.compile(re.escape(sentence)))


def test_what_would_be_refused_cannot_be_chosen_and_says_why(playground: Playground) -> None:
    playground.open("model.layers=dense:units=1")
    loss, output = (
        playground.control(path).get_by_role("combobox", include_hidden=True)
        for path in ("training.loss", "model.output_activation")
    )
    hidden = playground.page.get_by_role("combobox", name="Hidden layer 1: activation")
    every = playground.control("activation").get_by_role("combobox")
    for menu, text in (
        (every, "Softmax: for 2 units or more"),
        (loss, "MAE: for numbers"),
        (loss, "Categorical cross entropy: for more than two classes"),
        (output, "Softmax: for 2 units or more"),
        (hidden, "Softmax: for 2 units or more"),
    ):
        expect(menu.locator("option", has_text=text)).to_be_disabled()
    expect(loss.locator("option", has_text="MSE")).to_be_enabled()

    playground.page.locator('[data-path="data.name"] input[value="ripple"]').click()
    playground.sent("data.name", "ripple")
    playground.page.get_by_role("button", name="More", exact=True).click()
    loss.select_option("huber")
    playground.sent("training.loss", "huber")
    more = playground.page.get_by_role("button", name="More", exact=True)
    more.click()
    playground.page.locator('[data-path="data.name"] input[value="circle"]').click()
    playground.sent("training.loss", "auto")
    expect(playground.page.get_by_role("alert").first).to_contain_text(
        "Loss is auto now: Huber is for numbers."
    )

    more.click()
    loss.select_option("binary_cross_entropy")
    expect(output.locator("option", has_text="Tanh").first).to_be_disabled()
    expect(output.locator("option", has_text="Sigmoid").first).to_be_enabled()


def test_all_wrong_settings_are_said_at_once(playground: Playground) -> None:
    playground.forgiven = ["422"]
    playground.visit("training.batch_size=400&data.n_classes=3&model.layers=dense:units=1:activation=softmax")
    playground.says("3 settings need your attention before the network can train.")
    expect(playground.page.get_by_role("alert").filter(has_text="softmax")).to_be_visible()


def test_an_entry_that_is_no_such_value_is_said_at_once_and_changes_nothing(playground: Playground) -> None:
    playground.open()
    asked = playground.asked()
    for path, entry, sentence in (
        ("data.noise", "0.7", "`data.noise` must be at most 0.5; got 0.7."),
        ("data.n_samples", "12.5", "`data.n_samples` must be a whole number; got 12.5."),
        ("training.l1", "much", '`training.l1` must be a number; got "much".'),
    ):
        field = playground.control(path).get_by_role("spinbutton")
        field.fill(entry)
        field.press("Enter")
        expect(playground.page.get_by_text(sentence)).to_be_visible()
        expect(field).to_have_attribute("aria-invalid", "true")
        field.press("Escape")
        expect(field).to_have_attribute("aria-invalid", "false")
        expect(playground.page.get_by_text(sentence)).to_have_count(0)
    assert playground.asked() == asked


def test_a_wrong_number_of_units_is_told_by_the_page_and_not_by_the_browser(playground: Playground) -> None:
    playground.open("model.layers=dense,dropout")
    asked = playground.asked()
    for name, entry, sentence in (
        ("Hidden layer 1: number of units", "1000", "Units must be at most"),
        ("Dropout layer after hidden layer 1: rate", "1", "Dropout rate must be "),
    ):
        field = playground.page.get_by_role("spinbutton", name=name)
        field.fill(entry)
        field.press("Enter")
        expect(playground.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_attribute("type", "text")  # of which no browser has rules of its own
        field.press("Escape")
        expect(playground.page.get_by_text(sentence)).to_have_count(0)
    assert playground.asked() == asked


def test_a_setting_put_right_trains(playground: Playground) -> None:
    playground.forgiven = ["422"]
    playground.visit("training.batch_size=400")
    playground.says("attention")
    field = playground.control("training.batch_size").get_by_role("spinbutton")
    field.fill("50")
    field.press("Enter")
    playground.says("Ready.")
    expect(field).to_have_attribute("aria-invalid", "false")
    playground.steps(1)


def test_divergence_says_why_it_stopped_and_a_smaller_rate_begins_anew(playground: Playground) -> None:
    playground.open(
        "data.name=plane&model.layers=dense:units=8:activation=relu&training.optimizer.learning_rate=10"
    )
    playground.action("toggle").click()
    status = playground.page.locator("#status")
    expect(status).to_have_attribute("data-state", "ended")
    playground.says("diverged")
    playground.says("learning rate")
    expect(playground.action("toggle")).to_contain_text("Play")
    field = playground.control("training.optimizer.learning_rate").get_by_role("spinbutton")
    field.fill("0.001")
    field.press("Enter")
    playground.sent("training.optimizer.learning_rate", 0.001)
    assert playground.request()["checkpoint"] is None
    playground.play()
    playground.until_step(50)


DIVERGING = "data.name=plane&data.features=x1,x2,x1^2&model.layers=dense:units=8:activation=relu&training.optimizer.learning_rate=0.3"


def test_after_divergence_the_curve_leads_to_the_top_and_buttons_do_what_would_do(
    playground: Playground,
) -> None:
    playground.page.set_viewport_size({"width": 1024, "height": 768})
    playground.open(DIVERGING, plotted=True)
    playground.action("toggle").click()
    notice = playground.page.locator(".notice-stopped")
    expect(notice.get_by_role("button").first).to_be_visible(timeout=DEADLINE)
    expect(notice).to_contain_text("Play would end the same way.")
    playground.says("or scale the features, then restart.")
    for text in (playground.page.locator("#status .status-text"), notice.locator(".notice-text")):
        place = text.bounding_box()
        assert place
        assert place["x"] + place["width"] <= 1024
        assert text.evaluate("(node) => node.scrollHeight <= node.clientHeight + 1"), "Nothing is cut off."

    died = playground.get("tap.ends.find(({ reason }) => reason === 'diverged').step")
    playground.wait("document.querySelector('.curves-plot').data?.[0].x.length > 4")
    (x, y), axis = playground.get(
        "(({ data, layout }) => [[data[0].x, data[0].y], layout.yaxis])(document.querySelector('.curves-plot'))"
    )
    assert y[-1] > axis["range"][1], "The line leaves the picture at the top."
    assert all(value is not None for value in y)
    assert y[0] < axis["range"][1] < 10 * y[0], "What was before can be seen."
    assert x == sorted(x)
    assert playground.counter("step") == died - 1

    asked = playground.asked()
    playground.action("toggle").click(force=True)
    playground.action("step").click(force=True)
    expect(playground.action("toggle")).to_have_attribute("aria-disabled", "true")
    expect(notice).to_be_visible()
    assert playground.asked() == asked

    button = notice.get_by_role("button", name=re.compile("Learning rate"))
    rate = float(button.inner_text().split()[-1])
    assert rate < 0.3
    button.click()
    playground.sent("training.optimizer.learning_rate", rate)
    playground.until_step(2 * died)
    expect(notice).to_have_count(0)
    playground.pause()
    assert playground.frame()["metrics"]["train"]["loss"] < y[0]


def test_scaling_is_offered_where_it_does(playground: Playground) -> None:
    playground.open(DIVERGING)
    playground.action("toggle").click()
    playground.page.get_by_role("button", name="Scale the features").click(timeout=DEADLINE)
    playground.sent("data.scaling", "standard")
    playground.until_step(200)
    expect(playground.action("toggle")).to_have_attribute("aria-disabled", "false")
