/**
 * Values worth stopping at. Settings that span powers of ten are stepped 1, 3, 10, 30, ...; a slider over such a
 * range gives each power of ten the same length. Pure.
 */

/** @import { Setting } from '../model/schema.js' */

/** The first rung above zero, where zero means "off". */
const FIRST = 1e-4

/** 1, 3, 10, 30, ...: rung `i` from 1. @param {number} i */
const rung = (i) => Number(`${i % 2 === 0 ? 1 : 3}e${Math.floor(i / 2)}`)

/** The rung next to a value, above or below it. @param {number} value @param {1|-1} direction */
function beside(value, direction) {
  let i = 2 * Math.floor(Math.log10(value)) - 1
  while (rung(i) <= value * (1 + 1e-9)) i++
  if (direction > 0) return rung(i)
  while (rung(i) >= value * (1 - 1e-9)) i--
  return rung(i)
}

/** By how much a setting that is not stepped 1-3-10 changes. @param {Setting} setting */
function increment({ kind, minimum, maximum }) {
  if (kind === 'integer') return 1
  return maximum - minimum <= 1 ? 0.01 : 0.1
}

/** @param {number} value */
const tidy = (value) => Number(value.toPrecision(12))

/**
 * The next higher (`direction` 1) or lower (-1) value of a setting; the value itself at an end.
 * @param {Setting} setting
 * @param {number|null} value
 * @param {1|-1} direction
 */
export function next(setting, value, direction) {
  const { minimum, maximum, open, openAbove, log } = setting
  if (value === null) return direction > 0 ? minimum : value
  let result
  if (!log) result = tidy(value + direction * increment(setting))
  else if (value === 0) result = direction > 0 ? FIRST : 0
  else {
    result = beside(value, direction)
    if (direction < 0 && minimum === 0 && !open && value <= FIRST) result = 0
  }
  if (openAbove ? result >= maximum : result > maximum) return openAbove || value >= maximum ? value : maximum
  if (open ? result > minimum : result >= minimum) return result
  return open || value <= minimum ? value : minimum
}

/** Rounded to two significant digits, three from 1,000 on: 128 is 130, 1,234 is 1,230. @param {number} value */
const round = (value) => Number(value.toPrecision(value >= 1000 ? 3 : 2))

/**
 * A slider's track: positions 0 to `steps` and the values there.
 * @param {{minimum: number, maximum: number, kind: string}} setting
 * @returns {Track}
 *
 * @typedef {{steps: number, valueAt: (position: number) => number, positionOf: (value: number) => number}} Track
 */
export function track({ minimum, maximum, kind }) {
  if (kind === 'number') {
    const steps = Math.round((maximum - minimum) / 0.01)
    return { steps, valueAt: (p) => tidy(minimum + p * 0.01), positionOf: (v) => Math.round((v - minimum) / 0.01) }
  }
  if (maximum - minimum <= 40) return { steps: maximum - minimum, valueAt: (p) => minimum + p, positionOf: (v) => v - minimum }
  /** @type {number[]} */
  const values = []
  for (let i = 0; i <= 200; i++) {
    const value = Math.max(minimum, Math.min(maximum, round(Math.round(minimum * (maximum / minimum) ** (i / 200)))))
    if (value !== values.at(-1)) values.push(value)
  }
  values[values.length - 1] = maximum
  const positionOf = (/** @type {number} */ value) => {
    const above = values.findIndex((v) => v >= value)
    if (above <= 0) return above < 0 ? values.length - 1 : 0
    return value - values[above - 1] < values[above] - value ? above - 1 : above
  }
  return { steps: values.length - 1, valueAt: (p) => values[p], positionOf }
}
