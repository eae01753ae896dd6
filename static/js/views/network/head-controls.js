/** The settings in a layer's head, each as small as it can be: a menu, a stepper, a number. */

import { numberInput, offer, optionTitle } from '../../controls/fields.js'
import { element, setAttribute, setText } from '../../display/element.js'
import { compact } from '../../display/format.js'
import { icon } from '../../display/icon.js'

/** @import { Setting } from '../../model/schema.js' */

/**
 * @typedef {{path: string, message: string}[]} Errors
 *
 * @typedef {object} HeadControl
 * @property {string} name
 * @property {number} order menus stand above steppers, and those above numbers
 * @property {HTMLElement} node
 * @property {(layer: string, setting: Setting, value: any, errors: Errors) => string|void} update
 *   returns what a note should say of the value
 */

let count = 0

/** The control that suits a setting. @param {string} name @param {any} value @param {(value: any) => void} set @returns {HeadControl} */
export const headControl = (name, value, set) => (typeof value === 'string' ? menu : Number.isInteger(value) ? stepper : number)(name, set)

/** @param {string} name @param {(value: string) => void} set @returns {HeadControl} */
function menu(name, set) {
  const select = element('select', { class: 'select-input', change: () => set(select.value) })
  let names = ''
  /** @param {string} layer @param {Setting} setting @param {string} value @param {Errors} errors */
  function update(layer, setting, value, errors) {
    if (names !== setting.options.join()) {
      names = setting.options.join()
      select.replaceChildren(...setting.options.map((option) => element('option', { value: option })))
    }
    for (const option of select.options) offer(option, setting, optionTitle(option.value, setting.about))
    if (select.value !== value) select.value = value
    describe(select, `${layer}: ${setting.title.toLowerCase()}`, setting, errors)
  }
  return { name, order: 0, node: element('div', { class: 'select net-activation' }, select, icon('chevron')), update }
}

/** A number to type, and below it what is wrong with what was typed. @param {(value: any) => void} set */
function entry(set) {
  const error = element('p', { class: 'field-error', role: 'alert', hidden: true })
  let title = ''
  const field = numberInput({ id: `net-entry-${++count}`, complain }, set)

  /** @param {string|null} text */
  function complain(text) {
    setText(error, text?.replace(/^`[^`]*`/, title) ?? '')
    error.hidden = !text
    setAttribute(field.input, 'aria-invalid', String(text !== null))
  }

  /** @param {string} label @param {Setting} setting @param {number} value @param {Errors} errors */
  function update(label, setting, value, errors) {
    title = setting.title
    field.update({ setting, value })
    if (error.hidden) describe(field.input, label, setting, errors)
  }
  return { error, input: field.input, edge: field.edge, step: field.step, update }
}

/** @param {string} name @param {(value: number) => void} set @returns {HeadControl} */
function stepper(name, set) {
  const field = entry(set)
  const less = element('button', { type: 'button', class: 'number-step', click: () => field.step(-1) }, icon('minus'))
  const more = element('button', { type: 'button', class: 'number-step', click: () => field.step(1) }, icon('plus'))
  field.input.classList.add('net-count')
  const box = element('div', { class: 'number net-stepper', role: 'group' }, less, field.input, more)
  /** @param {string} layer @param {Setting} setting @param {number} value @param {Errors} errors */
  function update(layer, setting, value, errors) {
    const plural = setting.title.toLowerCase()
    const one = plural.replace(/s$/, '')
    setAttribute(box, 'aria-label', `${layer}: ${plural}`)
    setAttribute(less, 'aria-label', `${layer}: one ${one} less`)
    setAttribute(more, 'aria-label', `${layer}: one ${one} more`)
    field.update(`${layer}: number of ${plural}`, setting, value, errors)
    less.disabled = field.edge(-1)
    more.disabled = field.edge(1)
  }
  return { name, order: 1, node: element('div', {}, box, field.error), update }
}

/** @param {string} name @param {(value: number) => void} set @returns {HeadControl} */
function number(name, set) {
  const field = entry(set)
  field.input.classList.add('net-rate')
  /** @param {string} layer @param {Setting} setting @param {number} value @param {Errors} errors */
  function update(layer, setting, value, errors) {
    field.update(`${layer}: ${setting.title.toLowerCase().split(' ').at(-1)}`, setting, value, errors)
    return setting.maximum <= 1 ? `${compact(value * 100)}%` : undefined
  }
  return { name, order: 2, node: element('div', {}, field.input, field.error), update }
}

/** Name a control, let it explain itself on hover or focus, and say what is wrong with it. @param {HTMLElement} node @param {string} label @param {Setting} setting @param {Errors} errors */
function describe(node, label, { path, description }, errors) {
  setAttribute(node, 'aria-label', label)
  setAttribute(node, 'data-help', description)
  setAttribute(node, 'aria-description', description)
  const error = errors.find((one) => one.path === path)
  if (error) {
    setAttribute(node, 'aria-invalid', 'true')
    setAttribute(node, 'title', error.message)
  } else {
    node.removeAttribute('aria-invalid')
    node.removeAttribute('title')
  }
}
