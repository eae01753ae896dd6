"""The page's pure modules, imported one by one in the browser without the page around them."""

import random

import numpy as np
import pytest
from configs import some_config
from playground import Playground, Run

from dl_core import arrays
from dl_core.data.tasks import Task, refusals, resolve
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.losses import LOSSES

WRITTEN = {
    ("count", 1234567): "1,234,567",
    ("count", -3): "−3",
    ("compact", 0.03): "0.03",
    ("compact", 0.000032): "3.2e−5",
    ("compact", 0): "0",
    ("fixed", -0.001): "0.00",
    ("fixed", -0.474): "−0.47",
    ("signed", 0.5): "\u20070.50",
    ("loss", 0.49831): "0.4983",
    ("loss", 0.00098): "9.8e−4",
    ("loss", None): "\u2007\u2007\u2007\u2007\u2007–",
    ("percent", 0.984): "\u200798.4%",
    ("percent", 1): "100.0%",
    ("axisName", "x12"): "x₁₂",
    ("words", "he_normal"): "He normal",
}


@pytest.mark.parametrize("dtype", arrays.DTYPES)
def test_arrays_survive_the_wire_in_both_directions(run: Run, dtype: str) -> None:
    numbers = np.arange(-3, 70_004).astype(dtype).reshape(-1, 7)
    if dtype.startswith("float"):
        numbers[0, :4] = [np.nan, np.inf, -0.0, 1e-30]
    sent = arrays.encode(numbers)
    found = run(
        "const { decodeArray, encodeArray } = await load('model/arrays')\n"
        "const { data, shape } = decodeArray(argument)\n"
        "return { back: encodeArray(data, shape), once: decodeArray(argument).data === data, ends: [...data.slice(-3)].map(Number) }",
        sent,
    )
    assert found["back"] == sent
    assert found["once"], "An array is decoded once, however many views ask."
    assert found["ends"] == numbers.ravel()[-3:].tolist()


def test_an_array_of_an_unknown_type_is_refused(run: Run) -> None:
    script = "const { decodeArray } = await load('model/arrays')\ntry { decodeArray(argument) } catch (e) { return e.message }"
    assert "complex64" in run(script, {"dtype": "complex64", "shape": [1], "data": ""})


def test_events_are_read_however_the_stream_is_cut(run: Run) -> None:
    stream = (
        ': a comment\n\nevent: start\ndata: {"n": 1}\n\nevent: frame\r\ndata: one\r\ndata: two\r\n\r\n'
        "data:no name\n\nevent: nothing\n\nevent: end\rdata: übermäßig\r\r"
    )
    found = run(
        """
        const { sseParser } = await load('server/events')
        const read = (parts) => {
          const events = []
          const parser = sseParser((name, data) => events.push([name, data]))
          for (const part of parts) parser.push(part)
          parser.push('data: last\\n\\n')
          return JSON.stringify(events)
        }
        const whole = read([argument])
        const others = new Set([whole, read([...argument])])
        for (let i = 0; i <= argument.length; i++) {
          for (let j = i; j <= argument.length; j++) others.add(read([argument.slice(0, i), argument.slice(i, j), argument.slice(j)]))
        }
        return { events: JSON.parse(whole), readings: others.size }
        """,
        stream,
    )
    assert found["events"] == [
        ["start", '{"n": 1}'],
        ["frame", "one\ntwo"],
        ["message", "no name"],
        ["end", "übermäßig"],
        ["message", "last"],
    ]
    assert found["readings"] == 1


def test_numbers_and_names_are_written_as_people_read_them(run: Run) -> None:
    script = "const format = await load('display/format')\nreturn argument.map(([name, value]) => format[name](value))"
    assert dict(zip(WRITTEN, run(script, list(WRITTEN)), strict=True)) == WRITTEN


