"""What is kept of a run: bounded however long it is, and true to it. And the colour tables that it is drawn with."""

from playground import Run


def test_a_run_of_a_million_epochs_stays_bounded(run: Run) -> None:
    found = run(
        """
        const { appendFrame, emptyHistory, HISTORY_LIMIT } = await load('model/history')
        let history = emptyHistory()
        const began = performance.now()
        let longest = 0
        const best = 123456
        for (let epoch = 0; epoch <= 1e6; epoch += 64) {
          const loss = Math.abs(epoch - 123456) / 1e6 + 0.1
          const metrics = { train: { loss, accuracy: 0.5 }, validation: { loss, accuracy: 0.5 }, test: { loss, accuracy: 0.5 } }
          history = appendFrame(history, { step: epoch * 25, epoch, position: 0, metrics }, 250)
          longest = Math.max(longest, history.epoch.length, history.train.loss.length)
        }
        const gaps = history.step.slice(1).map((step, i) => step - history.step[i])
        const { epoch, train, test } = history
        return {
          longest, limit: HISTORY_LIMIT, kept: epoch.length, first: epoch[0], last: epoch.at(-1), best: history.best.epoch,
          least: Math.min(...gaps), most: Math.max(...gaps), spacing: history.spacing, seconds: (performance.now() - began) / 1000,
          exact: epoch.every((e, i) => train.loss[i] === Math.abs(e - 123456) / 1e6 + 0.1), lengths: [train.accuracy.length, test.loss.length],
          hasBest: epoch.includes(123456),
        }
        """
    )
    assert found["longest"] <= found["limit"] + 1
    assert found["kept"] > found["limit"] / 4
    assert found["lengths"] == [found["kept"]] * 2
    assert (found["first"], found["last"], found["best"]) == (0, 1e6, 123456)
    assert found["hasBest"]
    assert found["exact"], "A point that is kept is a point that was there."
    assert found["least"] > 0
    assert found["most"] < 2.5 * found["spacing"], "The points are spread evenly over the whole run."
    assert found["seconds"] < 10


def test_a_frame_again_adds_nothing_and_an_earlier_one_takes_back_what_came_after(run: Run) -> None:
    found = run(
        """
        const { appendFrame, emptyHistory } = await load('model/history')
        const frame = (step, loss) => ({ step, epoch: step, position: 0, metrics: { train: { loss }, validation: null, test: null } })
        let history = emptyHistory()
        for (const [step, loss] of [[0, 5], [1, 3], [2, 1], [3, 2]]) history = appendFrame(history, frame(step, loss), 10)
        const again = appendFrame(history, frame(3, 2), 10)
        const back = appendFrame(history, frame(1, 3), 10)
        const on = appendFrame(back, frame(2, 4), 10)
        return { same: again === history, best: history.best, back: [back.step, back.train.loss, back.best], on: on.train.loss, old: history.step }
        """
    )
    assert found["same"]
    assert found["best"] == {"epoch": 2, "step": 2, "value": 1}
    assert found["back"] == [[0, 1], [5, 3], {"epoch": 1, "step": 1, "value": 3}]
    assert found["on"] == [5, 3, 4]
    assert found["old"] == [0, 1, 2, 3], "The old history stays as it was."


def test_other_numbers_of_the_same_step_replace_the_last_point(run: Run) -> None:
    found = run(
        """
        const { appendFrame, emptyHistory } = await load('model/history')
        const frame = (step, loss, r2) => ({ step, epoch: step, position: 0, metrics: { train: { loss, r2 }, validation: null, test: null } })
        let history = emptyHistory()
        for (const [step, loss] of [[0, 5], [1, 3], [2, 1]]) history = appendFrame(history, frame(step, loss, 0.5), 10)
        const worse = appendFrame(history, frame(2, 9, 0.5), 10)
        const better = appendFrame(appendFrame(emptyHistory(), frame(0, 5, 0.5), 10), frame(0, 4, 0.5), 10)
        return {
          worse: [worse.step, worse.train.loss, worse.best], better: [better.step, better.train.loss, better.best],
          other: appendFrame(history, frame(2, 1, 0.4), 10).train.r2,
        }
        """
    )
    assert found["worse"] == [[0, 1, 2], [5, 3, 9], {"epoch": 1, "step": 1, "value": 3}]
    assert found["better"] == [[0], [4], {"epoch": 0, "step": 0, "value": 4}]
    assert found["other"] == [0.5, 0.5, 0.4]


def test_the_best_is_worth_a_word_when_it_is_behind_by_more_than_a_few_per_cent(run: Run) -> None:
    found = run(
        """
        const { emptyHistory, overtaken } = await load('model/history')
        const told = (best, newest) => overtaken({ ...emptyHistory(), epoch: [0, newest], best: { epoch: best, step: 9, value: 0 } }) !== null
        return [told(0.1, 0.2), told(0, 1), told(0, 1.1), told(94, 100), told(96, 100), told(100, 100), overtaken(emptyHistory())]
        """
    )
    assert found == [False, False, True, True, False, False, None]


