/**
 * Numbers and names as people read them. Every number keeps its width while it changes, so that nothing on the
 * page jitters: figures are tabular, and short ones are padded with the space that is as wide as a figure.
 * Pure.
 */

const MINUS = '\u2212'
const FIGURE_SPACE = '\u2007'
const GROUPS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** @param {string} text */
const minus = (text) => text.replace(/-/g, MINUS)

/** Pad on the left to `width` figures. @param {string} text @param {number} width */
export const pad = (text, width) => text.padStart(width, FIGURE_SPACE)

/** Whole numbers with thousands separators: 12,345. @param {number} value */
export function count(value) {
  return Number.isFinite(value) ? minus(GROUPS.format(value)) : '–'
}

/** At most `digits` significant digits, no needless zeros: 0.03, 1.5, 12, 3.2e−5. @param {number} value */
export function compact(value, digits = 3) {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return minus(value.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace('e+', 'e'))
  return minus(String(Number(value.toPrecision(digits))))
}

/** A weight, bias or coordinate with a fixed number of decimals: −0.47, 12.30. @param {number} value */
export function fixed(value, decimals = 2) {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 1e5) return compact(value)
  const text = value.toFixed(decimals)
  return minus(Number(text) === 0 ? text.replace('-', '') : text)
}

/** As `fixed`, with the sign's place kept free for positive numbers. @param {number} value */
export function signed(value, decimals = 2) {
  const text = fixed(value, decimals)
  return text.startsWith(MINUS) ? text : FIGURE_SPACE + text
}

/** A loss or an error in six places, three or four of them significant: 0.4983, 12.345, 9.8e−4. @param {number} value */
export function loss(value) {
  if (!Number.isFinite(value)) return pad('–', 6)
  const size = Math.abs(value)
  if (size === 0) return '0.0000'
  if (size < 1e-3) return pad(minus(value.toExponential(size < 9.95e-10 ? 0 : 1)), 6)
  if (size < 10) return minus(value.toFixed(4))
  if (size < 100) return minus(value.toFixed(3))
  if (size < 1000) return minus(value.toFixed(2))
  if (size < 99999.5) return pad(minus(value.toFixed(0)), 6)
  return pad(minus(value.toExponential(1).replace('e+', 'e')), 6)
}

/** A share as a percentage: " 98.4%" (the same width from 0 to 100). @param {number} value */
export function percent(value) {
  return Number.isFinite(value) ? pad(`${(value * 100).toFixed(1)}%`, 6) : pad('–', 6)
}

/** R², which may be far below zero. @param {number} value */
export function r2(value) {
  if (!Number.isFinite(value)) return pad('–', 6)
  return value > -100 ? pad(fixed(value, 3), 6) : pad(compact(value, 2), 6)
}

/** The value of a metric by its name on the wire. @param {string} name @param {number} value */
export function metric(name, value) {
  if (name === 'accuracy') return percent(value)
  return name === 'r2' ? r2(value) : loss(value)
}

/** The metrics of a task, the most telling first. @param {string} [task] */
export const metricsOf = (task) => (task === 'regression' ? ['loss', 'rmse', 'r2'] : ['loss', 'accuracy'])

/** @type {Record<string, string>} */
const METRICS = { loss: 'Loss', accuracy: 'Accuracy', rmse: 'RMSE', r2: 'R²' }

/** The name of a metric as a label: "Loss", "R²". @param {string} name */
export const metricName = (name) => METRICS[name] ?? words(name)

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉'

/** 12 as ₁₂. @param {number|string} number */
export const subscript = (number) => String(number).replace(/\d/g, (d) => SUBSCRIPTS[Number(d)])

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** What a unit puts out, as textbooks write it, both counted from 1: a⁽²⁾₁. @param {number} layer @param {number} unit */
export const activationName = (layer, unit) => `a⁽${String(layer).replace(/\d/g, (d) => SUPERSCRIPTS[Number(d)])}⁾${subscript(unit)}`

/** The name of an axis as mathematics: "x1" as x₁. @param {string} name */
export const axisName = (name) => name.replace(/\d+$/, subscript)

/** One of several numbers to be predicted: y₁, y₂. @param {number} k */
export const outputName = (k) => `y${subscript(k + 1)}`

/** A lower_snake name in words: "Validation loss". @param {string} name */
export function words(name) {
  const text = String(name).replace(/_/g, ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A name within a sentence: "hidden layer 2". @param {string} name */
export const lower = (name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`

/** @type {Record<string, string>} */
const GREEK = { alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', lambda: 'λ', mu: 'μ', sigma: 'σ' }

/** A parameter's name as mathematics: "gamma" as γ. @param {string} name */
export const symbol = (name) => GREEK[name] ?? name
