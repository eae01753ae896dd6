/**
 * The network: features, layers and output from left to right, every unit with its map, every link with its weight.
 * The structure is drawn from the config at once; maps and weights come with the frames that fit it.
 */

import { element, setAttribute, setFlag, setText } from '../display/element.js'
import { count } from '../display/format.js'
import { icon } from '../display/icon.js'
import { palettes } from '../display/theme.js'
import { decodeArray } from '../model/arrays.js'
import { targetsOf } from '../model/config.js'
import { whenChanged } from '../model/values.js'
import { columnsView } from './network/columns.js'
import { accessibleName } from './network/formula.js'
import { pointerAndKeys } from './network/gestures.js'
import { inspector, linkText } from './network/inspector.js'
import { layerSettings } from './network/layer-settings.js'
import { columnsWidth, headHeight, linkGaps, measure, tileSize } from './network/layout.js'
import { linkPaths } from './network/links.js'
import { layerMenu } from './network/menu.js'
import { drawBiases, unitMaps } from './network/paint.js'
import { popover } from './network/popover.js'
import { linksCanvas, sheet } from './network/sheet.js'
import { describe } from './network/structure.js'

/** @import { Numbers } from '../model/arrays.js' */
/** @import { Model } from '../model/state.js' */
/** @import { Options } from '../page/panels.js' */
/** @import { Entry } from './network/columns.js' */
/** @import { Boxes } from './network/layout.js' */
/** @import { Area } from './network/links-layer.js' */
/** @import { Structure } from './network/structure.js' */

const LABELS_MS = 1000 // screen readers are told new biases this often at most

