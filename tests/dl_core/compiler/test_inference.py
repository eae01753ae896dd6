import gc
import weakref

import numpy as np
import pytest

from dl_core.compiler import inference
from dl_core.compiler.inference import Inference, InferenceCache
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.network import Network

ALL = slice(None)


def network(*hidden, units=2):
    one = Network((3,), list(hidden), units)
    one.params[...] = np.random.default_rng(0).normal(0, 0.5, one.params.shape)
    return one


def points(n):
    return np.random.default_rng(1).normal(0, 2, (n, 3)).astype(np.float32)


def dense(units, activation="tanh"):
    return {"type": "dense", "units": units, "activation": activation}


def require_every_layers_outputs(one, x, side=0):
    """Fail unless they are those of the network's own forward pass."""
    run = Inference(one, x, ACTIVATIONS["linear"], side=side)
    outputs = run(one, [(i, ALL) for i in range(len(one.layers))])
    for rows, exact in zip(outputs, one.outputs(x), strict=True):
        assert rows.transpose() == pytest.approx(exact, abs=1e-5, rel=1e-5)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_layers_outputs_are_the_networks(name):
    dropout = {"type": "dropout", "dropout_rate": 0.3}
    require_every_layers_outputs(network(dense(4, name), dropout, dense(5, name)), points(70))


@pytest.mark.parametrize("side", [0, 9])
@pytest.mark.parametrize("hidden", [[3], [4, 4], [3, 3]])
def test_skip_connections_are_part_of_every_layers_outputs(hidden, side):
    layers = [
        dense(units) | {"residual": units == before}
        for units, before in zip(hidden, [3, *hidden[:-1]], strict=True)
    ]
    require_every_layers_outputs(network(*layers), grid(7, 9), side)


@pytest.mark.parametrize("name", ["sigmoid", "softmax", "tanh"])
def test_logits_go_through_the_output_activation(name):
    one, x = network(dense(4)), points(9)
    found = Inference(one, x, ACTIVATIONS[name])(one, [(-1, ALL)])[0]
    assert found.transpose() == pytest.approx(ACTIVATIONS[name].forward(one.forward(x)), abs=1e-6)


@pytest.mark.parametrize("n", [1, 7, 8, 9, 63, 64, 65])
def test_pieces_join_without_a_seam(n, monkeypatch):
    monkeypatch.setattr(inference, "PIECE", 32)  # 8 points of 4 units
    one, x = network(dense(4)), points(n)
    found = Inference(one, x, ACTIVATIONS["linear"])(one, [(-1, ALL)])[0]
    assert found.transpose() == pytest.approx(one.forward(x), abs=1e-6)


@pytest.mark.parametrize("piece", [12, 10_000])
def test_it_follows_the_parameters(piece, monkeypatch):
    monkeypatch.setattr(inference, "PIECE", piece)
    one, x = network(dense(4)), points(10)
    run = Inference(one, x, ACTIVATIONS["linear"])
    shapes = [array.shape for array in run(one, [(0, slice(1, 3)), (-1, ALL)])]
    one.params *= 2
    assert run(one, [(-1, ALL)])[0].transpose() == pytest.approx(one.forward(x), abs=1e-5)
    assert shapes == [(2, 10), (2, 10)]


def grid(rows, side):
    """Inputs on a grid: two coordinates and a function of the second."""
    x2, x1 = np.meshgrid(np.linspace(-6, 6, rows), np.linspace(-6, 6, side), indexing="ij")
    return np.stack([x1, x2, np.sin(x2)], axis=-1).reshape(-1, 3).astype(np.float32)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("piece", [1, 60, 10_000])
@pytest.mark.parametrize("scale", [0.1, 1, 5, 50])
def test_on_a_grid_every_layers_outputs_are_the_networks(name, piece, scale, monkeypatch):
    monkeypatch.setattr(inference, "PIECE", piece)
    one, x = network(dense(4, name), dense(3, name)), grid(7, 9)
    one.params *= scale
    run = Inference(one, x, ACTIVATIONS["sigmoid"], side=9)
    assert (run.grid is not None) == (name != "relu")
    exact = one.outputs(x)
    with np.errstate(all="ignore"):
        found = run(one, [(0, ALL), (1, ALL), (2, ALL)])
        exact[-1] = ACTIVATIONS["sigmoid"].forward(exact[-1])
    for whole, rows in zip(exact, found, strict=True):
        assert rows.transpose() == pytest.approx(whole, abs=1e-5 * max(1, scale), rel=1e-5)


