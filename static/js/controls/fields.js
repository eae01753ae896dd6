/**
 * Controls built from the settings' declarations: a label, the control, its help, and what is wrong with it.
 * Each takes a setting and reports a new value once it is one; an entry that is no valid value says so beside
 * the control and changes nothing.
 */

import { element, setAttribute, setText } from '../display/element.js'
import { words } from '../display/format.js'
import { icon } from '../display/icon.js'
import { problem } from '../model/schema.js'
import { next } from './ladder.js'

/**
 * @typedef {object} Control
 * @property {HTMLElement} node
 * @property {HTMLElement} error where its complaints appear; a panel may put it elsewhere
 * @property {(now: {setting: import('../model/schema.js').Setting, value: any, errors?: string[], disabled?: boolean, usual?: any}) => void} update
 *   `usual` is what an empty number stands for
 *
 * @typedef {object} Shell What all controls share around the thing itself.
 * @property {HTMLElement} node
 * @property {string} id of the element that the label belongs to
 * @property {(text: string|null) => void} complain about an entry that was not taken
 * @property {(now: object, control: HTMLElement) => void} update
 */

let count = 0

/**
 * Label, help and error around a control.
 * @param {string} path names the setting in `data-path`
 * @param {string} kind
 * @returns {Shell & {head: HTMLElement, error: HTMLElement}}
 */
export function shell(path, kind) {
  const id = `field-${++count}`
  const label = element('label', { class: 'field-label', for: id, id: `${id}-label` })
  const head = element('div', { class: 'field-head' }, label)
  const help = element('p', { class: 'visually-hidden', id: `${id}-help` })
  const error = element('p', { class: 'field-error', id: `${id}-error`, hidden: true })
  const node = element('div', { class: `field field-${kind}`, 'data-path': path }, head, help, error)
  let entry = null // what is wrong with what was typed
  let known = []

  function show(control) {
    const text = [...(entry ? [entry] : []), ...known].join(' ')
    setText(error, text)
    error.hidden = !text
    node.classList.toggle('field-wrong', text !== '')
    setAttribute(control, 'aria-invalid', String(text !== ''))
    setAttribute(control, 'aria-describedby', text ? `${id}-error ${id}-help` : `${id}-help`)
  }

  return {
    node, id, head, error,
    complain(text, control) {
      entry = text
      show(control)
    },
    update({ setting, errors = [] }, control) {
      setText(label, setting.title)
      setText(help, setting.description)
      setAttribute(node, 'data-help', setting.description)
      known = errors
      show(control)
    },
  }
}

/** Text as a number; what is no number stays text, to be refused as that. */
const parse = (text) => (text.trim() !== '' && Number.isFinite(Number(text.replace(',', '.'))) ? Number(text.replace(',', '.')) : text.trim())

/** A number without an exponent, as ARIA wants it. */
const plain = (value) => value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })

/**
 * A text field that takes numbers: typed, or stepped with the arrow keys.
 * @param {Shell} frame
 * @param {(value: number) => void} onSet
 */
export function numberInput(frame, onSet) {
  let setting = null
  let shown = null
  const input = element('input', {
    class: 'number-input', id: frame.id, type: 'text', inputmode: 'decimal', role: 'spinbutton', autocomplete: 'off',
    spellcheck: 'false', change: () => take(parse(input.value)), keydown: keys, focus: () => input.select(),
  })

  function take(value) {
    const empty = value === '' && setting.nullable
    const wrong = empty ? null : problem(setting, value)
    frame.complain(wrong, input)
    if (!wrong) onSet(empty ? null : value)
    if (!wrong && value === shown) input.value = text(shown)
  }

  function keys(event) {
    if (event.key === 'Escape') {
      frame.complain(null, input)
      input.value = text(shown)
    }
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key]
    if (!direction) return
    event.preventDefault()
    step(direction)
  }

  /** The next higher or lower value. */
  function step(direction) {
    const value = next(setting, shown, direction)
    if (value !== shown) take(value)
  }

  const text = (value) => (value === null || value === undefined ? '' : String(value))

  function update(now) {
    setting = now.setting
    input.disabled = now.disabled === true
    if (setting.nullable) setAttribute(input, 'placeholder', text(now.usual))
    if (Number.isFinite(setting.minimum)) setAttribute(input, 'aria-valuemin', plain(setting.minimum))
    if (Number.isFinite(setting.maximum)) setAttribute(input, 'aria-valuemax', plain(setting.maximum))
    if (now.value !== null) setAttribute(input, 'aria-valuenow', plain(now.value))
    else input.removeAttribute('aria-valuenow')
    if (now.value === shown) return
    shown = now.value
    frame.complain(null, input)
    input.value = text(shown)
  }

  return { input, step, update, edge: (direction) => next(setting, shown, direction) === shown }
}

