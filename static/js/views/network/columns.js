/**
 * The columns as elements: features, hidden layers, output, and between them the places for a new layer. What is
 * there stays when the architecture changes; only what differs is made or removed, so focus survives.
 */

import { element, setAttribute, setText } from '../../display/element.js'
import { lower, outputName } from '../../display/format.js'
import { icon } from '../../display/icon.js'
import { unitName } from './formula.js'
import { layerHead, plainHead } from './heads.js'

/** @import { Attributes } from '../../display/element.js' */
/** @import { Emit, Model } from '../../model/state.js' */
/** @import { Column, LayerColumn, Structure } from './structure.js' */

/**
 * @typedef {object} Unit
 * @property {HTMLElement} item
 * @property {HTMLButtonElement} tile
 * @property {HTMLButtonElement|null} bias
 * @property {HTMLElement|null} name
 *
 * @typedef {object} Entry A column as built.
 * @property {Column} column
 * @property {Unit[]} units
 * @property {HTMLElement} node
 * @property {HTMLElement} head
 * @property {(column: Column, structure: Structure, model: Model) => void} update
 *
 * @typedef {object} Actions
 * @property {Emit} emit
 * @property {() => Model} latest
 * @property {(at: number, button: HTMLElement) => void} add
 * @property {(column: LayerColumn, button: HTMLElement) => void} more
 */

/** @param {HTMLElement} parent @param {Actions} actions */
export function columnsView(parent, { emit, latest, add, more }) {
  /** @type {Map<string, Entry>} */
  const built = new Map()
  /** @type {{node: HTMLElement, button: HTMLElement}[]} */
  const gaps = []

  /** @param {Structure} structure @param {Model} model */
  function update(structure, model) {
    const wanted = new Set(structure.columns.map((column) => column.id))
    const lostFocus = [...built].find(([id, entry]) => !wanted.has(id) && entry.node.contains(document.activeElement))
    for (const [id, entry] of built) {
      if (wanted.has(id)) continue
      entry.node.remove()
      built.delete(id)
    }
    /** @type {HTMLElement[]} */
    const nodes = []
    structure.columns.forEach((column, i) => {
      if (i > 0) nodes.push(gap(i - 1, column))
      const entry = built.get(column.id) ?? make(column)
      entry.update(column, structure, model)
      nodes.push(entry.node)
    })
    for (const { node } of gaps.splice(structure.columns.length - 1)) node.remove()
    nodes.forEach((node, i) => {
      if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null)
    })
    if (lostFocus) gaps[0]?.button.focus()
  }

  /** The place for a new layer. @param {number} at @param {Column} before */
  function gap(at, before) {
    if (!gaps[at]) {
      const button = element('button', { type: 'button', class: 'net-add', 'aria-haspopup': 'menu', click: () => add(at, button) }, icon('plus'))
      gaps[at] = { node: element('div', { class: 'net-gap' }, button), button }
    }
    const { node, button } = gaps[at]
    const label = `Add a layer before ${before.source && before.kind !== 'output' ? lower(before.name) : `the ${before.title.toLowerCase()}${before.about ? ' layer' : ''}`}`
    setAttribute(button, 'aria-label', label)
    setAttribute(button, 'data-help', label)
    return node
  }

  /** @param {Column} first */
  function make(first) {
    const { kind, about, settings } = first
    const head = about && settings ? layerHead({ ...first, about, settings }, latest, emit, more) : plainHead()
    const list = element('ul', { class: 'net-units' })
    const node = element('section', { class: `net-column net-${kind} net-${settings?.type ?? kind}${about?.parameters.length ? ' learns' : ''}` }, head.node, list)
    /** @type {Entry} */
    const entry = {
      node, head: head.node, column: first, units: [],
      update(column, structure, model) {
        entry.column = column
        node.dataset.layer = String(column.layer)
        node.classList.toggle('skips', Boolean(column.settings?.residual))
        setAttribute(node, 'aria-label', columnName(column))
        head.update(column, model)
        if (kind === 'between') band(list, column)
        else fill(entry, list, structure)
        if (kind === 'features') markFeatures(entry, structure)
        if (kind === 'output') nameOutputs(entry, structure)
        entry.units.forEach(({ bias }, k) => bias && setAttribute(bias, 'aria-label', `Bias of ${unitName(column, k, structure)}`))
      },
    }
    built.set(first.id, entry)
    return entry
  }

  /** Make as many units as the column has; each is a tile with its map and a mark for its bias. @param {Entry} entry @param {HTMLElement} list @param {Structure} structure */
  function fill({ units, column }, list, structure) {
    for (const { item } of units.splice(column.units)) item.remove()
    const fresh = document.createDocumentFragment()
    while (units.length < column.units) {
      const unit = column.kind === 'features' ? featureUnit(structure, units.length) : denseUnit(units.length, column)
      units.push(unit)
      fresh.append(unit.item)
    }
    list.append(fresh)
    for (const unit of units) unit.tile.dataset.layer = String(column.layer)
    if (!units.some((unit) => unit.tile.tabIndex === 0)) units[0].tile.tabIndex = 0
  }

  return { update, entries: () => [...built.values()] }
}

/** @param {number} index @param {Attributes} attributes */
const tileButton = (index, attributes) => element('button', { type: 'button', class: 'net-tile', 'data-unit': index, tabindex: '-1', ...attributes })

/** @param {number} index @param {Column} column @returns {Unit} */
function denseUnit(index, column) {
  const tile = tileButton(index, { 'aria-haspopup': column.source && 'dialog' })
  const bias = column.biased ? element('button', { type: 'button', class: 'net-bias', 'data-unit': index, tabindex: '-1' }) : null
  const name = column.kind === 'output' ? element('span', { class: 'net-class' }) : null
  return { item: element('li', { class: 'net-unit' }, tile, bias, name), tile, bias, name }
}

/** @param {Structure} structure @param {number} index @returns {Unit} */
function featureUnit({ allFeatures, aboutFeatures }, index) {
  const name = allFeatures[index]
  const tile = tileButton(index, { 'data-feature': name })
  const label = element('span', { class: 'net-feature' }, aboutFeatures[name].title)
  return { item: element('li', { class: 'net-unit' }, label, tile), tile, bias: null, name: null }
}

/** @param {Entry} entry @param {Structure} structure */
function markFeatures({ units }, { allFeatures, aboutFeatures, features }) {
  units.forEach(({ tile, item }, i) => {
    const on = features.includes(allFeatures[i])
    setAttribute(tile, 'aria-pressed', String(on))
    setAttribute(tile, 'aria-label', `Feature ${aboutFeatures[allFeatures[i]].description}`)
    item.classList.toggle('off', !on)
  })
}

/** @param {Entry} entry @param {Structure} structure */
function nameOutputs({ node, units }, { classes, task, outputs }) {
  const several = task === 'regression' && outputs > 1
  node.classList.toggle('named', several)
  node.classList.toggle('classes', task === 'multiclass')
  units.forEach(({ name }, i) => name && setText(name, task === 'multiclass' ? classes?.[i] ?? '' : several ? outputName(i) : ''))
}

/** "Hidden layer 2, frozen, with a skip connection". @param {Column} column */
const columnName = ({ name, settings }) => `${name}${settings?.trainable === false ? ', frozen' : ''}${settings?.residual ? ', with a skip connection' : ''}`

/** @param {HTMLElement} list @param {Column} column */
function band(list, { units, about }) {
  list.style.setProperty('--rows', String(units))
  setAttribute(list, 'aria-label', `${about?.description} ${units} units.`)
}
