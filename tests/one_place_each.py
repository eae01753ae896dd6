"""The engine and the server with a dummy of each family; `test_one_place_each` runs it with `-p dummies`."""

import json

import dummies
import numpy as np
import pytest
from schema import require
from wire import events, named

from dl_core import Checkpoint, Config, Trainer, frames
from dl_core.cost import Cost
from dl_core.nn.layers import LAYERS
from dl_core.training.trainer import Trainer as Textbook


@pytest.mark.parametrize("kind", [Trainer, Textbook])
def test_all_of_them_train_stop_and_go_on(kind):
    config = Config.parse(dummies.CONFIG)
    one, whole = kind(config), kind(config)
    before = one.metrics("train")
    assert set(one.network.layers[1].gain.ravel()) == {1}
    whole.train(epochs=40)
    one.train(steps=333)
    again = kind(config, Checkpoint.from_json(json.loads(json.dumps(one.checkpoint().to_json()))))
    again.train(epochs=40 - again.epoch)
    assert again.network.params.tobytes() == whole.network.params.tobytes()
    assert len(set(whole.network.layers[1].gain.ravel())) == 3
    assert whole.metrics("train")["loss"] < before["loss"]
    assert Cost(config).sample == sum(layer.work for layer in whole.network.layers)


@pytest.mark.parametrize("kind", [Trainer, Textbook])
def test_networks_side_by_side_equal_each_alone(kind):
    configs = [
        Config.parse({**dummies.CONFIG, "model": dummies.CONFIG["model"] | {"seed": s}}) for s in (0, 1)
    ]
    together = kind(configs)
    together.train(steps=30)
    for r, config in enumerate(configs):
        alone = kind(config)
        alone.train(steps=30)
        assert alone.network.params.tobytes() == together.network.params[r].tobytes()


def test_the_compiled_step_is_the_textbooks():
    config = Config.parse(dummies.CONFIG)
    fast, textbook = Trainer(config), Textbook(config)
    for trainer in (fast, textbook):
        trainer.train(steps=40)
    assert np.allclose(fast.network.params, textbook.network.params, atol=1e-4)


def test_the_layers_gradient_is_the_derivative():
    layer = LAYERS["dummy_fold"]((5,))
    gain, dgain = np.array([[1.0, -2.0, 3.0]]), np.zeros((1, 3))
    layer.bind({"gain": gain}, {"gain": dgain})
    x, dy = np.arange(10.0).reshape(2, 5), np.array([[1.0, 2, 3], [4, 5, 6]])
    assert layer.forward(x, training=True).tolist() == [[3, -10, 6], [13, -30, 21]]
    assert layer.backward(dy)[0].tolist() == [1, -4, 9, 1, -4]
    assert dgain.tolist() == [[3 + 4 * 13, 10 + 5 * 15, 6 + 6 * 7]]


def test_menus_list_them_with_title_and_help():
    text = json.dumps(Config.model_json_schema(), ensure_ascii=False)
    for title in ("Dummy bend", "Dummy third", "Dummy quartic", "Dummy halved", "Stripes", "x₁+x₂"):
        assert f'"title": "{title}"' in text
    for title in ("Dummy fold", "Dummy sign", "Dummy harmonic"):
        assert text.count(f'"title": "{title}"') == 2  # of the group, and among the options


def test_what_the_config_comes_to():
    config = Config.parse(dummies.CONFIG)
    found = frames.dataset(config)
    dense, fold, last, _ = found["layers"]
    assert (fold["in_shape"], fold["out_shape"], fold["maps"]) == ([4], [3], True)
    gain = {"name": "gain", "title": "Gain", "kind": "unit", "shape": [1, 3], "offset": 20}
    assert fold["parameters"] == [gain]
    assert last["in_shape"] == [3]
    assert dense["parameters"][0]["shape"] == [4, 4]
    assert found["schedule"]["factors"][:2] == [0.1, 0.2]
    assert [feature["name"] for feature in found["features"]][-1] == "x1+x2"
    assert frames.view_error(["unit:1:2"], config) is None
    assert "map" in frames.view_error(["unit:1:3"], config)
    require("Data", found)


def test_the_server_serves_them(client):
    document = json.loads(client.get("/api/openapi.json").data)
    assert "FoldSettings" in document["components"]["schemas"]
    gallery = json.loads(client.get("/api/datasets").data)["datasets"]
    assert [entry["title"] for entry in gallery][-1] == "Stripes"
    assert client.post("/api/data", json={"config": dummies.CONFIG}).status_code == 200
    views = ["boundary", "neurons", "weights"]
    request = {"config": dummies.CONFIG, "until": {"epoch": 3}, "views": views, "resolution": 20}
    with client.post("/api/train", json=request) as answer:
        assert answer.status_code == 200, answer.text
        found = list(events(answer.iter_encoded()))
    assert named("end", found)[0]["reason"] == "until"
    assert all(set(views) < set(frame) for frame in named("frame", found))
    require("Start", named("start", found)[0])
