/**
 * The columns as elements: features, hidden layers, output, and between them the places for a new layer. What is
 * there stays when the architecture changes; only what differs is made or removed, so focus survives.
 */

import { element, setAttribute, setText } from '../../display/element.js'
import { compact, feature, featureWords, outputName } from '../../display/format.js'
import { icon } from '../../display/icon.js'
import { unitName } from './formula.js'
import { denseHead, dropoutHead, normHead, plainHead } from './heads.js'
import { BETWEEN, FEATURES } from './structure.js'

/**
 * @typedef {object} Unit
 * @property {HTMLElement} item
 * @property {HTMLButtonElement} tile
 * @property {HTMLButtonElement|null} bias
 */

/**
 * @param {HTMLElement} parent
 * @param {{emit: Function, latest: () => any, add: (at: number, button: HTMLElement) => void, more: (column: any, button: HTMLElement) => void}} actions
 */
export function columnsView(parent, { emit, latest, add, more }) {
  const built = new Map()

  /** @param {import('./structure.js').Structure} structure */
  function update(structure, model) {
    const wanted = new Set(structure.columns.map((column) => column.id))
    const lostFocus = [...built].find(([id, entry]) => !wanted.has(id) && entry.node.contains(document.activeElement))
    for (const [id, entry] of built) {
      if (wanted.has(id) || id.startsWith('gap-')) continue
      entry.node.remove()
      built.delete(id)
    }
    const nodes = []
    structure.columns.forEach((column, i) => {
      if (i > 0) nodes.push(gap(i - 1, structure).node)
      const entry = built.get(column.id) ?? make(column)
      entry.update(column, structure, model)
      nodes.push(entry.node)
    })
    for (let i = structure.columns.length - 1; built.has(`gap-${i}`); i++) {
      built.get(`gap-${i}`).node.remove()
      built.delete(`gap-${i}`)
    }
    nodes.forEach((node, i) => {
      if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null)
    })
    if (lostFocus) parent.querySelector('.net-add')?.focus()
  }

  function gap(at, structure) {
    let entry = built.get(`gap-${at}`)
    if (!entry) {
      const button = element('button', { type: 'button', class: 'net-add', 'aria-haspopup': 'menu', click: () => add(at, button) }, icon('plus'))
      entry = { node: element('div', { class: 'net-gap' }, button), button }
      built.set(`gap-${at}`, entry)
    }
    const before = structure.columns[at + 1]
    const label = `Add a layer before ${before.kind === 'output' ? 'the output' : before.kind === 'dense' ? `hidden layer ${before.number}` : `the ${BETWEEN[before.kind].title.toLowerCase()} layer`}`
    setAttribute(entry.button, 'aria-label', label)
    setAttribute(entry.button, 'data-help', label)
    return entry
  }

  function make(column) {
    const { kind } = column
    const head = kind === 'dense' ? denseHead(latest, emit, more) : kind === 'dropout' ? dropoutHead(latest, emit) : BETWEEN[kind] ? normHead(latest, emit, more) : plainHead()
    const list = element('ul', { class: 'net-units' })
    const node = element('section', { class: `net-column ${BETWEEN[kind] ? 'net-between ' : ''}net-${kind}` }, head.node, list)
    const entry = { node, head: head.node, list, column, units: [], update: null }
    entry.update = (newColumn, structure, model) => {
      entry.column = newColumn
      node.dataset.layer = String(newColumn.layer)
      node.classList.toggle('skips', Boolean(newColumn.settings?.residual))
      setAttribute(node, 'aria-label', columnName(newColumn))
      head.update(newColumn, model)
      if (BETWEEN[newColumn.kind]) band(list, newColumn)
      else fill(entry, newColumn)
      if (newColumn.kind === 'features') markFeatures(entry, structure)
      if (newColumn.kind === 'output') nameOutputs(entry, structure)
      entry.units.forEach(({ bias }, k) => bias && setAttribute(bias, 'aria-label', `Bias of ${unitName(newColumn, k, structure)}`))
    }
    built.set(column.id, entry)
    return entry
  }

  /** Make as many units as the column has; each is a tile with its map and a mark for its bias. */
  function fill(entry, column) {
    const { units, list } = entry
    while (units.length > column.units) units.pop().item.remove()
    const fresh = document.createDocumentFragment()
    while (units.length < column.units) {
      const unit = column.kind === 'features' ? featureUnit(units.length) : denseUnit(units.length, column)
      units.push(unit)
      fresh.append(unit.item)
    }
    list.append(fresh)
    for (const unit of units) unit.tile.dataset.layer = String(column.layer)
    if (!units.some((unit) => unit.tile.tabIndex === 0)) units[0].tile.tabIndex = 0
  }

  return { update, entries: () => [...built.values()].filter((entry) => entry.units) }
}

const tileButton = (index, attributes) => element('button', { type: 'button', class: 'net-tile', 'data-unit': index, tabindex: '-1', ...attributes })

function denseUnit(index, column) {
  const tile = tileButton(index, { 'aria-haspopup': 'dialog' })
  const bias = element('button', { type: 'button', class: 'net-bias', 'data-unit': index, tabindex: '-1' })
  const name = column.kind === 'output' ? element('span', { class: 'net-class' }) : null
  return { item: element('li', { class: 'net-unit' }, tile, bias, name), tile, bias, name }
}

function featureUnit(index) {
  const name = FEATURES[index]
  const tile = tileButton(index, { 'data-feature': name })
  const label = element('span', { class: 'net-feature' }, feature(name))
  return { item: element('li', { class: 'net-unit' }, label, tile), tile, bias: null }
}

function markFeatures({ units }, { features }) {
  units.forEach(({ tile, item }, i) => {
    const on = features.includes(FEATURES[i])
    setAttribute(tile, 'aria-pressed', String(on))
    setAttribute(tile, 'aria-label', `Feature ${featureWords(FEATURES[i])}`)
    item.classList.toggle('off', !on)
  })
}

function nameOutputs({ node, units }, { classes, task, outputs }) {
  const several = task === 'regression' && outputs > 1
  node.classList.toggle('named', several)
  node.classList.toggle('classes', task === 'multiclass')
  units.forEach(({ name }, i) => setText(name, task === 'multiclass' ? classes[i] : several ? outputName(i) : ''))
}

/** "Hidden layer 2, frozen, with a skip connection". */
function columnName({ kind, number, layer, settings }) {
  if (kind === 'features') return 'Features'
  if (kind === 'output') return 'Output'
  const name = kind === 'dense' ? `Hidden layer ${number}` : `${BETWEEN[kind].title} layer ${layer + 1}`
  return `${name}${settings.trainable === false ? ', frozen' : ''}${settings.residual ? ', with a skip connection' : ''}`
}

function band(list, { kind, units, settings }) {
  list.style.setProperty('--rows', String(units))
  setAttribute(list, 'aria-label', {
    dropout: () => `Switches off ${compact(settings.dropout_rate * 100)} percent of ${units} units at each step of training`,
    batch_norm: () => `Brings each of ${units} units to mean 0 and variance 1 over the batch, then scales and shifts it`,
    layer_norm: () => `Brings each sample to mean 0 and variance 1 over ${units} units, then scales and shifts them`,
  }[kind]())
}
