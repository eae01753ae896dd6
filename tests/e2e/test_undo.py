"""What can be gone back to, and what a shared link carries: weights that were typed, and runs that were left."""

import re
import zlib
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from playground import DEADLINE, Opener, Playground
from playwright.sync_api import expect

OTHERS = urlsafe_b64encode(zlib.compress(b'{"step": 1, "params": []}', wbits=-15)).decode().rstrip("=")
"""What is no checkpoint of any network."""


def type_bias(playground: Playground, value: str) -> None:
    """Type the output's bias, and wait until it is drawn."""
    playground.page.keyboard.press("Escape")
    playground.tile(playground.page.locator(".net-add").count() - 1, 0).click()
    field = playground.page.get_by_role("dialog", name="Output").get_by_role("spinbutton", name="Bias")
    field.fill(value)
    asked = playground.asked()
    field.press("Enter")
    playground.wait("tap.asked.length > argument", asked)
    playground.settled()


def weights(playground: Playground) -> str:
    """The parameters that are shown."""
    playground.settled()
    return playground.frame()["weights"]["data"]


def test_going_back_undoes_a_typed_weight(playground: Playground) -> None:
    playground.open()
    playground.steps(2)
    trained = weights(playground)
    type_bias(playground, "7")
    typed = weights(playground)
    assert typed != trained
    playground.page.evaluate("history.back()")
    playground.wait("tap.frame.weights.data === argument", trained)
    for name, value in (("epoch", "2"), ("step", "50")):
        expect(playground.page.locator(f'[data-counter="{name}"]')).to_have_text(value)
    playground.page.evaluate("history.forward()")
    playground.wait("tap.frame.weights.data === argument", typed)


def test_going_back_brings_a_removed_layer_back_with_its_run(playground: Playground) -> None:
    playground.open(plotted=True)
    playground.steps(3)
    trained = weights(playground)
    drawn = "document.querySelector('.curves-plot').data?.[0].x"
    playground.wait(f"{drawn}?.at(-1) === 3")
    points = playground.get(f"[...{drawn}]")
    playground.page.get_by_role("button", name="Remove hidden layer 2").click()
    playground.wait("tap.start.config.model.layers.length === 1")
    playground.settled()
    assert playground.counter("step") == 0
    playground.page.evaluate("history.back()")
    playground.wait("tap.frame.weights.data === argument", trained)
    expect(playground.page.locator('[data-counter="epoch"]')).to_have_text("3")
    playground.steps(1)
    assert playground.counter("step") == 100
    playground.wait(f"{drawn}.at(-1) === 4")
    assert playground.get(f"[...{drawn}]")[: len(points)] == points


def test_a_shared_link_has_the_weights_that_were_typed(new_page: Opener) -> None:
    one, other = new_page(), new_page()
    one.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    one.open("data.name=xor&training.optimizer.name=adam")
    one.steps(2)
    type_bias(one, "-3")
    one.page.keyboard.press("Escape")
    one.page.locator('[data-tool="share"]').click()
    expect(one.page.locator("#announcer")).to_have_text("Link copied, with the weights as they are.")
    link = one.get("navigator.clipboard.readText()")
    assert link.startswith(f"{one.url}/#data.name=xor&training.optimizer.name=adam&checkpoint=")
    assert len(link) < 2000

    other.open(link.split("#")[1])
    for playground in (one, other):
        playground.settled()
    assert other.counter("step") == one.counter("step") == 50
    assert other.checkpoint() == one.checkpoint()
    expect(other.page.locator(".notice")).to_have_count(0)


def test_weights_too_many_for_a_link_go_into_a_file(new_page: Opener, tmp_path: Path) -> None:
    one, other = new_page(), new_page()
    other.forgiven = ["request to file:"]
    one.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    one.open("model.layers=dense:units=64,dense:units=64")
    type_bias(one, "5")
    one.page.keyboard.press("Escape")
    one.page.locator('[data-tool="share"]').click()
    dialog = one.page.get_by_role("dialog", name="Share this experiment")
    expect(dialog).to_contain_text("at most 8,000 pass everywhere")
    expect(dialog.get_by_role("textbox")).to_have_value(re.compile("units=64$"))
    with one.page.expect_download() as download:
        dialog.get_by_role("link", name="Save as a file").click()
    file = tmp_path / "descent.html"
    download.value.save_as(file)

    other.page.goto(file.as_uri())
    other.page.wait_for_url(f"{other.url}/**", timeout=DEADLINE)
    other.shown()
    other.settled()
    assert other.checkpoint()["params"] == one.checkpoint()["params"]


@pytest.mark.parametrize(
    ("packed", "sentence"),
    [
        ("abc", "The weights in the link cannot be read; the network begins with its first ones."),
        (OTHERS, "The weights that came with the link do not belong to this network"),
    ],
)
def test_a_link_whose_weights_are_of_no_use_says_so_and_opens(
    playground: Playground, packed: str, sentence: str
) -> None:
    playground.forgiven = ["422"]
    playground.open(f"data.name=xor&checkpoint={packed}")
    expect(playground.page.locator(".notice")).to_contain_text(sentence)
    playground.steps(1)
    assert playground.config()["data"]["name"] == "xor"
