/**
 * The curves of the run: loss, or a metric that people understand better, against the epoch. Training solid,
 * validation dashed, test dotted where asked. Redrawn a few times a second at most, from the history alone.
 */

import { element, find, setAttribute, setFlag, setText } from '../display/element.js'
import { metric as metricText, metricName, metricsOf } from '../display/format.js'
import { inks, plotted, rangeOf, whenPlotly } from '../display/plotly.js'
import { overtaken } from '../model/history.js'
import { bestMark } from './curves/best.js'
import { curvesLayout, LINES, lineTraces, mayBeLog, shownLines, thinned } from './curves/lines.js'
import { changeMarks } from './curves/marks.js'

/** @import { Inks, Plotly, Relayout } from '../display/plotly.js' */
/** @import { Model } from '../model/state.js' */
/** @import { Options } from '../page/panels.js' */

const VALUES_MS = 250
const REDRAW_MS = 400
const LIVE_POINTS = 300 // while it trains; all of them when it stands
/** @type {Record<string, string>} */
const HINTS = { loss: 'the loss fall', rmse: 'the error fall', accuracy: 'the accuracy rise', r2: 'R² rise' }

/** @param {HTMLElement} el @param {Options} options */
export function curvesView(el, { emit, attempt }) {
  const choices = element('div', { class: 'curves-metrics', role: 'radiogroup', 'aria-label': 'Metric' })
  const log = element('input', { type: 'checkbox', 'data-ui': 'logScale', change: () => emit('ui', { key: 'logScale', value: log.checked }) })
  const over = element('div', { class: 'curves-plot', role: 'img', 'aria-label': 'Curves' })
  const empty = element('p', { class: 'curves-empty' })
  const values = element('dl', { class: 'curves-values' })
  const area = element('div', { class: 'curves-area' }, over, empty)
  const best = bestMark(area)
  const changes = changeMarks(area)
  el.classList.add('curves')
  const logLabel = element('label', { class: 'curves-log', 'data-help': 'Equal factors take equal height, so small losses can be told apart.' }, log, 'Log scale')
  find(el.closest('.panel') ?? el, '.panel-head').append(element('div', { class: 'curves-tools' }, choices, logLabel))
  el.append(values, area)
  const rows = LINES.map(({ split, title, dash }) => {
    const value = element('dd')
    const row = element('div', { 'data-split': split }, element('dt', {}, element('i', { class: `curves-dash ${dash}`, 'aria-hidden': 'true' }), title), value)
    values.append(row)
    return { split, row, value }
  })
  const bestValue = element('dd')
  const bestRow = element('div', { class: 'curves-lowest' }, element('dt', {}, 'Lowest'), bestValue)
  values.append(bestRow)

  const fixed = globalThis.matchMedia('(pointer: coarse)').matches
  /** @type {Model} */
  let model
  /** @type {Plotly|null} */
  let library = null
  let offered = ''
  /** @type {unknown[]} */
  let drawn = []
  let bound = false
  /** @type {Inks} */
  let ink
  let last = -Infinity
  let waiting = 0
  let shownAt = -Infinity
  let late = 0

  whenPlotly((plotly) => {
    library = plotly
    if (model) schedule()
  })
  new ResizeObserver(() => model && schedule()).observe(over)

  const taskOf = () => (model.data ?? model.start)?.task ?? 'binary'
  /** The metric to show: the one asked for, or the loss where the task has no such metric. */
  const metric = () => (metricsOf(taskOf()).includes(model.ui.metric) ? model.ui.metric : 'loss')

  /** Take a model, to be shown a few times a second. @param {Model} newModel */
  function update(newModel) {
    model = newModel
    const wait = shownAt + VALUES_MS - performance.now()
    if (wait <= 0) show()
    else late ||= setTimeout(() => attempt('values', show), wait)
  }

  /** Depends on the model's history and a few settings of the page alone. */
  function show() {
    clearTimeout(late)
    late = 0
    shownAt = performance.now()
    offer()
    const { history, ui } = model
    const name = metric()
    setFlag(log, 'checked', ui.logScale && mayBeLog(name))
    setFlag(log, 'disabled', !mayBeLog(name))
    logLabel.classList.toggle('unavailable', log.disabled)
    for (const { split, row, value } of rows) {
      const newest = history[split]?.[name]?.at(-1)
      setFlag(row, 'hidden', !shownLines(ui).some((line) => line.split === split) || (newest == null && split !== 'train'))
      setText(value, metricText(name, newest ?? NaN))
    }
    setFlag(bestRow, 'hidden', !history.best || name !== 'loss')
    if (history.best) setText(bestValue, metricText('loss', history.best.value).trim())
    const nothing = history.epoch.length < 2
    setFlag(empty, 'hidden', !nothing)
    over.classList.toggle('nothing', nothing)
    setText(empty, `Press play to see ${HINTS[name]}.`)
    schedule()
  }

  /** The switch between the task's metrics. */
  function offer() {
    const names = metricsOf(taskOf())
    if (offered !== names.join()) {
      offered = names.join()
      choices.replaceChildren(...names.map((name) =>
        element('label', {}, element('input', { type: 'radio', name: 'curves-metric', value: name, 'data-ui': 'metric', change: () => emit('ui', { key: 'metric', value: name }) }), element('span', {}, metricName(name)))))
    }
    for (const input of choices.querySelectorAll('input')) setFlag(input, 'checked', input.value === metric())
  }

  /** Draw now if it is time, else when it is; never within the work of a frame. */
  function schedule() {
    if (waiting || !library) return
    waiting = setTimeout(() => requestAnimationFrame(() => {
      waiting = 0
      attempt('plot', draw)
    }), Math.max(0, last + REDRAW_MS - performance.now()))
  }

  function draw() {
    const { history, ui, run } = model
    const name = metric()
    const { clientWidth: width, clientHeight: height } = over
    const [running, diverged] = [run.status === 'running', run.reason === 'diverged']
    const now = [history, name, ui.logScale, ui.showTest, ui.theme, width, height, running, run.reason]
    if (!library || !width || !height || history.epoch.length < 2 || now.every((part, i) => part === drawn[i])) return
    last = performance.now()
    ink = inks(el)
    const shown = running ? thinned(history, LIVE_POINTS) : history
    const layout = curvesLayout(shown, name, ui.logScale && mayBeLog(name), ui, ink, { width, height, fixed, diverged })
    library.react(over, lineTraces(shown, name, ui, ink, diverged), layout, { displayModeBar: false, responsive: false, showTips: false })
    if (!bound) for (const event of ['plotly_relayout', 'plotly_relayouting']) plotted(over).on(event, mark)
    bound = true
    drawn = now
    mark({})
    setAttribute(over, 'aria-label', `${metricName(name)} by epoch, ${rows.filter(({ row }) => !row.hidden).map(({ split, value }) => `${split} ${value.textContent.trim()}`).join(', ')}`)
  }

  /** @param {Relayout} moved */
  function mark(moved) {
    const { history, run } = model
    const range = rangeOf(moved, 'xaxis') ?? plotted(over).layout.xaxis.range
    const size = { width: over.clientWidth, height: over.clientHeight, small: ink.small }
    const stopped = run.reason === 'early_stopping' ? run.epoch : null
    best.update(stopped === null ? overtaken(history) : history.best, stopped, range, size)
    changes.update(history.marks, range, size)
  }

  return { update }
}
