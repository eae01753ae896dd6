"""Networks learn, from the page, and everything that shows them moves."""

import pytest
from playground import SECONDS, Playground, link

SPIRAL = link(
    {
        "data.name": "spiral",
        "data.features": "x1,x2,sin(x1),sin(x2)",
        "model.layers": "dense:units=8,dense:units=8",
        "training.optimizer.name": "adam",
        "training.optimizer.learning_rate": 0.01,
    }
)
XOR = link(
    {
        "data.name": "xor",
        "model.layers": "dense:units=8",
        "training.optimizer.name": "adam",
        "training.optimizer.learning_rate": 0.03,
    }
)
BLOBS = link(
    {
        "data.name": "blobs",
        "data.n_classes": 4,
        "training.optimizer.name": "adam",
        "training.optimizer.learning_rate": 0.01,
    }
)
REGRESSION = link(
    {
        "data.name": "multi_gauss",
        "model.layers": "dense:units=8,dense:units=8",
        "training.optimizer.name": "adam",
        "training.optimizer.learning_rate": 0.01,
    }
)


def test_the_default_network_learns_while_its_map_and_every_tile_change(playground: Playground) -> None:
    playground.open(plotted=True)
    before = playground.map_picture(), playground.tile_pictures()
    assert len(before[1]) == 7, "Four and two hidden units and one output unit."

    playground.speed("max")
    playground.play()
    playground.wait("tap.frame.metrics.train.loss < 0.05", deadline=30 * SECONDS)
    playground.pause()

    playground.wait("tap.value('train') < 0.05")
    after = playground.map_picture(), playground.tile_pictures()
    assert after[0] != before[0]
    assert [unit for unit in before[1] if after[1][unit] == before[1][unit]] == []


@pytest.mark.parametrize(
    ("settings", "metric", "enough"),
    [(XOR, "accuracy", 0.95), (SPIRAL, "accuracy", 0.95), (BLOBS, "accuracy", 0.95), (REGRESSION, "r2", 0.9)],
    ids=["xor", "spiral", "four_blobs", "regression"],
)
def test_a_network_learns_flat_out(playground: Playground, settings: str, metric: str, enough: float) -> None:
    playground.open(settings, plotted=True)
    playground.speed("max")
    playground.play()
    playground.wait(f"tap.frame.metrics.validation.{metric} > {enough}", deadline=40 * SECONDS)
    playground.pause()
    playground.page.locator(f'[name="curves-metric"][value="{metric}"]').check()
    playground.wait(f"tap.value('validation') > {enough}")