/** A number with a button for the next lower and the next higher value. @returns {Control} */
export function numberControl(path, onSet) {
  const frame = shell(path, 'number')
  const number = numberInput(frame, onSet)
  const button = (direction, name) => element('button', {
    type: 'button', class: 'number-step', tabindex: '-1', click: () => number.step(direction),
  }, icon(name))
  const [less, more] = [button(-1, 'minus'), button(1, 'plus')]
  frame.head.after(element('div', { class: 'number' }, less, number.input, more))
  function update(now) {
    number.update(now)
    frame.update(now, number.input)
    setAttribute(less, 'aria-label', `Lower ${now.setting.title}`)
    setAttribute(more, 'aria-label', `Raise ${now.setting.title}`)
    less.disabled = now.disabled === true || number.edge(-1)
    more.disabled = now.disabled === true || number.edge(1)
  }
  return { node: frame.node, error: frame.error, update }
}

/** A seed: a number, and a button that draws anew. @returns {Control} */
export function seedControl(path, onSet, { label, redraw }) {
  const frame = shell(path, 'seed')
  const number = numberInput(frame, onSet)
  const button = element('button', { type: 'button', class: 'button', click: redraw }, icon('dice'), label)
  frame.head.after(element('div', { class: 'seed' }, number.input, button))
  function update(now) {
    number.update(now)
    frame.update(now, number.input)
  }
  return { node: frame.node, error: frame.error, update }
}

/** One of a few names, or none of them. `wording(name)` may word an option differently. @returns {Control} */
export function choiceControl(path, onSet, wording = words) {
  const frame = shell(path, 'choice')
  const select = element('select', { class: 'select-input', id: frame.id, change: () => onSet(select.value || null) })
  frame.head.after(element('div', { class: 'select' }, select, icon('chevron')))
  function update(now) {
    const { setting } = now
    const value = now.value ?? ''
    const known = setting.nullable ? ['', ...setting.options] : setting.options
    const options = known.includes(value) ? known : [value, ...known]
    if (select.options.length !== options.length || options.some((name, i) => select.options[i].value !== name)) {
      select.replaceChildren(...options.map((name) => element('option', { value: name })))
    }
    for (const option of select.options) setText(option, wording(option.value))
    if (select.value !== value) select.value = value
    select.disabled = now.disabled === true
    frame.update(now, select)
  }
  return { node: frame.node, error: frame.error, update }
}

/** Yes or no. @returns {Control} */
export function switchControl(path, onSet) {
  const frame = shell(path, 'switch')
  const input = element('input', { class: 'switch-input', id: frame.id, type: 'checkbox', role: 'switch', change: () => onSet(input.checked) })
  const state = element('span', { class: 'switch-state', 'aria-hidden': 'true' })
  frame.head.after(element('div', { class: 'switch' }, input, state))
  function update(now) {
    input.checked = now.value
    setText(state, now.value ? 'On' : 'Off')
    frame.update(now, input)
  }
  return { node: frame.node, error: frame.error, update }
}

const KINDS = { number: numberControl, integer: numberControl, enum: choiceControl, boolean: switchControl }

/** The control that suits a setting. @returns {Control} */
export const controlFor = (setting, onSet) => KINDS[setting.kind](setting.path, onSet)