/** @param {HTMLElement} el @param {Options} options */
export function networkView(el, { emit }) {
  const linksElement = element('canvas', { class: 'net-canvas', 'aria-hidden': 'true' })
  const mapsElement = element('canvas', { class: 'net-canvas', 'aria-hidden': 'true' })
  const content = element('div', { class: 'net-columns' })
  const scroller = element('div', { class: 'net-scroll', tabindex: '-1' }, linksElement, mapsElement, content)
  const label = element('div', { class: 'net-label', hidden: true })
  const area = element('div', { class: 'net-view' }, scroller, label)
  const note = element('span', { class: 'net-drawn', role: 'status' })
  const errors = element('p', { class: 'net-errors', role: 'alert', hidden: true })
  el.classList.add('net')
  const signs = { residual: keyEntry('around', 'skip connection'), frozen: keyEntry('frozen', 'frozen', icon('lock')) }
  el.append(area, errors, element('p', { class: 'net-key' }, ...keyEntries(), ...Object.values(signs), note))

  const links = linkPaths()
  const maps = unitMaps()
  const ground = sheet(mapsElement)
  const layer = linksCanvas(linksElement)
  const panel = popover(area, () => {
    numbers.closed()
    settings.closed()
    gestures.settle()
  })
  const numbers = inspector(panel, (index, value) => emit('edit-param', { index, value }), maps.portrait)
  const settings = layerSettings(panel, emit, () => model, numbers.field)
  const columns = columnsView(content, { emit, latest: () => model, add: layerMenu(panel, emit, () => model), more: (column, button) => settings.open(column, button, params) })
  const gestures = pointerAndKeys(area, scroller, {
    emit, links, label, panel, numbers, state: () => ({ model, structure, params, entries: columns.entries() }), changed: () => model && redraw(),
    text: (link) => linkText(link, structure, params),
  })
  const still = globalThis.matchMedia('(prefers-reduced-motion: reduce)')
  const coarse = globalThis.matchMedia('(pointer: coarse)')

  const [ifArranged, ifPainted] = [whenChanged(), whenChanged()]
  /** @type {Model} */
  let model
  /** @type {Structure} */
  let structure
  /** @type {Numbers|null} */
  let params = null // of the newest frame that fits
  /** @type {Boxes} */
  let boxes = new Map()
  let behind = '' // the color of the ground
  let placed = false
  let labelled = 0

  new ResizeObserver(() => invalidate()).observe(scroller)
  new ResizeObserver(() => invalidate()).observe(content)
  coarse.addEventListener('change', () => invalidate())
  still.addEventListener('change', () => invalidate())
  let scrolled = 0
  scroller.addEventListener('scroll', () => {
    scrolled ||= requestAnimationFrame(() => {
      scrolled = 0
      showEnds()
      if (!ground.covers(scroller, content)) invalidate()
      panel.place()
    })
  }, { passive: true })

  /** Draw one model. Depends on the model alone. @param {Model} newModel */
  function update(newModel) {
    model = newModel
    const { config, datasets, schema, ui, start, data, frame, run } = model
    ifArranged([config, datasets, schema, model.errors, ui.theme, start, data], arrange)
    ifPainted([structure, frame, run.status], () => {
      params = structure.started && frame?.weights ? decodeArray(frame.weights).data : null
      redraw()
    })
  }

  /** What follows from the settings. */
  function arrange() {
    const next = describe(model)
    if (structure && next.key !== structure.key) panel.close(false)
    structure = next
    columns.update(structure, model)
    settings.update(model)
    setFlag(signs.residual, 'hidden', !structure.columns.some((column) => column.settings?.residual))
    setFlag(signs.frozen, 'hidden', !structure.columns.some((column) => column.settings?.trainable === false))
    placed = false
    showErrors()
  }

  function invalidate() {
    placed = false
    if (model) redraw()
  }

  /** Measure if something moved, then paint what is in sight. */
  function redraw() {
    const palette = palettes(model.ui.theme)
    const entries = columns.entries()
    /** @type {Area|undefined} */
    let moved
    if (!placed) {
      sizeTiles(entries)
      moved = ground.place(scroller, content)
      boxes = measure(scroller, entries, moved)
      links.place(linkGaps(structure.columns, boxes, structure.activeRows))
      placed = true
      showEnds()
    }
    links.build(params, palette, gestures.highlight())
    const known = new Map((model.data?.features ?? []).map((f) => [f.name, f]))
    maps.update(structure, boxes, params ? model.frame : null, model.start, structure.allFeatures.map((name) => known.get(name)), palette)
    layer.show({ ...(moved && { area: moved }), scene: links.scene(), flowing: model.run.status === 'running' && !still.matches && params !== null })
    ground.draw((context) => {
      maps.draw(context, palette)
      drawBiases(context, structure, boxes, params, palette, behind)
    })
    if (params) {
      numbers.update(params, structure)
      settings.frame(params)
    }
    gestures.refresh()
    tell(entries)
    sayHowMany()
  }

  /** Said while it stands; while it trains the number would only flicker. */
  function sayHowMany() {
    const { total, drawn: shown } = links.counts()
    if (model.run.status === 'running' && note.textContent !== '' && shown < total) return
    setText(note, shown < total && total > 1500 ? `${count(total)} weights; the strongest ${count(shown)} in sight are drawn.` : '')
  }

  /** Names with the bias for screen readers; at most once a second while it trains. @param {Entry[]} entries */
  function tell(entries) {
    const now = performance.now()
    if (model.run.status === 'running' && now - labelled < LABELS_MS) return
    labelled = now
    for (const { column, units } of entries) {
      const box = boxes.get(column.id)
      if (!box || column.kind === 'features') continue
      for (let k = 0; k < units.length; k++) {
        if (params && units[k].tile.hasAttribute('aria-label') && (k < box.first || k > box.last)) continue
        setAttribute(units[k].tile, 'aria-label', accessibleName(column, k, structure, params))
      }
    }
  }

  /** Signs where the network goes on beyond what is seen. */
  function showEnds() {
    const { scrollLeft, clientWidth } = scroller
    area.classList.toggle('more-left', scrollLeft > 4)
    area.classList.toggle('more-right', scrollLeft + clientWidth < content.offsetWidth - 4)
  }

  /** As large as lets each column fill the height, never below what a finger or an eye needs. @param {Entry[]} entries */
  function sizeTiles(entries) {
    behind = groundOf(el)
    if (el.style.getPropertyValue('--ground') !== behind) el.style.setProperty('--ground', behind)
    const reader = { font: parseFloat(getComputedStyle(el).fontSize), coarse: coarse.matches }
    const { narrow, least } = columnsWidth(structure.columns, scroller.clientWidth / reader.font, reader.coarse)
    content.classList.toggle('narrow', narrow)
    content.style.minWidth = `${least}rem`
    const height = scroller.clientHeight - headHeight(entries) - 16
    const width = (scroller.clientWidth - 4 * reader.font) / structure.columns.length
    for (const { node, column } of entries) node.style.setProperty('--net-tile', `${tileSize(column.units, height, width, reader)}px`)
  }

  function showErrors() {
    const mine = model.errors.filter(({ path }) => /^(model\.layers|data\.features)/.test(path))
    setText(errors, mine.map(({ message }) => message).join(' '))
    errors.hidden = mine.length === 0
  }

  /** Maps of units and outputs, and weights. @param {Model} of */
  function wants({ config, datasets }) {
    const targets = targetsOf(config, datasets)
    const others = targets?.task === 'regression' ? targets.outputs - 1 : 0 // the boundary is the first output's
    return ['boundary', 'neurons', 'weights', ...Array.from({ length: others }, (_, k) => `unit:${config.model.layers.length}:${k + 1}`)]
  }

  return { update, wants }
}

/** The color that is really behind an element: heads that stay while units scroll below them need it. @param {HTMLElement} node */
function groundOf(node) {
  for (let at = /** @type {HTMLElement|null} */ (node); at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at)
    if (!/^(transparent|rgba\(0, 0, 0, 0\))$/.test(backgroundColor)) return backgroundColor
  }
  return 'Canvas'
}

/** @param {string} kind @param {string} text @param {Element} [sign] */
const keyEntry = (kind, text, sign = element('i', { class: `net-key-mark ${kind}`, 'aria-hidden': 'true' })) => element('span', { class: 'net-key-entry' }, sign, text)

const keyEntries = () =>
  [keyEntry('positive', 'positive weight'), keyEntry('negative', 'negative weight'), keyEntry('bias', 'bias'), keyEntry('wide', 'wider is stronger')]
