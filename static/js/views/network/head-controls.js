/** The settings in a layer's head, each as small as it can be: a menu, a stepper, a number. */

import { offer, optionTitle } from '../../controls/fields.js'
import { element, setAttribute } from '../../display/element.js'
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

/** @param {string} name @param {(value: number) => void} set @returns {HeadControl} */
function stepper(name, set) {
  let value = 0
  const less = element('button', { type: 'button', class: 'number-step', click: () => set(value - 1) }, icon('minus'))
  const more = element('button', { type: 'button', class: 'number-step', click: () => set(value + 1) }, icon('plus'))
  const field = element('input', { type: 'number', class: 'number-input net-count', inputmode: 'numeric', step: '1', required: true, change: () => field.reportValidity() && set(Number(field.value)) })
  const node = element('div', { class: 'number net-stepper', role: 'group' }, less, field, more)
  /** @param {string} layer @param {Setting} setting @param {number} now @param {Errors} errors */
  function update(layer, setting, now, errors) {
    value = now
    const { minimum, maximum } = setting
    const plural = setting.title.toLowerCase()
    const one = plural.replace(/s$/, '')
    setAttribute(node, 'aria-label', `${layer}: ${plural}`)
    setAttribute(less, 'aria-label', `${layer}: one ${one} less`)
    setAttribute(more, 'aria-label', `${layer}: one ${one} more`)
    less.disabled = value <= minimum
    more.disabled = value >= maximum
    setAttribute(field, 'min', String(minimum))
    setAttribute(field, 'max', String(maximum))
    if (document.activeElement !== field || Number(field.value) !== value) field.value = String(value)
    describe(field, `${layer}: number of ${plural}`, setting, errors)
  }
  return { name, order: 1, node, update }
}

/** @param {string} name @param {(value: number) => void} set @returns {HeadControl} */
function number(name, set) {
  const field = element('input', { type: 'number', class: 'number-input net-rate', inputmode: 'decimal', step: '0.05', change: typed })
  function typed() {
    if (field.value !== '' && !field.validity.rangeUnderflow && !field.validity.rangeOverflow) set(Number(field.value))
    else field.reportValidity()
  }
  /** @param {string} layer @param {Setting} setting @param {number} value @param {Errors} errors */
  function update(layer, setting, value, errors) {
    setAttribute(field, 'min', String(setting.minimum))
    setAttribute(field, 'max', String(setting.maximum))
    if (Number(field.value) !== value || field.value === '') field.value = String(value)
    describe(field, `${layer}: ${setting.title.toLowerCase().split(' ').at(-1)}`, setting, errors)
    return setting.maximum <= 1 ? `${compact(value * 100)}%` : undefined
  }
  return { name, order: 2, node: field, update }
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
