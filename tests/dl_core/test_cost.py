"""What a run costs: refused beyond the limits, by the setting to change; never what a course needs."""

import itertools
import re

import pytest

from dl_core import Config, Trainer
from dl_core.cost import Cost, too_costly
from dl_core.data.features import FEATURES
from dl_core.optim.optimizers import OPTIMIZERS

LIMITS = {"most_work": 7.2e8, "most_bytes": 64e6, "largest_checkpoint": 2e6}


def config(
    units=4, depth=2, *, n_samples=500, batch_size=10, dropout=False, optimizer="sgd", features=("x1", "x2")
):
    """A config with all samples in training."""
    layer = {"type": "dense", "units": units, "activation": "gelu"}
    layers = [layer, {"type": "dropout"}] * depth if dropout else [layer] * depth
    return Config.parse(
        {
            "data": {
                **{"name": "circle", "n_samples": n_samples, "features": list(features)},
                "split": {"train": 1, "validation": 0, "test": 0},
            },
            "model": {"layers": layers},
            "training": {"batch_size": batch_size, "optimizer": {"name": optimizer}},
        }
    )


def refused(config, resolution=80, **limits):
    """Sentence of each path."""
    return dict(too_costly(config, resolution, **{**LIMITS, **limits}))


def test_a_cost_by_hand():
    cost = Cost(config(3, 1, dropout=True))
    assert cost.parameters == (2 * 3 + 3) + (3 * 1 + 1)
    assert cost.sample == 13 + 200 * (3 + 3 + 1)
    assert cost.kept == 5 * 4 * 7
    assert cost.drawn == 4 * 3


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_checkpoint_takes_what_is_said(optimizer):
    import json

    one = config(64, 2, optimizer=optimizer)
    text = json.dumps(Trainer(one).checkpoint().to_json())
    assert abs(len(text) - Cost(one).checkpoint) < 500


@pytest.mark.parametrize(
    ("units", "depth", "n_samples", "batch_size"),
    [(8, 8, 5000, 5000), (64, 3, 5000, 5000), (128, 4, 5000, 32), (128, 8, 500, 500), (128, 8, 500, 1)],
)
def test_whatever_a_course_needs_is_allowed(units, depth, n_samples, batch_size):
    assert refused(config(units, depth, n_samples=n_samples, batch_size=batch_size, features=FEATURES)) == {}


def test_the_most_expensive_run_is_told_what_to_change():
    most = config(128, 8, n_samples=5000, batch_size=5000, dropout=True, optimizer="adam", features=FEATURES)
    found = refused(most, 200)
    assert set(found) == {"training.batch_size", "data.n_samples"}
    for path, sentence in found.items():
        assert re.match(
            rf"^`{path}` must be at most \d+ for a network of 116,993 parameters; got 5000\. "
            r"Lower it or make the network smaller\.$",
            sentence,
        )


def edge(sentence):
    """The most that a sentence allows."""
    return int(re.search(r"at most ([\d,]+)", sentence)[1].replace(",", ""))


def test_as_much_as_the_sentence_says_is_allowed_and_one_more_is_not():
    big = {"units": 128, "depth": 8, "features": FEATURES}
    most = edge(refused(config(**big, n_samples=5000))["data.n_samples"])
    assert "data.n_samples" not in refused(config(**big, n_samples=most))
    assert "data.n_samples" in refused(config(**big, n_samples=most + 1))

    most = edge(refused(config(**big, n_samples=5000, batch_size=5000))["training.batch_size"])
    assert "training.batch_size" not in refused(config(**big, n_samples=5000, batch_size=most))
    assert "training.batch_size" in refused(config(**big, n_samples=5000, batch_size=most + 1))

    most = edge(refused(config(**big), 200)["resolution"])
    assert most % 4 == 0
    assert refused(config(**big), most) == {}
    assert list(refused(config(**big), most + 4)) == ["resolution"]


def test_memory_alone_can_be_too_much():
    found = refused(config(32, 4, n_samples=5000, batch_size=5000), most_bytes=5e6)
    assert list(found) == ["training.batch_size"]
    assert edge(found["training.batch_size"]) == int(5e6 / (5 * 4 * (4 * 32 + 1)))


def test_a_network_that_no_other_setting_can_make_cheap_is_refused_itself():
    found = refused(config(128, 8), most_work=1e6)
    assert found == {
        "model.layers": "`model.layers` cost more than this server allows, with 116,097 parameters. "
        "Remove layers or units."
    }


def test_a_network_whose_checkpoint_is_too_large_to_come_back_is_refused():
    for optimizer, arrays in (("sgd", 1), ("adam", 3)):
        one = config(128, 8, optimizer=optimizer)
        assert refused(one, largest_checkpoint=Cost(one).checkpoint) == {}
        found = refused(one, largest_checkpoint=arrays * 300_000)
        assert found["model.layers"] == (
            f"`model.layers` must have at most {edge(found['model.layers']):,} parameters "
            "with this optimizer; got 116,097. Remove layers or units."
        )
        assert abs(edge(found["model.layers"]) - 300_000 * 3 / 16) <= 1


def test_more_never_costs_less():
    for a, b in itertools.pairwise([8, 16, 32, 64, 128]):
        assert Cost(config(a)).sample < Cost(config(b)).sample
        assert len(refused(config(a, 8, n_samples=5000), 200)) <= len(
            refused(config(b, 8, n_samples=5000), 200)
        )
