/**
 * The head of each column: its name and the controls of its layer. Each emits the changed setting and nothing else.
 */

import { element, setAttribute, setText } from '../../display/element.js'
import { icon } from '../../display/icon.js'
import { defaultOf, itemsAt, settingAt } from '../../model/schema.js'
import { headControl } from './head-controls.js'
import { removeLayer } from './structure.js'

/** Settings that show in another way than by the dot on "more". */
const SEEN = ['residual', 'trainable']

/** @typedef {{node: HTMLElement, update: (column: any, model: any) => void}} Head */

/** A heading with a small line below it: for the features and the output. @returns {Head} */
export function plainHead() {
  const title = element('h3', { class: 'net-title' })
  const note = element('p', { class: 'net-note' })
  const node = element('header', { class: 'net-head' }, title, note)
  function update(column, model) {
    const features = column.kind === 'features'
    setText(title, features ? 'Features' : 'Output')
    setText(note, features ? `${model.config.data.features.length} of ${column.units} in use` : column.activationTitle ?? '')
  }
  return { node, update }
}

/**
 * A layer's name, the settings that are shown at once, more, remove; with a lock if it is frozen, under an arc if
 * signals may skip it.
 * @returns {Head}
 */
export function layerHead({ kind, settings, about }, latest, emit, openMore) {
  let column = null
  const set = (name) => (value) => emit('set', { path: `model.layers.${column.layer}.${name}`, value })
  const title = element('span')
  const rarer = Object.keys(settings).filter((name) => name !== 'type' && !about.prominent.includes(name))
  const others = rarer.length || about.parameters.some((parameter) => parameter.kind === 'unit') ? moreButton((button) => openMore(column, button), rarer) : null
  const remove = removeButton(() => dropColumn(column, latest(), emit))
  const shown = about.prominent.map((name) => headControl(name, settings[name], set(name)))
  shown.sort((a, b) => a.order - b.order)
  const note = element('p', { class: 'net-note' })
  const skip = element('i', { class: 'net-skip', 'aria-hidden': 'true' })
  const node = element('header', { class: `net-head${kind === 'between' ? ' net-head-slim' : ''}` },
    element('div', { class: 'net-head-row' }, element('h3', { class: 'net-title' }, title, lock()), element('span', { class: 'net-tools' }, others?.node ?? null, remove)),
    ...shown.map((control) => control.node), note, skip)

  function update(newColumn, model) {
    column = newColumn
    const name = kind === 'between' ? `${about.title} layer after ${column.after}` : column.name
    setText(title, column.title)
    remove.label(name)
    others?.update(name, column, model)
    node.classList.toggle('frozen', column.settings.trainable === false)
    skip.hidden = !column.settings.residual
    const notes = shown.flatMap((control) => control.update(name, settingAt(model.schema, `model.layers.${column.layer}.${control.name}`, model.config), column.settings[control.name], model.errors) ?? [])
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

/** Opens a layer's rarer settings; a dot says that one of them is not the usual one. @param {string[]} names */
function moreButton(open, names) {
  const node = element('button', { type: 'button', class: 'net-more', 'aria-haspopup': 'dialog', 'data-help': 'What else this layer can do.', click: () => open(node) }, icon('more'))
  const hidden = names.filter((name) => !SEEN.includes(name))
  function update(name, { layer, settings }, { schema, errors }) {
    setAttribute(node, 'aria-label', `More settings of ${name[0].toLowerCase()}${name.slice(1)}`)
    const usual = defaultOf(schema, itemsAt(schema, 'model.layers'), { type: settings.type })
    node.classList.toggle('changed', hidden.some((key) => settings[key] !== usual[key]))
    node.classList.toggle('wrong', errors.some(({ path }) => names.some((key) => path === `model.layers.${layer}.${key}`)))
  }
  return { node, update }
}

function removeButton(click) {
  const node = element('button', { type: 'button', class: 'net-remove', click }, icon('close'))
  node.label = (name) => {
    setAttribute(node, 'aria-label', `Remove ${name[0].toLowerCase()}${name.slice(1)}`)
    setAttribute(node, 'data-help', node.getAttribute('aria-label'))
  }
  return node
}

function dropColumn(column, model, emit) {
  emit('set', { path: 'model.layers', value: removeLayer(model.config.model.layers, column.layer) })
}
