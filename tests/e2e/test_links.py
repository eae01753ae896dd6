"""The link is the experiment: it says everything, opens to the same numbers, and survives going back and reloading."""

from typing import Any
from urllib.parse import parse_qsl

from playground import Opener, Playground, at, link
from playwright.sync_api import expect

EVERYTHING = {
    "data.name": "blobs",
    "data.n_samples": 320,
    "data.noise": 0.15,
    "data.seed": 12,
    "data.n_classes": 3,
    "data.split.train": 0.55,
    "data.split.validation": 0.15,
    "data.split.test": 0.3,
    "data.features": "x1,x1^2,sin(x2)",
    "data.scaling": "standard",
    "model.layers": "dense:activation=relu:initializer=he_normal:l1=0.01:units=6,dropout:dropout_rate=0.35,"
    "dense:l2=0:residual=true:trainable=false:units=6,batch_norm:momentum=0.5,layer_norm:epsilon=0.01,dense:units=3",
    "model.output_activation": "softmax",
    "model.initializer": "he_normal",
    "model.bias_initializer": "normal",
    "model.seed": 4294967295,
    "training.loss": "categorical_cross_entropy",
    "training.optimizer.name": "adam",
    "training.optimizer.learning_rate": 0.02,
    "training.optimizer.beta1": 0.8,
    "training.optimizer.beta2": 0.99,
    "training.optimizer.epsilon": "0.000001",
    "training.label_smoothing": 0.1,
    "training.class_weights": "1,2.5,0.5",
    "training.schedule.name": "step",
    "training.schedule.unit": "steps",
    "training.schedule.warmup": 30,
    "training.schedule.every": 50,
    "training.schedule.decay_rate": 0.7,
    "training.gradient_clipping.name": "norm",
    "training.gradient_clipping.limit": 2,
    "training.early_stopping.name": "validation_loss",
    "training.early_stopping.patience": 7,
    "training.early_stopping.min_delta": 0.01,
    "training.early_stopping.restore_best": "false",
    "training.batch_size": 7,
    "training.l1": 0.001,
    "training.l2": 0.03,
    "training.shuffle": "false",
    "training.seed": 3,
    "ui.speed": "max",
    "ui.stepBy": "batch",
    "ui.showValidation": "true",
    "ui.showTest": "true",
    "ui.discretize": "true",
    "ui.logScale": "true",
    "ui.metric": "accuracy",
    "ui.theme": "dark",
}
DENSE = {
    "type": "dense",
    "units": 4,
    "activation": "tanh",
    "residual": False,
    "initializer": None,
    "l1": None,
    "l2": None,
    "trainable": True,
}
LISTS = {
    "data.features": ["x1", "x1^2", "sin(x2)"],
    "model.layers": [
        DENSE | {"units": 6, "activation": "relu", "initializer": "he_normal", "l1": 0.01},
        {"type": "dropout", "dropout_rate": 0.35},
        DENSE | {"units": 6, "l2": 0, "residual": True, "trainable": False},
        {"type": "batch_norm", "momentum": 0.5, "epsilon": 1e-5, "trainable": True},
        {"type": "layer_norm", "epsilon": 0.01, "trainable": True},
        DENSE | {"units": 3},
    ],
    "training.class_weights": [1, 2.5, 0.5],
    "training.early_stopping.restore_best": False,
    "training.shuffle": False,
    "training.optimizer.epsilon": 1e-6,
}


def leaves(document: Any, path: str = "") -> dict[str, Any]:
    """Every value of a config by its path; a list is one value."""
    if not isinstance(document, dict):
        return {path: document}
    return {
        p: v for key, child in document.items() for p, v in leaves(child, f"{path}.{key}".lstrip(".")).items()
    }


def curve(playground: Playground) -> Any:
    """The points of the curves as they are drawn, and how many there are."""
    playground.wait(
        "document.querySelector('.curves-plot').data?.[0].x.at(-1) === argument", playground.counter("epoch")
    )
    return playground.get("document.querySelector('.curves-plot').data.map(({ x, y }) => [...x, ...y])")


def test_a_link_says_every_setting_and_the_page_writes_the_same_link(playground: Playground) -> None:
    playground.open()
    usual = leaves(playground.config())
    playground.page.goto("about:blank")
    playground.open(EVERYTHING)
    config = playground.config()
    expected = {path: value for path, value in (EVERYTHING | LISTS).items() if not path.startswith("ui.")}
    assert leaves(config) == expected
    assert [path for path, value in leaves(config).items() if usual.get(path) == value] == []

    shown = playground.page.locator("html")
    expect(shown).to_have_attribute("data-theme", "dark")
    for name in ("Validation", "Test", "Discretize"):
        expect(playground.page.get_by_role("checkbox", name=name)).to_be_checked()
    expect(playground.page.get_by_role("radio", name="Accuracy")).to_be_checked()
    expect(playground.page.locator('[data-ui="speed"]')).to_have_value("max")
    expect(playground.page.locator('[data-ui="stepBy"]')).to_have_value("batch")

    for value in (0.2, 0.15):
        playground.control("data.noise").get_by_role("spinbutton").fill(str(value))
        playground.control("data.noise").get_by_role("spinbutton").press("Enter")
        playground.sent("data.noise", value)
    assert sorted(parse_qsl(playground.page.url.split("#")[1])) == sorted(parse_qsl(link(EVERYTHING)))


