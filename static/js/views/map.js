/**
 * The decision map: a canvas that moves with every frame, under a plot with the axes and the points, which changes
 * only when the data do. While the reader looks at a unit, the map shows that unit's output instead.
 */

import { element, find, setAttribute, setFlag, setText } from '../display/element.js'
import { icon } from '../display/icon.js'
import { inks, whenPlotly } from '../display/plotly.js'
import { symbolIcon } from '../display/symbols.js'
import { palettes } from '../display/theme.js'
import { hasMap } from '../model/layers.js'
import { mapCursor } from './map/cursor.js'
import { mapLegend } from './map/legend.js'
import { mapCanvas } from './map/paint.js'
import { miniMap } from './map/mini.js'
import { mapPlot, margins } from './map/plot.js'
import { pointTraces } from './map/points.js'
import { readout } from './map/readout.js'
import { mapSource } from './map/source.js'

/** @import { Plotly } from '../display/plotly.js' */
/** @import { Legend, Model, Ui } from '../model/state.js' */
/** @import { Options } from '../page/panels.js' */
/** @import { Ranges } from './map/plot.js' */
/** @import { Source } from './map/source.js' */

const AXES = [{ name: 'x1', min: -6, max: 6 }, { name: 'x2', min: -6, max: 6 }]

/** @type {Pick<Legend, "task"|"classes"|"range">} */
const UNKNOWN = { task: 'binary', classes: ['0', '1'], range: { min: 0, max: 1 } }

