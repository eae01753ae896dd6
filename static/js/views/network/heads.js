/**
 * The head of each column: its name and the controls of its layer. Each emits the changed setting and nothing else.
 */

import { element, setAttribute, setText } from '../../display/element.js'
import { compact, words } from '../../display/format.js'
import { icon } from '../../display/icon.js'
import { defaultOf, itemsAt, settingAt } from '../../model/schema.js'
import { BETWEEN, removeLayer } from './structure.js'

/** @typedef {{node: HTMLElement, update: (column: any, model: any) => void}} Head */

/** A heading with a small line below it: for the features and the output. @returns {Head} */
export function plainHead() {
  const title = element('h3', { class: 'net-title' })
  const note = element('p', { class: 'net-note' })
  const node = element('header', { class: 'net-head' }, title, note)
  function update(column, model) {
    const features = column.kind === 'features'
    setText(title, features ? 'Features' : 'Output')
    setText(note, features ? `${model.config.data.features.length} of ${column.units} in use` : words(column.activation))
  }
  return { node, update }
}

/** Activation, number of units, more, remove; with a lock if it is frozen. @returns {Head} */
export function denseHead(latest, emit, openMore) {
  let column = null
  const title = element('span')
  const others = moreButton((button) => openMore(column, button))
  const remove = removeButton(() => dropColumn(column, latest(), emit))
  const select = element('select', { class: 'select-input', change: () => set('activation', select.value) })
  const less = element('button', { type: 'button', class: 'number-step', click: () => set('units', column.units - 1) }, icon('minus'))
  const more = element('button', { type: 'button', class: 'number-step', click: () => set('units', column.units + 1) }, icon('plus'))
  const field = element('input', { type: 'number', class: 'number-input net-count', inputmode: 'numeric', step: '1', change: typed })
  const stepper = element('div', { class: 'number net-stepper', role: 'group' }, less, field, more)
  const node = element('header', { class: 'net-head' },
    element('div', { class: 'net-head-row' }, element('h3', { class: 'net-title' }, title, lock()), element('span', { class: 'net-tools' }, others.node, remove)),
    element('div', { class: 'select net-activation' }, select, icon('chevron')), stepper)
  let names = ''

  function set(name, value) {
    emit('set', { path: `model.layers.${column.layer}.${name}`, value })
  }

  function typed() {
    if (field.reportValidity()) set('units', Number(field.value))
  }

  function update(newColumn, model) {
    column = newColumn
    const name = `Hidden layer ${column.number}`
    const units = settingOf(model, column, 'units')
    const activation = settingOf(model, column, 'activation')
    const { minimum = 1, maximum = 128 } = units ?? {}
    setText(title, `Layer ${column.number}`)
    remove.label(name)
    others.update(name, column, model, ['residual', 'trainable'])
    node.classList.toggle('frozen', !column.settings.trainable)
    const known = activation?.options ?? [column.activation]
    if (names !== known.join()) {
      names = known.join()
      select.replaceChildren(...known.map((value) => element('option', { value }, words(value))))
    }
    if (select.value !== column.activation) select.value = column.activation
    describe(select, `${name}: activation`, activation?.description)
    describe(field, `${name}: number of units`, units?.description)
    setAttribute(stepper, 'aria-label', `${name}: units`)
    setAttribute(less, 'aria-label', `${name}: one unit less`)
    setAttribute(more, 'aria-label', `${name}: one unit more`)
    less.disabled = column.units <= minimum
    more.disabled = column.units >= maximum
    setAttribute(field, 'min', String(minimum))
    setAttribute(field, 'max', String(maximum))
    setAttribute(field, 'required', '')
    if (document.activeElement !== field || Number(field.value) !== column.units) field.value = String(column.units)
    markErrors(select, model, `model.layers.${column.layer}.activation`)
    markErrors(field, model, `model.layers.${column.layer}.units`)
  }
  return { node, update }
}