def test_figures_that_change_keep_their_width(run: Run) -> None:
    values = [10**e * m for e in range(-15, 12) for m in (1, 3.3333, 9.9999)] + [0, None]
    widths = run(
        "const f = await load('display/format')\n"
        "return [f.loss, (v) => f.percent(v === null ? v : Math.min(1, v))].map((g) => [...new Set(argument.map((v) => g(v).length))])",
        values,
    )
    assert widths == [[6], [6]]


def test_any_config_survives_the_link(run: Run, playground: Playground) -> None:
    openapi = playground.page.request.get(f"{playground.url}/api/openapi.json").json()
    draw = random.Random(0)
    configs = [some_config(draw, openapi["components"]["schemas"]) for _ in range(300)]
    wrong = run(
        """
        const { encodeLink, decodeLink } = await load('model/link')
        const { configSchema, defaultConfig } = await load('model/schema')
        const { UI_DEFAULTS, UI_VALUES } = await load('model/state')
        const { same } = await load('model/values')
        const schema = configSchema(argument.openapi)
        const known = { schema, defaults: defaultConfig(schema) }
        const sorted = (hash) => hash.split('&').sort().join()
        const pick = (values, i) => values[i % values.length]
        return argument.configs.flatMap((config, i) => {
          const ui = Object.fromEntries(Object.entries(UI_VALUES).map(([key, values]) => [key, pick(values, i)]))
          const theme = pick([null, 'light', 'dark', 'projector'], i)
          const hash = encodeLink(config, { ...UI_DEFAULTS, ...ui }, { ...known, theme })
          const back = decodeLink(`#${hash}`, known)
          const again = encodeLink(back.config, back.ui, { ...known, theme: back.theme })
          const good = same(back.config, config) && same(back.ui, ui) && back.theme === theme && !back.problems.length && sorted(again) === sorted(hash)
          return good && !/[\\s"<>]/.test(hash) ? [] : [{ hash, problems: back.problems, config: back.config, wanted: config }]
        })
        """,
        {"openapi": openapi, "configs": configs},
    )
    assert wrong == []


def test_menus_offer_exactly_what_the_server_takes(run: Run, playground: Playground) -> None:
    ask = playground.page.request.get
    openapi = ask(f"{playground.url}/api/openapi.json").json()
    datasets = ask(f"{playground.url}/api/datasets").json()["datasets"]
    names = {"binary": "circle", "multiclass": "rings", "regression": "ripple"}
    tasks = [Task("binary", 2, 1), Task("multiclass", 3, 3), Task("regression", 0, 1)]
    cases = [
        (task, loss, activation)
        for task in tasks
        for loss in ("auto", *LOSSES)
        for activation in ("auto", *ACTIVATIONS)
    ]
    offered = run(
        """
        const { misfit } = await load('model/fit')
        const { configSchema, defaultConfig, settingAt } = await load('model/schema')
        const { setIn } = await load('model/values')
        const schema = configSchema(argument.openapi)
        const paths = ['training.loss', 'model.output_activation']
        return argument.cases.map(([name, ...chosen]) => {
          const base = setIn(defaultConfig(schema), 'data.name', name)
          const config = paths.reduce((whole, path, i) => setIn(whole, path, chosen[i]), base)
          const known = { config, schema, datasets: argument.datasets }
          return paths.every((path, i) => !misfit(settingAt(schema, path, config), chosen[i], known))
        })
        """,
        {
            "openapi": openapi,
            "datasets": datasets,
            "cases": [(names[task.name], *chosen) for task, *chosen in cases],
        },
    )
    taken = [not refusals(task, *resolve(task, loss, activation)) for task, loss, activation in cases]
    assert dict(zip(cases, offered, strict=True)) == dict(zip(cases, taken, strict=True))
    assert 0 < sum(taken) < len(taken)


