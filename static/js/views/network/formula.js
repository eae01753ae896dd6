/** What a unit computes, written out with its live numbers. Pure. */

import { activationName, fixed, outputName, subscript } from '../../display/format.js'

/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Column, Structure } from './structure.js' */

const SHOWN = 4

/** The name of a unit's input: a feature, or the unit of the layer before. @param {Column} column @param {Structure} structure @param {number} index */
export function inputName({ source }, structure, index) {
  return source?.kind === 'hidden' ? activationName(source.number, index + 1) : structure.aboutFeatures[structure.features[index]].title
}

/** The name of what a unit puts out; classes count from 0. @param {Column} column @param {number} unit @param {Structure} structure */
function resultName({ kind, number }, unit, { task, outputs }) {
  if (kind !== 'output') return activationName(number, unit + 1)
  if (task === 'multiclass') return `output${subscript(unit)}`
  return task === 'regression' && outputs > 1 ? outputName(unit) : 'output'
}

/** "Hidden layer 1, unit 2", "Output", "Output, class 3", "Output y₂". @param {Column} column @param {number} unit @param {Structure} structure */
export function unitName(column, unit, structure) {
  if (column.kind !== 'output') return `${column.name}, unit ${unit + 1}`
  if (structure.task === 'regression' && structure.outputs > 1) return `Output ${outputName(unit)}`
  return structure.task === 'multiclass' ? `Output, class ${structure.classes?.[unit]}` : 'Output'
}

/**
 * "Hidden layer 1, unit 2 of 4, tanh, bias 0.10": how a screen reader says it.
 * @param {Column} column
 * @param {number} unit
 * @param {Structure} structure
 * @param {Numbers|null} params
 */
export function accessibleName(column, unit, structure, params) {
  const name = column.kind === 'output' ? unitName(column, unit, structure) : `${unitName(column, unit, structure)} of ${column.units}`
  const activation = column.activation ? `, ${column.activationTitle}` : ''
  const bias = params && column.biased ? `, bias ${fixed(params[column.b + unit])}` : ''
  return `${name}${activation}${bias}`
}

/** "x₁ to hidden layer 1, unit 2". @param {Column} column @param {Structure} structure @param {number} input @param {number} unit */
export function linkName(column, structure, input, unit) {
  const from = column.source?.kind === 'features' ? structure.aboutFeatures[structure.features[input]].title : `Unit ${input + 1}`
  const to = column.kind === 'output' ? unitName(column, unit, structure).toLowerCase() : `unit ${unit + 1}`
  return `${from} to ${to}`
}

/**
 * `a⁽¹⁾₂ = tanh(0.52·x₁ − 1.30·x₂ + 0.10)`; of many inputs the ones with the largest weights, and how many more.
 * @param {Column} column
 * @param {number} unit
 * @param {Structure} structure
 * @param {Numbers} params
 */
export function formula(column, unit, structure, params) {
  const terms = Array.from({ length: column.inputs }, (_, i) => ({ i, w: params[column.W + i * column.units + unit] }))
  const shown = terms.toSorted((a, b) => Math.abs(b.w) - Math.abs(a.w)).slice(0, SHOWN).toSorted((a, b) => a.i - b.i)
  const parts = shown.map(({ i, w }) => ({ sign: w < 0 ? '−' : '+', text: `${fixed(Math.abs(w))}·${inputName(column, structure, i)}` }))
  if (terms.length > SHOWN) parts.push({ sign: '+', text: `… ${terms.length - SHOWN} more …` })
  const bias = column.biased ? params[column.b + unit] : 0
  if (column.biased) parts.push({ sign: bias < 0 ? '−' : '+', text: fixed(Math.abs(bias)) })
  // A skip connection adds the unit's own input again.
  const skipped = column.settings?.residual ? `${inputName(column, structure, unit)} + ` : ''
  const sum = parts.map(({ sign, text }, i) => (i === 0 ? (sign === '−' ? `−${text}` : text) : ` ${sign} ${text}`)).join('')
  const left = resultName(column, unit, structure)
  if (column.activation === 'linear') return `${left} = ${skipped}${sum}`
  if (column.activation === 'softmax') return `z${subscript(unit)} = ${sum},  ${left} = softmax(z)${subscript(unit)}`
  return `${left} = ${skipped}${column.activationTitle}(${sum})`
}
