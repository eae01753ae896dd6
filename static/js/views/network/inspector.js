/**
 * Panels with a network's numbers: a unit's formula with every weight to change, one link's weight, one bias. They
 * show the newest frame's numbers, except in the field that is being typed in.
 */

import { element, setText } from '../../display/element.js'
import { fixed } from '../../display/format.js'
import { icon } from '../../display/icon.js'
import { formula, inputName, linkName, unitName } from './formula.js'

const PORTRAIT = 160 // pixels of a unit's own picture

/** A number as a field holds it: enough digits to tell, none to spare. */
const editable = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '')

/**
 * @param {{open: Function, close: Function}} panel
 * @param {(index: number, value: number) => void} edit
 * @param {(context: CanvasRenderingContext2D, id: string, unit: number, size: number) => void} portrait
 */
export function inspector(panel, edit, portrait) {
  const touch = globalThis.matchMedia('(pointer: coarse)') // there a focused field would bring up the keyboard at once
  let live = null // (params, structure) => void while open
  let shown = null // {layer, unit} of the inspected unit

  /** A field for one parameter. Enter or leaving it sets a changed value; Escape puts the old one back. */
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
    function keydown(event) {
      if (event.key === 'Enter') {
        event.preventDefault()
        change()
        if (done) done()
        else input.select()
      } else if (event.key === 'Escape') dirty = false
      if (event.key !== 'Escape' && event.key !== 'Tab') event.stopPropagation()
    }
    const show = (newest) => {
      if (!dirty && document.activeElement !== input) input.value = editable(newest[index])
    }
    return { input, show }
  }

  /** The whole unit: its formula, its bias, each incoming weight. */
  function unit(column, index, structure, params, place) {
    const name = unitName(column, index, structure)
    const text = element('p', { class: 'net-formula' })
    const fields = [{ label: 'Bias', at: column.b + index }]
    for (let i = 0; i < column.inputs; i++) fields.push({ label: `Weight of ${inputName(column, structure, i)}`, short: inputName(column, structure, i), at: column.W + i * column.units + index })
    const built = fields.map(({ label, at }) => field(label, at, params))
    const rows = fields.map(({ label, short }, i) => element('label', { class: 'net-row' }, element('span', {}, short ?? label), built[i].input))
    const from = column.source.kind === 'features' ? 'the features' : `hidden layer ${column.source.number}`
    const picture = element('canvas', { class: 'net-portrait', width: PORTRAIT, height: PORTRAIT, 'aria-hidden': 'true' })
    const close = closeButton()
    panel.open({
      kind: 'unit', label: name, ...place, focus: touch.matches ? close : built[0].input,
      content: [
        element('div', { class: 'net-popover-head' }, element('h4', { class: 'net-popover-title' }, name), close),
        element('div', { class: 'net-about' }, picture, text),
        element('p', { class: 'net-note' }, `Weights from ${from}. Enter sets a value.`),
        element('div', { class: 'net-rows', tabindex: '-1' }, ...rows),
      ],
    })
    if (!touch.matches) built[0].input.select()
    shown = { layer: column.layer, unit: index }
    live = (newest, now) => {
      portrait(picture.getContext('2d'), column.id, index, PORTRAIT)
      setText(text, formula(now.columns.find(({ id }) => id === column.id), index, now, newest))
      for (const one of built) one.show(newest)
    }
    live(params, structure)
  }

  /** One weight or bias, with its value selected to type over. */
  function value(name, index, params, place) {
    const one = field(name, index, params, () => panel.close())
    panel.open({ kind: 'value', below: true, label: name, ...place, content: [element('label', { class: 'net-row' }, element('span', {}, name), one.input), closeButton()], focus: one.input })
    one.input.select()
    shown = null
    live = one.show
  }

  const link = (column, structure, input, unitIndex, params, place) =>
    value(`Weight, ${linkName(column, structure, input, unitIndex)}`, column.W + input * column.units + unitIndex, params, place)

  const bias = (column, index, structure, params, place) =>
    value(`Bias, ${unitName(column, index, structure)}`, column.b + index, params, place)

  function closeButton() {
    return element('button', { type: 'button', class: 'net-remove', 'aria-label': 'Close', click: () => panel.close() }, icon('close'))
  }

  function closed() {
    live = null
    shown = null
  }

  return { unit, link, bias, field, closed, update: (params, structure) => live?.(params, structure), inspected: () => shown }
}

/** What a link says while the pointer is on it: "x₁ to unit 2: −0.47". */
export const linkText = (link, structure, params) =>
  `${linkName(link.column, structure, link.input, link.unit)}: ${params ? fixed(params[link.column.W + link.input * link.column.units + link.unit]) : '–'}`
