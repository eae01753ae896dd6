/**
 * The head of each column: its name and the controls of its layer. Each emits the changed setting and nothing else.
 */

import { element, setAttribute, setText } from '../../display/element.js'
import { lower } from '../../display/format.js'
import { icon } from '../../display/icon.js'
import { fitted } from '../../model/fit.js'
import { defaultOf, itemsAt, settingAt } from '../../model/schema.js'
import { headControl } from './head-controls.js'
import { removeLayer } from './structure.js'

/** @import { Emit, Model } from '../../model/state.js' */
/** @import { Column, LayerColumn } from './structure.js' */

/** Settings that show in another way than by the dot on "more". */
const SEEN = ['residual', 'trainable']

/** @typedef {{node: HTMLElement, update: (column: Column, model: Model) => void}} Head */

/** A heading with a small line below it: for the features and the output. @returns {Head} */
export function plainHead() {
  const title = element('h3', { class: 'net-title' })
  const note = element('p', { class: 'net-note' })
  const node = element('header', { class: 'net-head' }, title, note)
  /** @param {Column} column @param {Model} model */
  function update(column, model) {
    const features = column.kind === 'features'
    setText(title, features ? 'Features' : 'Output')
    setText(note, features ? `${model.config.data.features.length} of ${column.units} in use` : column.activationTitle ?? '')
  }
  return { node, update }
}

/**
 * A layer's name, the settings that are shown at once, more, remove; with a lock if it is frozen.
 * @param {LayerColumn} first
 * @param {() => Model} latest
 * @param {Emit} emit
 * @param {(column: LayerColumn, button: HTMLElement) => void} openMore
 * @returns {Head}
 */
export function layerHead(first, latest, emit, openMore) {
  const { kind, settings, about } = first
  let column = first
  const set = (/** @type {string} */ name) => (/** @type {unknown} */ value) => emit('set', { path: `model.layers.${column.layer}.${name}`, value })
  const title = element('span')
  const rarer = Object.keys(settings).filter((name) => name !== 'type' && !about.prominent.includes(name))
  const others = rarer.length || about.parameters.some((parameter) => parameter.kind === 'unit') ? moreButton((button) => openMore(column, button), rarer) : null
  const drop = () => emit('set', { path: 'model.layers', value: removeLayer(latest().config.model.layers, column.layer) })
  const remove = element('button', { type: 'button', class: 'net-remove', click: drop }, icon('close'))
  const shown = about.prominent.map((name) => headControl(name, settings[name], set(name))).toSorted((a, b) => a.order - b.order)
  const note = element('p', { class: 'net-note' })
  const node = element('header', { class: `net-head${kind === 'between' ? ' net-head-slim' : ''}` },
    element('div', { class: 'net-head-row' }, element('h3', { class: 'net-title' }, title, lock()), element('span', { class: 'net-tools' }, others?.node ?? null, remove)),
    ...shown.map((control) => control.node), note)

  /** @param {Column} newColumn @param {Model} model */
  function update(newColumn, model) {
    column = /** @type {LayerColumn} */ (newColumn)
    const name = kind === 'between' ? `${about.title} layer after ${column.after}` : column.name
    setText(title, column.title)
    setAttribute(remove, 'aria-label', `Remove ${lower(name)}`)
    setAttribute(remove, 'data-help', `Remove ${lower(name)}`)
    others?.update(name, column, model)
    node.classList.toggle('frozen', column.settings.trainable === false)
    const notes = shown.flatMap((control) => control.update(name, fitted(settingAt(model.schema, `model.layers.${column.layer}.${control.name}`, model.config), model), column.settings[control.name], model.errors) ?? [])
    setText(note, [...notes, about.note].join(' ').trim())
    note.hidden = !note.textContent
  }
  return { node, update }
}

/** Of a frozen layer; not to be seen else. */
function lock() {
  const sign = icon('lock')
  sign.classList.add('net-lock')
  return sign
}

/** Opens a layer's rarer settings; a dot says that one of them is not the usual one. @param {(button: HTMLElement) => void} open @param {string[]} names */
function moreButton(open, names) {
  const node = element('button', { type: 'button', class: 'net-more', 'aria-haspopup': 'dialog', 'data-help': 'What else this layer can do.', click: () => open(node) }, icon('more'))
  const hidden = names.filter((name) => !SEEN.includes(name))
  /** @param {string} name @param {LayerColumn} column @param {Model} model */
  function update(name, { layer, settings }, { schema, errors }) {
    setAttribute(node, 'aria-label', `More settings of ${lower(name)}`)
    const usual = defaultOf(schema, itemsAt(schema, 'model.layers'), { type: settings.type })
    node.classList.toggle('changed', hidden.some((key) => settings[key] !== usual[key]))
    node.classList.toggle('wrong', errors.some(({ path }) => names.some((key) => path === `model.layers.${layer}.${key}`)))
  }
  return { node, update }
}