def test_products_serve_only_while_their_exponentials_are_within_reach():
    one, x = network(dense(4)), grid(7, 9)
    run = Inference(one, x, ACTIVATIONS["linear"], side=9)
    run(one, [(-1, ALL)])
    assert run.grid.factors() is not None
    for value in (40, np.nan):
        run.network.params[0] = value
        assert run.grid.factors() is None


def test_inputs_that_mix_row_and_column_have_no_products():
    x = grid(7, 9)
    x[:, 2] = x[:, 0] * x[:, 1]
    one = network(dense(4))
    run = Inference(one, x, ACTIVATIONS["linear"], side=9)
    assert run.grid is None
    assert run(one, [(-1, ALL)])[0].transpose() == pytest.approx(one.forward(x), abs=1e-5)


def test_without_hidden_layers_the_output_itself_is_made_of_products():
    one, x = network(units=1), grid(5, 4)
    run = Inference(one, x, ACTIVATIONS["sigmoid"], side=4)
    assert run.grid is not None
    assert run(one, [(-1, ALL)])[0].transpose() == pytest.approx(
        ACTIVATIONS["sigmoid"].forward(one.forward(x)), abs=1e-6
    )


def test_networks_that_are_built_alike_share_a_pass_and_each_gets_its_own_numbers():
    one, alike, other = network(dense(4)), network(dense(4)), network(dense(5))
    alike.params *= 2
    x, tanh, cache = points(50), ACTIVATIONS["tanh"], InferenceCache()
    passes = [cache.inference(each, x, tanh) for each in (one, alike, other)]
    assert passes[0] is passes[1]
    for different in (passes[2], cache.inference(one, x + 1, tanh), cache.inference(one, x, tanh, side=5)):
        assert different is not passes[0]
    assert cache.inference(one, x, ACTIVATIONS["linear"]) is not passes[0]
    for each, shared in [*zip((one, alike, other), passes, strict=True)] * 2:
        mine = shared(each, [(-1, ALL)])[0]
        assert mine.transpose() == pytest.approx(tanh.forward(each.forward(x)), abs=1e-6)
        assert np.array_equal(mine, Inference(each, x, tanh)(each, [(-1, ALL)])[0])


def test_running_statistics_are_taken_over_as_well():
    one = network(dense(4), {"type": "batch_norm", "momentum": 0.9, "epsilon": 1e-3})
    one.statistics[...] = np.random.default_rng(2).uniform(0.5, 2, one.statistics.shape)
    require_every_layers_outputs(one, points(20))


def test_evaluating_leaves_the_network_as_it_is():
    one, x = network(dense(4)), grid(7, 9)
    before = one.params.copy()
    Inference(one, x, ACTIVATIONS["tanh"], side=9)(one, [(0, ALL)])[0][...] = 7
    assert np.array_equal(one.params, before)


def test_two_caches_share_nothing():
    one, x, tanh = network(dense(4)), points(9), ACTIVATIONS["tanh"]
    first, second = (InferenceCache().inference(one, x, tanh) for _ in range(2))
    kept = first(one, [(0, ALL)])[0]
    before = kept.copy()
    one.params *= 2
    second(one, [(0, ALL)])
    assert np.array_equal(kept, before)


def test_a_pass_that_nobody_uses_any_more_is_freed_at_once():
    cache = InferenceCache()
    gc.collect()
    gc.disable()
    try:
        held = cache.inference(network(dense(3)), grid(40, 40), ACTIVATIONS["tanh"], side=40)
        arrays = [
            weakref.ref(array)
            for run in (held.run, held.grid.run)
            for array in run.__kwdefaults__.values()
            if isinstance(array, np.ndarray)
        ]
        assert len(cache) == 1
        assert len(arrays) > 10
        del held
        assert len(cache) == 0
        assert [array().shape for array in arrays if array() is not None] == []
    finally:
        gc.enable()
