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

/** @import { Setting } from '../model/schema.js' */

/**
 * @typedef {object} Now What a control shows.
 * @property {Setting} setting
 * @property {any} value of the setting's kind
 * @property {string[]} [errors]
 * @property {boolean} [disabled]
 * @property {unknown} [usual] what an empty number stands for
 *
 * @typedef {object} Control
 * @property {HTMLElement} node
 * @property {HTMLElement} error where its complaints appear; a panel may put it elsewhere
 * @property {(now: Now) => void} update
 *
 * @typedef {object} Shell What all controls share around the thing itself.
 * @property {HTMLElement} node
 * @property {HTMLElement} head
 * @property {HTMLElement} error
 * @property {string} id of the element that the label belongs to
 * @property {(text: string|null, control: HTMLElement) => void} complain about an entry that was not taken
 * @property {(now: Pick<Now, "setting"|"errors">, control: HTMLElement) => void} update
 */

let count = 0

/** Label, help and error around a control. @param {string} path names the setting in `data-path` @param {string} kind @returns {Shell} */
export function shell(path, kind) {
  const id = `field-${++count}`
  const label = element('label', { class: 'field-label', for: id, id: `${id}-label` })
  const head = element('div', { class: 'field-head' }, label)
  const help = element('p', { class: 'visually-hidden', id: `${id}-help` })
  const error = element('p', { class: 'field-error', id: `${id}-error`, hidden: true })
  const node = element('div', { class: `field field-${kind}`, 'data-path': path }, head, help, error)
  /** @type {string|null} */
  let entry = null // what is wrong with what was typed
  /** @type {string[]} */
  let known = []

  /** @param {HTMLElement} control */
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

/** Text as a number; what is no number stays text, to be refused as that. @param {string} text */
const parse = (text) => (text.trim() !== '' && Number.isFinite(Number(text.replace(',', '.'))) ? Number(text.replace(',', '.')) : text.trim())

/** A number without an exponent, as ARIA wants it. @param {number} value */
const plain = (value) => value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })

/**
 * A text field that takes numbers: typed, or stepped with the arrow keys.
 * @param {Pick<Shell, "id"|"complain">} frame
 * @param {(value: number|null) => void} onSet
 */
export function numberInput(frame, onSet) {
  /** @type {Setting} */
  let setting
  /** @type {number|null} */
  let shown = null
  const input = element('input', {
    class: 'number-input', id: frame.id, type: 'text', inputmode: 'decimal', role: 'spinbutton', autocomplete: 'off',
    spellcheck: 'false', change: () => take(parse(input.value)), keydown: keys, focus: () => input.select(),
  })

  /** @param {number|string} entry */
  function take(entry) {
    const empty = entry === '' && setting.nullable
    const wrong = empty ? null : problem(setting, entry)
    frame.complain(wrong, input)
    if (!wrong) onSet(empty ? null : Number(entry))
    if (!wrong && entry === shown) input.value = text(shown)
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.key === 'Escape') {
      frame.complain(null, input)
      input.value = text(shown)
    }
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    step(event.key === 'ArrowUp' ? 1 : -1)
  }

  /** The next higher or lower value. @param {1|-1} direction */
  function step(direction) {
    const value = next(setting, shown, direction)
    if (value !== null && value !== shown) take(value)
  }

  /** @param {unknown} value */
  const text = (value) => (value === null || value === undefined ? '' : String(value))

  /** @param {Now} now */
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

  /** Whether there is no further value that way. @param {1|-1} direction */
  const edge = (direction) => next(setting, shown, direction) === shown

  return { input, step, update, edge }
}

/** A number with a button for the next lower and the next higher value. @param {string} path @param {(value: number|null) => void} onSet @returns {Control} */
export function numberControl(path, onSet) {
  const frame = shell(path, 'number')
  const number = numberInput(frame, onSet)
  const button = (/** @type {1|-1} */ direction, /** @type {string} */ name) => element('button', {
    type: 'button', class: 'number-step', tabindex: '-1', click: () => number.step(direction),
  }, icon(name))
  const [less, more] = [button(-1, 'minus'), button(1, 'plus')]
  frame.head.after(element('div', { class: 'number' }, less, number.input, more))
  /** @param {Now} now */
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

/**
 * A seed: a number, and a button that draws anew.
 * @param {string} path
 * @param {(value: number|null) => void} onSet
 * @param {{label: string, redraw: () => void}} button
 * @returns {Control}
 */
export function seedControl(path, onSet, { label, redraw }) {
  const frame = shell(path, 'seed')
  const number = numberInput(frame, onSet)
  const button = element('button', { type: 'button', class: 'button', click: redraw }, icon('dice'), label)
  frame.head.after(element('div', { class: 'seed' }, number.input, button))
  /** @param {Now} now */
  function update(now) {
    number.update(now)
    frame.update(now, number.input)
  }
  return { node: frame.node, error: frame.error, update }
}

/** What a menu calls an option. @param {string} name @param {Setting["about"]} about */
export const optionTitle = (name, about) => about[name]?.title ?? words(name)

/** Word an option; one that does not fit says why, and is not to be had. @param {HTMLOptionElement} option @param {Setting} setting @param {string} text */
export function offer(option, { misfits = {} }, text) {
  const reason = misfits[option.value]
  setText(option, reason ? `${text}: ${reason}` : text)
  option.disabled = reason !== undefined
}

/**
 * One of a few names, or none of them. `wording(name, about)` may word an option differently.
 * @param {string} path
 * @param {(value: string|null) => void} onSet
 * @returns {Control}
 */
export function choiceControl(path, onSet, wording = optionTitle) {
  const frame = shell(path, 'choice')
  const select = element('select', { class: 'select-input', id: frame.id, change: () => onSet(select.value || null) })
  frame.head.after(element('div', { class: 'select' }, select, icon('chevron')))
  /** @param {Now} now */
  function update(now) {
    const { setting } = now
    const value = now.value ?? ''
    const known = setting.nullable ? ['', ...setting.options] : setting.options
    const options = known.includes(value) ? known : [value, ...known]
    if (select.options.length !== options.length || options.some((name, i) => select.options[i].value !== name)) {
      select.replaceChildren(...options.map((name) => element('option', { value: name })))
    }
    for (const option of select.options) offer(option, setting, wording(option.value, setting.about))
    if (select.value !== value) select.value = value
    select.disabled = now.disabled === true
    frame.update(now, select)
  }
  return { node: frame.node, error: frame.error, update }
}

/** Yes or no. @param {string} path @param {(value: boolean) => void} onSet @returns {Control} */
export function switchControl(path, onSet) {
  const frame = shell(path, 'switch')
  const input = element('input', { class: 'switch-input', id: frame.id, type: 'checkbox', role: 'switch', change: () => onSet(input.checked) })
  const state = element('span', { class: 'switch-state', 'aria-hidden': 'true' })
  frame.head.after(element('div', { class: 'switch' }, input, state))
  /** @param {Now} now */
  function update(now) {
    input.checked = now.value
    setText(state, now.value ? 'On' : 'Off')
    frame.update(now, input)
  }
  return { node: frame.node, error: frame.error, update }
}

/** @type {Record<string, (path: string, onSet: (value: any) => void) => Control>} */
const KINDS = { number: numberControl, integer: numberControl, enum: choiceControl, boolean: switchControl }

/** The control that suits a setting. @param {Setting} setting @param {(value: any) => void} onSet */
export const controlFor = (setting, onSet) => KINDS[setting.kind](setting.path, onSet)