def test_a_link_opens_to_the_same_data_weights_and_curve(new_page: Opener) -> None:
    one = new_page().open(plotted=True)
    one.page.locator('[data-path="data.name"] input[value="xor"]').click()
    one.page.get_by_role("button", name="New data").click()
    one.action("new-weights").click()
    one.control("training.optimizer.name").get_by_role("combobox").select_option("adam")
    one.page.get_by_role("button", name="Add a layer before the output").click()
    one.page.get_by_role("menuitem", name="Dropout layer").click()
    one.sent("model.layers.2.type", "dropout")
    other = new_page()
    other.open(one.page.url.split("#")[1], plotted=True)
    for playground in (one, other):
        playground.settled()
        for _ in range(3):
            playground.steps(1)

    assert other.config() == one.config()
    for part in ("x", "y"):
        data = f"tap.data.answer.splits.train.{part}"
        assert other.get(data) == one.get(data)
    assert other.frame()["weights"] == one.frame()["weights"]
    assert other.checkpoint() == one.checkpoint()
    assert other.map_picture() == one.map_picture()
    assert curve(other) == curve(one)


def test_back_and_forward_go_through_the_changes(playground: Playground) -> None:
    playground.open()
    page = playground.page
    page.locator('[data-path="data.name"] input[value="moons"]').click()
    playground.sent("data.name", "moons")
    page.get_by_role("button", name="Hidden layer 1: one unit more").click()
    playground.sent("model.layers.0.units", 5)
    page.evaluate("history.back()")
    playground.sent("model.layers.0.units", 4)
    assert at(playground.config(), "data.name") == "moons"
    page.evaluate("history.back()")
    playground.sent("data.name", "circle")
    expect(page.locator('[data-path="data.name"] input[value="circle"]')).to_be_checked()
    page.evaluate("history.go(2)")
    playground.sent("model.layers.0.units", 5)
    assert at(playground.config(), "data.name") == "moons"
    expect(page.locator('.net-tile[data-layer="0"]')).to_have_count(5)


def test_reloading_in_mid_training_comes_back_to_the_same_place(playground: Playground) -> None:
    playground.open("data.name=moons&model.layers=dense:units=6")
    playground.play()
    playground.wait("tap.checkpoint.step > 0")
    config, checkpoint = playground.config(), playground.checkpoint()
    playground.page.reload()
    playground.shown()
    assert playground.config() == config
    saved = playground.request(0)["checkpoint"]
    assert saved["step"] >= checkpoint["step"] > 0
    assert playground.counter("step") >= saved["step"]
    expect(playground.page.locator(".curves-values [data-split=train] dd")).not_to_contain_text("–")

    playground.play()
    playground.until_step(saved["step"] + 50)
    playground.pause()
    before = playground.checkpoint()
    playground.page.reload()
    playground.shown()
    assert (playground.counter("step"), playground.frame()["weights"]) == (before["step"], before["params"])


def test_a_broken_link_is_reported_at_once_and_the_rest_of_it_counts(playground: Playground) -> None:
    playground.open(
        "data.name=moons&data.noise=7&training.magic=1&model.layers=dense:units=x&ui.speed=warp&%E0%A4%A=1"
        "&data.features=x1,x9,x1^2"
    )
    page = playground.page
    notices = page.locator(".notice")
    expect(notices).to_have_count(1)
    expect(notices).to_contain_text("6 parts of the link make no sense and were ignored; the rest counts.")
    page.get_by_text("Which ones", exact=True).click()
    for sentence in (
        "Noise must be at most 0.5; got 7.",
        "`training.magic` is not a setting.",
        "Hidden layers (no. 1): Units must be a whole number",
        "ui.speed",
        "`%E0%A4%A` is not a setting.",
        "Features (no. 2) must be one of",
    ):
        expect(notices.get_by_text(sentence)).to_be_visible()
    data = playground.config()["data"]
    assert (data["name"], data["noise"], data["features"]) == ("moons", 0, ["x1", "x1^2"])
    page.get_by_role("button", name="Dismiss").click()
    expect(notices).to_have_count(0)
    playground.play()
    playground.until_step(25)


def test_a_link_with_a_part_of_the_split_shares_out_the_rest(playground: Playground) -> None:
    playground.open("data.split.train=0.8")
    assert playground.config()["data"]["split"] == {"train": 0.8, "validation": 0.1, "test": 0.1}
    expect(playground.page.locator(".notice")).to_have_count(0)
    playground.open("data.split.train=0.8&data.split.validation=0.7&data.seed=1")
    assert playground.config()["data"]["split"] == {"train": 0.5, "validation": 0.25, "test": 0.25}
    expect(playground.page.locator(".notice")).to_contain_text(
        "Split must have parts that sum to 1; got 1.75."
    )


def test_share_copies_the_link(playground: Playground) -> None:
    playground.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    playground.open("data.name=xor")
    share = playground.page.locator('[data-tool="share"]')
    share.click()
    expect(share).to_contain_text("Copied")
    expect(playground.page.locator("#announcer")).to_have_text("Link copied.")
    assert playground.get("navigator.clipboard.readText()") == f"{playground.url}/#data.name=xor"