/** @param {HTMLElement} el @param {Options} options */
export function mapView(el, { emit, attempt }) {
  const caption = element('p', { class: 'map-caption' })
  const reset = element('button', { type: 'button', class: 'map-reset', hidden: true, click: () => plot.zoom(null) }, 'Reset zoom')
  const canvas = element('canvas', { class: 'map-canvas', 'aria-hidden': 'true' })
  const clip = element('div', { class: 'map-clip' }, canvas)
  const over = element('div', { class: 'map-plot' })
  const frame = element('div', { class: 'map-frame', role: 'group', tabindex: '0', 'aria-label': 'Map. Arrow keys move a cross that reads the prediction.' }, clip, over)
  const room = element('div', { class: 'map-room' }, frame)
  const large = element('button', { type: 'button', class: 'map-large', 'data-ui': 'largeMap', 'aria-label': 'Large map', 'data-help': 'More room for the map; the curves move to the left.', click: () => emit('ui', { key: 'largeMap', value: !model.ui.largeMap }) }, icon('expand'))
  const legend = element('div', { class: 'map-legend' })
  const values = element('dl', { class: 'map-readout' })
  const spoken = element('p', { class: 'map-spoken', 'aria-live': 'polite' })
  const toggles = [
    toggle('showValidation', 'Validation', 'validation', 'Show the points that settings are tuned on.'),
    toggle('showTest', 'Test', 'test', 'Show the points kept for the final check.'),
    toggle('discretize', 'Discretize', null, 'Show the decision in steps instead of smooth shades.'),
  ]
  el.classList.add('map')
  find(el.closest('.panel') ?? el, '.panel-head').append(caption, reset, large)
  el.append(element('div', { class: 'map-stage' }, room), legend, values, spoken,
    element('div', { class: 'map-tools', role: 'group', 'aria-label': 'Points and shading' },
      element('span', { class: 'map-always' }, symbolIcon('circle', 'train'), 'Train'), ...toggles.map(({ node }) => node)))

  const coarse = globalThis.matchMedia('(pointer: coarse)').matches
  miniMap(room, frame)
  const painter = mapCanvas(canvas)
  const colors = mapLegend(legend)
  const reading = readout(values)
  const plot = mapPlot(over, { fixed: coarse, onRange: place })
  const cursor = mapCursor(frame, { axes, range: ranges, place: () => ({ side, margin }), zoom: plot.zoom, moved: (keyed) => read(keyed) })

  /** @type {Model} */
  let model
  /** @type {Source|null} */
  let source = null
  /** @type {Plotly|null} */
  let library = null
  let side = 0
  let margin = margins(12)
  let painted = '' // what the canvas shows, apart from the frame
  /** @type {object|null|undefined} */
  let paintedKey = null
  /** @type {unknown[]} */
  let drawn = [] // what the plot was drawn from

  whenPlotly((plotly) => {
    library = plotly
    if (model) attempt('points', drawPoints)
  })
  new ResizeObserver(() => attempt('size', resize)).observe(room)

  /** @param {"showValidation"|"showTest"|"discretize"} key @param {string} text @param {string|null} symbol @param {string} help */
  function toggle(key, text, symbol, help) {
    const input = element('input', { type: 'checkbox', 'data-ui': key, change: () => emit('ui', { key, value: input.checked }) })
    const label = element('label', { class: 'map-toggle', 'data-help': help }, input, ...(symbol ? [symbolIcon('circle', symbol)] : []), text)
    return { node: label, show: (/** @type {Ui} */ ui) => setFlag(input, 'checked', ui[key]) }
  }

  function axes() {
    return (model?.data ?? model?.start)?.axes ?? AXES
  }

  function ranges() {
    return plot.range() ?? { x: [axes()[0].min, axes()[0].max], y: [axes()[1].min, axes()[1].max] }
  }

  /** Draw one model. Depends on the model alone. @param {Model} newModel */
  function update(newModel) {
    model = newModel
    if (!side || model.ui.theme !== painted.split(' ')[0]) resize()
    setAttribute(large, 'aria-pressed', String(model.ui.largeMap))
    setAttribute(document.documentElement, 'data-map', model.ui.largeMap ? 'large' : 'usual')
    for (const one of toggles) one.show(model.ui)
    paint()
    drawPoints()
    read(false)
  }

  /** The canvas, and what belongs to it; all that happens for a frame. */
  function paint() {
    source = mapSource(model)
    const { theme, discretize } = model.ui
    const about = model.frame && model.start ? model.start : model.data ?? UNKNOWN
    const palette = palettes(theme)
    const how = `${theme} ${discretize} ${source?.kind} ${source?.offset} ${source?.klass} ${source?.output} ${about.task}`
    if (source?.key === paintedKey && how === painted) return
    painter.paint(source, palette, discretize, about.task)
    const table = painter.colors(source ?? { kind: 'scalar' }, palette, discretize, about.task)
    colors.update(source, about, palette, table, discretize)
    setText(caption, source?.caption ?? 'Prediction of the network')
    caption.classList.toggle('unit', source?.kind === 'signed' || source?.kind === 'share' || Boolean(model.ui.probe && source?.output !== undefined))
    setAttribute(frame, 'aria-label', `Map: ${caption.textContent}. Arrow keys move a cross that reads the prediction, plus and minus zoom.`)
    paintedKey = source?.key
    painted = how
  }

  function drawPoints() {
    if (!library || !model.data || !side) return
    const { theme, showValidation, showTest } = model.ui
    const output = source?.output ?? 0
    const now = [library, model.data, theme, showValidation, showTest, side, output]
    if (now.every((part, i) => part === drawn[i])) return
    const ink = inks(el)
    plot.draw(library, pointTraces(model.data, model.ui, palettes(theme), ink, output), axes(), side, margin, ink)
    drawn = now
  }

  function resize() {
    const { small } = inks(el)
    const around = margins(small)
    const next = Math.floor(room.clientWidth - around.left - around.right)
    if (next <= 0 || (next === side && around.left === margin.left)) return
    side = next
    margin = around
    frame.style.width = `${side + margin.left + margin.right}px`
    frame.style.height = `${side + margin.top + margin.bottom}px`
    Object.assign(clip.style, { left: `${margin.left}px`, top: `${margin.top}px`, width: `${side}px`, height: `${side}px` })
    place(plot.range())
    if (model) drawPoints()
  }

  /** Keep the canvas where the axes say it is. @param {Ranges|null} zoomed */
  function place(zoomed) {
    reset.hidden = zoomed === null
    const { x, y } = ranges()
    const [first, second] = axes()
    const across = side / (x[1] - x[0])
    const up = side / (y[1] - y[0])
    Object.assign(canvas.style, {
      left: `${(first.min - x[0]) * across}px`, top: `${(y[1] - second.max) * up}px`,
      width: `${(first.max - first.min) * across}px`, height: `${(second.max - second.min) * up}px`,
    })
    cursor?.place()
  }

  /** @param {boolean} keyed */
  function read(keyed) {
    const { x } = ranges()
    const text = reading.update(cursor.at(), source, model, (x[1] - x[0]) / side)
    if (keyed) setText(spoken, text)
  }

  /** The decision, and while the reader looks at a unit that unit's large map. @param {Model} of */
  function wants(of) {
    const { probe } = of.ui
    return ['boundary', ...(probe?.unit !== undefined && hasMap(of, probe) ? [`unit:${probe.layer}:${probe.unit}`] : [])]
  }

  return { update, wants }
}
