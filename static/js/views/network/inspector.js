/**
 * Panels with a network's numbers: a unit's formula with every weight to change, one link's weight, one bias. They
 * show the newest frame's numbers, except in the field that is being typed in.
 */

import { element, setText } from '../../display/element.js'
import { fixed, lower } from '../../display/format.js'
import { icon } from '../../display/icon.js'
import { formula, inputName, linkName, unitName } from './formula.js'

/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Link } from './links.js' */
/** @import { Content, Popover } from './popover.js' */
/** @import { Column, Structure } from './structure.js' */

/**
 * @typedef {Pick<Content, "anchor"|"owner">} Place of a panel
 * @typedef {{input: HTMLInputElement, show: (newest: Numbers) => void}} Field of a parameter
 */

const PORTRAIT = 160 // pixels of a unit's own picture

/** A number as a field holds it: enough digits to tell, none to spare. @param {number} value */
const editable = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '')

/**
 * @param {Popover} panel
 * @param {(index: number, value: number) => void} edit
 * @param {(context: CanvasRenderingContext2D, id: string, unit: number, size: number) => void} portrait
 */
export function inspector(panel, edit, portrait) {
  const touch = globalThis.matchMedia('(pointer: coarse)') // there a focused field would bring up the keyboard at once
  /** @type {((params: Numbers, structure: Structure) => void)|null} */
  let live = null // while open
  /** @type {{layer: number, unit: number}|null} */
  let shown = null // the inspected unit

  /**
   * A field for one parameter. Enter or leaving it sets a changed value; Escape puts the old one back.
   * @param {string} label
   * @param {number} index
   * @param {Numbers} params
   * @param {() => void} [done]
   * @returns {Field}
   */
  function field(label, index, params, done) {
    const input = element('input', { type: 'number', step: '0.1', class: 'net-value', 'aria-label': label, 'data-index': index, change, keydown })
    let dirty = false
    input.value = editable(params[index])
    input.addEventListener('input', () => (dirty = true))
    function change() {
      if (!dirty || input.value === '' || !Number.isFinite(Number(input.value))) return
      dirty = false
      edit(index, Number(input.value))
    }
    /** @param {KeyboardEvent} event */
    function keydown(event) {
      if (event.key === 'Enter') {
        event.preventDefault()
        change()
        if (done) done()
        else input.select()
      } else if (event.key === 'Escape') dirty = false
      if (event.key !== 'Escape' && event.key !== 'Tab') event.stopPropagation()
    }
    return {
      input,
      show(newest) {
        if (!dirty && document.activeElement !== input) input.value = editable(newest[index])
      },
    }
  }

  /**
   * The whole unit: its formula, its bias, each incoming weight.
   * @param {Column} column
   * @param {number} index
   * @param {Structure} structure
   * @param {Numbers} params
   * @param {Place} place
   */
  function unit(column, index, structure, params, place) {
    const name = unitName(column, index, structure)
    const text = element('p', { class: 'net-formula' })
    const inputs = Array.from({ length: column.inputs }, (_, i) => ({ name: inputName(column, structure, i), at: column.W + i * column.units + index }))
    const fields = [
      ...(column.biased ? [{ name: 'Bias', ...field('Bias', column.b + index, params) }] : []),
      ...inputs.map((input) => ({ name: input.name, ...field(`Weight of ${input.name}`, input.at, params) })),
    ]
    const picture = element('canvas', { class: 'net-portrait', width: PORTRAIT, height: PORTRAIT, 'aria-hidden': 'true' })
    const context = picture.getContext('2d')
    const rows = fields.map((one) => element('label', { class: 'net-row' }, element('span', {}, one.name), one.input))
    const from = !column.source || column.source.kind === 'features' ? 'the features' : lower(column.source.name)
    const close = closeButton()
    panel.open({
      kind: 'unit', label: name, ...place, focus: touch.matches ? close : fields[0].input,
      content: [
        element('div', { class: 'net-popover-head' }, element('h4', { class: 'net-popover-title' }, name), close),
        element('div', { class: 'net-about' }, picture, text),
        element('p', { class: 'net-note' }, `Weights from ${from}. Enter sets a value.`),
        element('div', { class: 'net-rows', tabindex: '-1' }, ...rows),
      ],
    })
    if (!touch.matches) fields[0].input.select()
    shown = { layer: column.layer, unit: index }
    live = (newest, now) => {
      if (context) portrait(context, column.id, index, PORTRAIT)
      setText(text, formula(now.columns.find(({ id }) => id === column.id) ?? column, index, now, newest))
      for (const { show } of fields) show(newest)
    }
    live(params, structure)
  }

  /** One weight or bias, with its value selected to type over. @param {string} name @param {number} index @param {Numbers} params @param {Place} place */
  function value(name, index, params, place) {
    const one = field(name, index, params, () => panel.close())
    panel.open({ kind: 'value', below: true, label: name, ...place, content: [element('label', { class: 'net-row' }, element('span', {}, name), one.input), closeButton()], focus: one.input })
    one.input.select()
    shown = null
    live = one.show
  }

  /** @type {(link: Link, structure: Structure, params: Numbers, place: Place) => void} */
  const link = ({ column, input, unit: index }, structure, params, place) =>
    value(`Weight, ${linkName(column, structure, input, index)}`, column.W + input * column.units + index, params, place)

  /** @type {(column: Column, index: number, structure: Structure, params: Numbers, place: Place) => void} */
  const bias = (column, index, structure, params, place) =>
    value(`Bias, ${unitName(column, index, structure)}`, column.b + index, params, place)

  function closeButton() {
    return element('button', { type: 'button', class: 'net-remove', 'aria-label': 'Close', click: () => panel.close() }, icon('close'))
  }

  function closed() {
    live = null
    shown = null
  }

  /** @param {Numbers} params @param {Structure} structure */
  const update = (params, structure) => live?.(params, structure)

  return { unit, link, bias, field, closed, update, inspected: () => shown }
}

/** What a link says while the pointer is on it: "x₁ to unit 2: −0.47". @param {Link} link @param {Structure} structure @param {Numbers|null} params */
export const linkText = (link, structure, params) =>
  `${linkName(link.column, structure, link.input, link.unit)}: ${params ? fixed(params[link.column.W + link.input * link.column.units + link.unit]) : '–'}`