def test_another_loss_begins_a_new_search_for_the_best(run: Run) -> None:
    found = run(
        """
        const { appendFrame, emptyHistory, markChange } = await load('model/history')
        const frame = (step, loss) => ({ step, epoch: step, position: 0, metrics: { train: { loss }, validation: null, test: null } })
        const change = (path, from, to) => [{ path, title: path, from, to }]
        const at = (step, ...losses) => ({ epoch: step, step, losses })
        let history = emptyHistory()
        for (const [step, loss] of [[0, 5], [1, 1], [2, 2]]) history = appendFrame(history, frame(step, loss), 10)
        const rate = markChange(history, at(2, 'mse', 'mse'), change('rate', '1', '2'))
        const back = markChange(rate, at(2, 'mse', 'mse'), change('rate', '2', '1'))
        const other = appendFrame(markChange(rate, at(2, 'mse', 'mae'), change('loss', 'mse', 'mae')), frame(2, 7), 10)
        const on = appendFrame(appendFrame(other, frame(3, 6), 10), frame(4, 8), 10)
        const again = appendFrame(on, frame(3, 9), 10)
        const old = appendFrame(markChange(other, at(2, 'mae', 'mse'), change('loss', 'mae', 'mse')), frame(2, 2), 10)
        const earlier = appendFrame(on, frame(1, 1), 10)
        return {
          rate: [rate.best.step, rate.marks.map(({ step, settings }) => [step, settings.length])], back: back.marks,
          other: [other.best, other.marks[0].settings.map(({ path }) => path)], on: on.best.step, again: [again.best.value, again.marks.length],
          old: [old.best.step, old.marks[0].settings.length], earlier: [earlier.marks, earlier.best.step],
        }
        """
    )
    assert found["rate"] == [1, [[2, 1]]]
    assert found["back"] == [], "What is as it was leaves no mark."
    assert found["other"] == [{"epoch": 2, "step": 2, "value": 7}, ["rate", "loss"]]
    assert found["on"] == 3
    assert found["again"] == [7, 1]
    assert found["old"] == [1, 1], "The losses before compare again."
    assert found["earlier"] == [[], 1]


def test_every_theme_has_orange_below_neutral_below_blue(run: Run) -> None:
    found = run(
        """
        const { palettes, THEMES } = { ...(await load('display/theme')), ...(await load('model/state')) }
        return Object.fromEntries(THEMES.map((theme) => {
          const { diverging, classes, classMap, map } = palettes(theme)
          const color = (i) => [...diverging.slice(i * 4, i * 4 + 4)]
          const apart = (a, b) => Math.hypot(...a.map((v, i) => v - b[i]))
          const steps = Array.from({ length: 255 }, (_, i) => apart(color(i), color(i + 1)))
          const far = classes.flatMap((a, i) => classes.slice(i + 1).map((b) => apart(a, b)))
          return [theme, {
            low: color(0), middle: color(128), high: color(255), jump: Math.max(...steps), nearest: Math.min(...far),
            sizes: [diverging.length, classes.length, classMap.length, map.length], once: palettes(theme) === palettes(theme),
          }]
        }))
        """
    )
    assert set(found) == {"light", "dark", "projector"}
    for theme, table in found.items():
        (low_red, _, low_blue, _), (high_red, _, high_blue, _) = table["low"], table["high"]
        assert low_red > low_blue + 100, theme
        assert high_blue > high_red + 80, theme
        assert max(table["middle"][:3]) - min(table["middle"][:3]) < 20, "Nothing is grey."
        assert table["jump"] < 12, "No step of the scale can be seen as an edge."
        assert table["nearest"] > 40, "No two classes look alike."
        assert table["sizes"] == [1024, 8, 2048, 256]
        assert table["once"]


def test_maps_are_painted_with_the_smallest_x2_at_the_bottom(run: Run) -> None:
    found = run(
        """
        const { paintScalar, paintClasses, palettes } = await load('display/theme')
        const { tile, classMap, diverging, classes } = palettes('light')
        const at = (image, i) => [...image.data.slice(i * 4, i * 4 + 3)]
        const of = (i) => [...diverging.slice(i * 4, i * 4 + 3)]
        const unsigned = new ImageData(2, 2)
        paintScalar(unsigned, Uint8Array.from([0, 255, 128, 64]), tile)
        const signed = new ImageData(2, 2)
        paintScalar(signed, Int8Array.from([9, -127, 127, 0, 0]), tile, 1)
        const winners = new ImageData(2, 2)
        paintClasses(winners, Uint8Array.from([0, 1, 2, 3]), Uint8Array.from([255, 255, 255, 0]), classMap)
        const same = (a, b) => String(a) === String(b)
        return [
          same(at(unsigned, 2), of(0)), same(at(unsigned, 3), of(255)), same(at(unsigned, 0), of(128)), same(at(unsigned, 1), of(64)),
          same(at(signed, 2), of(1)), same(at(signed, 3), of(255)), same(at(signed, 0), of(128)),
          at(winners, 3)[2] > at(winners, 3)[0], Math.min(...at(winners, 1)) > 200,
        ]
        """
    )
    assert found == [True] * 9