/** The dropout rate, remove. @returns {Head} */
export function dropoutHead(latest, emit) {
  let column = null
  const title = element('h3', { class: 'net-title' }, 'Dropout')
  const remove = removeButton(() => dropColumn(column, latest(), emit))
  const field = element('input', { type: 'number', class: 'number-input net-rate', inputmode: 'decimal', step: '0.05', change: typed })
  const note = element('p', { class: 'net-note' })
  const node = element('header', { class: 'net-head net-head-slim' }, element('div', { class: 'net-head-row' }, title, remove), field, note)

  function typed() {
    if (field.value !== '' && !field.validity.rangeUnderflow && !field.validity.rangeOverflow) {
      emit('set', { path: `model.layers.${column.layer}.dropout_rate`, value: Number(field.value) })
    } else field.reportValidity()
  }

  function update(newColumn, model) {
    column = newColumn
    const rate = settingOf(model, column, 'dropout_rate') ?? {}
    const name = nameBetween(column)
    remove.label(name)
    describe(field, `${name}: rate`, rate.description)
    setAttribute(field, 'min', String(rate.minimum ?? 0))
    setAttribute(field, 'max', String(rate.maximum ?? 0.95))
    const { dropout_rate: share } = column.settings
    if (Number(field.value) !== share || field.value === '') field.value = String(share)
    setText(note, `${compact(share * 100)}% off`)
    markErrors(field, model, `model.layers.${column.layer}.dropout_rate`)
  }
  return { node, update }
}

/** What is normalized over, more, remove. @returns {Head} */
export function normHead(latest, emit, openMore) {
  let column = null
  const title = element('span')
  const others = moreButton((button) => openMore(column, button))
  const remove = removeButton(() => dropColumn(column, latest(), emit))
  const note = element('p', { class: 'net-note' })
  const node = element('header', { class: 'net-head net-head-slim' },
    element('div', { class: 'net-head-row' }, element('h3', { class: 'net-title' }, title, lock()), element('span', { class: 'net-tools' }, others.node, remove)), note)

  function update(newColumn, model) {
    column = newColumn
    const name = nameBetween(column)
    setText(title, BETWEEN[column.kind].title)
    setText(note, column.kind === 'batch_norm' ? 'over the batch' : 'over the units')
    remove.label(name)
    others.update(name, column, model, ['trainable'])
    node.classList.toggle('frozen', !column.settings.trainable)
  }
  return { node, update }
}

/** "Dropout layer after hidden layer 2". */
const nameBetween = ({ kind, number }) => `${BETWEEN[kind].title} layer after ${number ? `hidden layer ${number}` : 'the features'}`

/** Of a frozen layer; not to be seen else. */
function lock() {
  const sign = icon('lock')
  sign.classList.add('net-lock')
  return sign
}

/** Opens a layer's rarer settings; a dot says that one of them is not the usual one. */
function moreButton(open) {
  const node = element('button', { type: 'button', class: 'net-more', 'aria-haspopup': 'dialog', 'data-help': 'What else this layer can do.', click: () => open(node) }, icon('more'))
  /** @param {string[]} seen settings that show in another way */
  function update(name, { layer, kind, settings }, { schema, errors }, seen) {
    setAttribute(node, 'aria-label', `More settings of ${name[0].toLowerCase()}${name.slice(1)}`)
    const own = Object.keys(settings).filter((key) => !['type', 'units', 'activation', ...seen].includes(key))
    const usual = schema && defaultOf(schema, itemsAt(schema, 'model.layers'), { type: kind })
    node.classList.toggle('changed', Boolean(usual) && own.some((key) => settings[key] !== usual[key]))
    const wrong = errors?.some(({ path }) => path.startsWith(`model.layers.${layer}.`) && !/\.(units|activation|dropout_rate)$/.test(path))
    node.classList.toggle('wrong', Boolean(wrong))
  }
  return { node, update }
}

/** What the schema says of a layer's setting; null before the schema is there. */
const settingOf = (model, column, name) =>
  model.schema ? settingAt(model.schema, `model.layers.${column.layer}.${name}`, model.config) : null

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

/** Name a control, and let it explain itself on hover or focus. */
function describe(node, label, help) {
  setAttribute(node, 'aria-label', label)
  if (!help) return
  setAttribute(node, 'data-help', help)
  setAttribute(node, 'aria-description', help)
}

function markErrors(node, model, path) {
  const error = model.errors?.find((e) => e.path === path)
  if (error) {
    setAttribute(node, 'aria-invalid', 'true')
    setAttribute(node, 'title', error.message)
  } else if (node.hasAttribute('aria-invalid')) {
    node.removeAttribute('aria-invalid')
    node.removeAttribute('title')
  }
}

