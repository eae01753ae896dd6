/**
 * The points as Plotly traces: a class is told by color and by symbol, a split by how the symbol is drawn. Pure.
 */

import { CLASS_SYMBOLS } from '../../display/symbols.js'
import { classColor, css } from '../../display/theme.js'
import { decodeArray } from '../../model/arrays.js'

/** @import { Inks } from '../../display/plotly.js' */
/** @import { Palette } from '../../display/theme.js' */
/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Data, Split, Ui } from '../../model/state.js' */
/** @import { Place } from './cursor.js' */

/**
 * @typedef {object} Samples The points of a split.
 * @property {Numbers} x places, two numbers each
 * @property {Numbers} y targets, `width` numbers each
 * @property {number} width
 * @property {number} count
 */

/** @type {Split[]} */
export const SPLITS = ['train', 'validation', 'test']

/** The splits that are to be seen. @param {Ui} ui */
export const shownSplits = (ui) => SPLITS.filter((s) => s === 'train' || (s === 'validation' && ui.showValidation) || (s === 'test' && ui.showTest))

/**
 * How a split's symbols differ: train with a light rim, validation with a dark rim, test dark with a dot.
 * @type {Record<Split, {suffix: string, rim: "surface"|"text", width: number, size: number}>}
 */
const STYLES = {
  train: { suffix: '', rim: 'surface', width: 1, size: 8 },
  validation: { suffix: '', rim: 'text', width: 1.5, size: 8 },
  test: { suffix: '-dot', rim: 'text', width: 1.5, size: 9 },
}

/** @param {Data} data @param {Split} split @returns {Samples} */
function samples(data, split) {
  const x = decodeArray(data.splits[split].x).data
  const { data: y, shape } = decodeArray(data.splits[split].y)
  return { x, y, width: shape[1] ?? 1, count: x.length / 2 }
}

/**
 * @param {Data} data
 * @param {Ui} ui
 * @param {Palette} palette
 * @param {Inks} ink
 * @param {number} output of several targets the one that colors the points
 * @returns {object[]} Plotly traces, those of one split together
 */
export function pointTraces(data, ui, palette, ink, output = 0) {
  const traces = []
  for (const split of shownSplits(ui)) {
    const own = samples(data, split)
    for (const k of data.classes?.keys() ?? [null]) {
      const rows = []
      for (let i = 0; i < own.count; i++) if (k === null || own.y[i] === k) rows.push(i)
      traces.push(trace(split, k, rows, own, output, data, palette, ink))
    }
  }
  return traces
}

/**
 * @param {Split} split
 * @param {number|null} k the class; null for numbers
 * @param {number[]} rows
 * @param {Samples} own
 * @param {number} output
 * @param {Data} data
 * @param {Palette} palette
 * @param {Inks} ink
 */
function trace(split, k, rows, own, output, data, palette, ink) {
  const { x, y, width } = own
  const style = STYLES[split]
  const size = ((rows.length > 400 ? style.size - 1.5 : style.size) * ink.small) / 13
  const values = rows.map((i) => y[i * width + output])
  return {
    type: 'scatter', mode: 'markers', name: split, cliponaxis: true,
    x: rows.map((i) => x[2 * i]), y: rows.map((i) => x[2 * i + 1]),
    marker: {
      symbol: `${k === null ? 'circle' : CLASS_SYMBOLS[k]}${style.suffix}`, size, opacity: 1,
      line: k === null && split === 'train' ? { color: ink.muted, width: 0.75 } : { color: ink[style.rim], width: style.width },
      ...(k === null
        ? { color: values, cmin: data.range.min, cmax: data.range.max, colorscale: colorscale(palette), showscale: false }
        : { color: classColor(k, data.task, palette) }),
    },
  }
}

/** @param {Palette} palette */
const colorscale = (palette) =>
  Array.from({ length: 17 }, (_, i) => {
    const at = Math.min(255, i * 16)
    return [i / 16, css(palette.diverging.subarray(at * 4, at * 4 + 3))]
  })

/**
 * The shown point nearest to a place, within `reach` of it in axis units, with its targets; null if there is none.
 * @param {Data} data
 * @param {Ui} ui
 * @param {Place} place
 * @param {Place} reach
 */
export function nearestPoint(data, ui, place, reach) {
  let best = null
  let nearest = 1
  for (const split of shownSplits(ui)) {
    const { x, y, width, count } = samples(data, split)
    for (let i = 0; i < count; i++) {
      const distance = ((x[2 * i] - place.x) / reach.x) ** 2 + ((x[2 * i + 1] - place.y) / reach.y) ** 2
      if (distance < nearest) {
        nearest = distance
        best = { split, targets: y.slice(i * width, (i + 1) * width), x: x[2 * i], y: x[2 * i + 1] }
      }
    }
  }
  return best
}
