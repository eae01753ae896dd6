import json

import numpy as np
import pytest

from dl_core import Checkpoint, CheckpointError, Config, Trainer
from dl_core.optim.early_stopping import ValidationLossSettings, early_stopping


def watching(losses, **settings):
    """Early stopping after those validation losses; the one parameter counts the epochs."""
    params, statistics = np.zeros(1, np.float32), np.zeros(0, np.float32)
    rule = ValidationLossSettings(name="validation_loss", **settings)
    watch = early_stopping([rule], params, statistics)
    for epoch, loss in enumerate(losses, 1):
        if watch.stopped(0):
            break
        params[:] = epoch
        watch.compare(np.array([loss]), epoch, [True])
    return watch


@pytest.mark.parametrize(
    ("losses", "settings", "best", "params"),
    [
        ([3, 2, 1], {"patience": 1}, 3, 3),
        ([3, 2, 2.5, 1], {"patience": 1}, 2, 2),
        ([3, 2, 2.5, 1], {"patience": 2}, 4, 4),
        ([3, 2, 2.5, 1], {"patience": 1, "restore_best": False}, 2, 3),
        ([3, 2.9, 2.8, 2.7], {"patience": 3, "min_delta": 0.5}, 1, 1),
        ([3, np.nan, np.nan], {"patience": 2}, 1, 1),
        ([np.nan, np.nan], {"patience": 2}, 0, 0),
    ],
)
def test_stopping_by_hand(losses, settings, best, params):
    watch = watching(losses, **settings)
    assert watch.memory.epoch == [best]
    assert watch.params.tolist() == [[params]]


DOCUMENT = {
    "data": {"name": "moons", "n_samples": 60, "noise": 0.4},
    "model": {
        "layers": [{"type": "dense", "units": 16}, {"type": "batch_norm"}, {"type": "dense", "units": 16}]
    },
    "training": {
        "optimizer": {"name": "adam", "learning_rate": 0.03},
        "early_stopping": {"name": "validation_loss", "patience": 8},
    },
}


def changed(**early_stopping):
    training = {
        **DOCUMENT["training"],
        "early_stopping": {**DOCUMENT["training"]["early_stopping"], **early_stopping},
    }
    return Config.parse({**DOCUMENT, "training": training})


def test_training_ends_by_itself_with_the_weights_of_the_best_epoch():
    one = Trainer(Config.parse(DOCUMENT))
    one.train(epochs=500)
    best = one.stopping.memory.epoch[0]
    assert one.epoch == best + 8 < 500
    assert one.stopped == (
        f"Training stopped by itself after epoch {one.epoch}: the validation loss was lowest after epoch "
        f"{best} and has not fallen in the 8 epochs since. The weights are those of that epoch."
    )
    watched = Trainer(changed(patience=10_000))
    watched.train(epochs=best)
    assert one.network.params.tobytes() == watched.network.params.tobytes()
    assert one.network.statistics.tobytes() == watched.network.statistics.tobytes()
    assert one.metrics("validation")["loss"] == pytest.approx(one.stopping.memory.best[0])


def test_what_has_stopped_stays_stopped_until_its_patience_is_raised():
    one = Trainer(Config.parse(DOCUMENT))
    one.train(epochs=500)
    saved = json.dumps(one.checkpoint().to_json())
    again = Trainer(Config.parse(DOCUMENT), Checkpoint.from_json(json.loads(saved)))
    assert again.stopped == one.stopped
    again.train(epochs=5)
    assert json.dumps(again.checkpoint().to_json()) == saved
    patient = Trainer(changed(patience=20), Checkpoint.from_json(json.loads(saved)))
    assert patient.stopped is None
    patient.train(epochs=5)
    assert patient.epoch == one.epoch + 5


def test_switched_on_in_mid_run_it_starts_afresh():
    one = Trainer(Config.parse({**DOCUMENT, "training": {}}))
    one.train(epochs=3)
    checkpoint = one.checkpoint()
    assert checkpoint.early_stopping is None
    assert "early_stopping" not in checkpoint.to_json()
    watched = Trainer(
        Config.parse({**DOCUMENT, "training": {"early_stopping": {"name": "validation_loss"}}}), checkpoint
    )
    assert watched.stopping.memory.best == [None]
    watched.train(epochs=1)
    assert watched.stopping.memory.epoch == [4]


def test_switched_on_in_mid_run_it_says_since_when_it_looks():
    one = Trainer(
        Config.parse({**DOCUMENT, "training": {**DOCUMENT["training"], "early_stopping": {"name": "none"}}})
    )
    one.train(epochs=40)
    watched = Trainer(Config.parse(DOCUMENT), one.checkpoint())
    assert watched.stopping.memory.params.tobytes() == one.network.params.tobytes()
    watched.train(epochs=3)
    again = Trainer(Config.parse(DOCUMENT), Checkpoint.from_json(watched.checkpoint().to_json()))
    for trainer in (watched, again):
        trainer.train(epochs=500)
        assert ": the validation loss, watched since epoch 40, was lowest after epoch" in trainer.stopped
    assert watched.stopped == again.stopped


def test_each_of_several_networks_stops_by_itself_and_then_stays():
    configs = [Config.parse({**DOCUMENT, "model": {**DOCUMENT["model"], "seed": seed}}) for seed in range(5)]
    together = Trainer(configs)
    together.train(epochs=500)
    epochs = []
    for r, config in enumerate(configs):
        alone = Trainer(config)
        alone.train(epochs=500)
        epochs.append(alone.epoch)
        assert together.stopped[r] == alone.stopped
        assert together.network.params[r].tobytes() == alone.network.params.tobytes()
        assert together.network.statistics[r].tobytes() == alone.network.statistics.tobytes()
    assert len(set(epochs)) > 1
    assert together.epoch == max(epochs)


GOOD = {"best": [0.5], "epoch": [1], "waited": [0], "since": [0]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"best": 1}, "`checkpoint.early_stopping.best` must be a list with an entry for each network."),
        ({"epoch": [-1]}, "`checkpoint.early_stopping.epoch` must be a whole number from 0 to 2"),
        (
            {"waited": [0, 0]},
            "`checkpoint.early_stopping` must have as many entries as there are networks, 1.",
        ),
        ({"since": [0.5]}, "`checkpoint.early_stopping.since` must be a whole number from 0 to 2"),
        (
            {"since": []},
            "`checkpoint.early_stopping` must have as many entries as there are networks, 1.",
        ),
        ({"more": 1}, "`checkpoint.early_stopping` must be an object with best, epoch, waited"),
    ],
)
def test_a_damaged_memory_is_refused_with_a_sentence(change, words):
    document = Trainer(Config.parse(DOCUMENT)).checkpoint().to_json()
    document["early_stopping"] = {**document["early_stopping"], **GOOD, **change}
    with pytest.raises(CheckpointError) as caught:
        Trainer(Config.parse(DOCUMENT), Checkpoint.from_json(document))
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("name", ["params", "statistics"])
def test_a_memory_of_another_network_is_refused(name):
    document = Trainer(Config.parse(DOCUMENT)).checkpoint().to_json()
    other = Trainer(
        Config.parse({"model": {"layers": [{"type": "batch_norm"}]}, "training": DOCUMENT["training"]})
    )
    document["early_stopping"][name] = other.checkpoint().to_json()["early_stopping"][name]
    with pytest.raises(CheckpointError, match=f"`checkpoint.early_stopping.{name}` must have shape"):
        Trainer(Config.parse(DOCUMENT), Checkpoint.from_json(document))