def test_a_limit_that_is_not_allowed_itself_is_neither_stepped_on_nor_let_pass(run: Run) -> None:
    found = run(
        """
        const { problem } = await load('model/schema')
        const { next } = await load('controls/ladder')
        const setting = { path: 'beta', kind: 'number', minimum: 0, maximum: 1, open: true, openAbove: true, options: [] }
        return {
          steps: [next(setting, 0.98, 1), next(setting, 0.99, 1), next(setting, 0.02, -1), next(setting, 0.01, -1)],
          said: [0, 0.01, 0.99, 1].map((value) => problem(setting, value)),
        }
        """
    )
    assert found["steps"] == [0.99, 0.99, 0.01, 0.01]
    assert found["said"] == [
        "`beta` must be more than 0; got 0.",
        None,
        None,
        "`beta` must be less than 1; got 1.",
    ]


def test_a_layer_without_maps_that_makes_other_features_is_a_column_of_units(
    run: Run, playground: Playground
) -> None:
    """A layer that keeps its inputs is a band between two columns, and links go over it."""
    openapi = playground.page.request.get(f"{playground.url}/api/openapi.json").json()
    found = run(
        """
        const { describe } = await load('views/network/structure')
        const { configSchema, defaultConfig } = await load('model/schema')
        const { setIn } = await load('model/values')
        const schema = configSchema(argument)
        const config = setIn(defaultConfig(schema), 'model.layers', [{ type: 'dropout', dropout_rate: 0.2 }])
        const output = { type: 'dense', units: 1, parameters: [{ kind: 'weights', offset: 0 }, { kind: 'bias', offset: 9 }] }
        return [2, 3].map((units) => {
          const start = { config, task: 'binary', output_activation: 'sigmoid', layers: [{ type: 'dropout', units, parameters: [] }, output] }
          const { columns, started } = describe({ config, schema, datasets: null, data: null, start, frame: {} })
          return [started, ...columns.map(({ kind, units, inputs, source, W, b }) => [kind, units, inputs, source?.id ?? null, W || 0, b || 0])]
        })
        """,
        openapi,
    )
    features, output = ["features", 9, 0, None, 0, 0], ["output", 1, 2, "features", 0, 9]
    assert found[0] == [True, features, ["between", 2, 2, None, 0, 0], output]
    assert found[1] == [
        True,
        features,
        ["hidden", 3, 2, None, 0, 0],
        ["output", 1, 3, "dropout-0", 0, 9],
    ]


def test_a_formula_tells_layers_apart_and_counts_classes_from_0(run: Run) -> None:
    found = run(
        """
        const { formula } = await load('views/network/formula')
        const features = { kind: 'features', number: 0 }
        const hidden = (number, source, settings = {}) => ({
          kind: 'hidden', number, source, inputs: 1, units: 1, W: 0, biased: false, activation: 'tanh', activationTitle: 'tanh', settings,
        })
        const [first, eleventh] = [hidden(1, features), hidden(11, features)]
        const output = (activation) => ({ ...hidden(2, first), kind: 'output', units: 2, activation, activationTitle: activation })
        const structure = { features: ['x1'], aboutFeatures: { x1: { title: 'x₁' } }, classes: ['0', '1'], outputs: 2 }
        const written = (column, unit, task = 'binary') => formula(column, unit, { ...structure, task }, [0.5, 0.5])
        return [
          written(first, 0), written(hidden(2, first, { residual: true }), 0), written(hidden(12, eleventh), 0),
          written(output('softmax'), 0, 'multiclass'), written(output('sigmoid'), 1, 'multiclass'),
          written(output('linear'), 1, 'regression'), written(output('sigmoid'), 0),
        ]
        """
    )
    assert found == [
        "a⁽¹⁾₁ = tanh(0.50·x₁)",
        "a⁽²⁾₁ = a⁽¹⁾₁ + tanh(0.50·a⁽¹⁾₁)",
        "a⁽¹²⁾₁ = tanh(0.50·a⁽¹¹⁾₁)",
        "z₀ = 0.50·a⁽¹⁾₁,  output₀ = softmax(z)₀",
        "output₁ = sigmoid(0.50·a⁽¹⁾₁)",
        "y₂ = 0.50·a⁽¹⁾₁",
        "output = sigmoid(0.50·a⁽¹⁾₁)",
    ]
