/**
 * The links of the network: which are drawn, where they run, and which one is under the pointer. Only links with an
 * end in sight are drawn, and of very many the strongest.
 */

import { bucketOf, BUCKETS } from './links-layer.js'

/** @import { Palette } from '../../display/theme.js' */
/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Scene } from './links-layer.js' */
/** @import { Column } from './structure.js' */

const BUDGET = 1500
const TOLERANCE = 9

/**
 * @typedef {object} Gap the links between one column and the next with weights
 * @property {Column} column the column they lead to
 * @property {Column} source the column they come from
 * @property {number} x0
 * @property {number} x1
 * @property {Float32Array} from y of each input
 * @property {Float32Array} to y of each unit
 * @property {number} spread how far apart the first and the last link arrive at a unit
 * @property {number[]} seenFrom first and last input in sight
 * @property {number[]} seenTo
 *
 * @typedef {{column: Column, input: number, unit: number}} Link
 * @typedef {{layer?: number, unit?: number, link?: Link}} Focus whose links stand out
 */

export function linkPaths() {
  /** @type {Gap[]} */
  let gaps = []
  /** @type {Numbers|null} */
  let params = null
  /** @type {number[][]} */
  let drawn = [] // per gap: [input, unit, input, unit, ...]
  let total = 0
  let thickness = 1 // grows with the tiles
  let count = 0
  /** @type {Scene} */
  let scene

  /** Where everything is; only after a change of layout or scrolling. @param {Gap[]} newGaps */
  function place(newGaps) {
    gaps = newGaps
    thickness = Math.max(0.8, Math.min(1.5, Math.min(...gaps.map(({ spread }) => spread)) / 22))
    total = gaps.reduce((sum, { column }) => sum + column.inputs * column.units, 0)
  }

  /** Choose the links and sort them by sign and strength. @param {Numbers|null} newParams @param {Palette} palette @param {Focus|null} focus */
  function build(newParams, palette, focus) {
    params = newParams
    const all = emptyBuckets()
    const bright = focus && emptyBuckets()
    count = 0
    drawn = gaps.map((gap) => choose(gap, params, total <= BUDGET ? Infinity : BUDGET / gaps.length))
    for (const [g, gap] of gaps.entries()) {
      const { column, source } = gap
      const list = drawn[g]
      count += list.length / 2
      for (let k = 0; k < list.length; k += 2) add(all, gap, list[k], list[k + 1])
      if (!focus || !bright) continue
      const { layer, unit = -1, link } = focus
      if (layer === column.layer && unit >= 0) for (let i = 0; i < column.inputs; i++) add(bright, gap, i, unit)
      if (layer === source.layer && unit >= 0) for (let j = 0; j < column.units; j++) add(bright, gap, unit, j)
      if (link?.column === column) add(bright, gap, link.input, link.unit)
    }
    scene = {
      all: pack(all), bright: bright && pack(bright), known: params !== null, thickness, count, crowded: total > 6000,
      colors: palette.links, bead: palette.bead,
    }
  }

  /** @param {number[][][]} sorted @param {Gap} gap @param {number} i @param {number} j */
  function add(sorted, gap, i, j) {
    const { column, x0, x1, from } = gap
    const w = params ? params[column.W + i * column.units + j] : 0
    sorted[w < 0 ? 0 : 1][bucketOf(w)].push(x0, from[i], x1, endOf(gap, i, j))
  }

  /** The drawn link nearest to a place, at most a finger's breadth away. @param {number} x @param {number} y */
  function hit(x, y) {
    /** @type {Link|null} */
    let best = null
    let nearest = TOLERANCE
    for (const [g, gap] of gaps.entries()) {
      const width = gap.x1 - gap.x0
      if (x < gap.x0 - 2 || x > gap.x1 + 2 || width <= 0) continue
      const t = solve(Math.min(1, Math.max(0, (x - gap.x0) / width)))
      const s = t * t * (3 - 2 * t)
      const slope = (6 * t * (1 - t)) / (width * (1.5 - 3 * t + 3 * t * t))
      const list = drawn[g] ?? []
      for (let k = 0; k < list.length; k += 2) {
        const dy = endOf(gap, list[k], list[k + 1]) - gap.from[list[k]]
        const distance = Math.abs(y - gap.from[list[k]] - dy * s) / Math.hypot(1, slope * dy)
        if (distance < nearest) {
          nearest = distance
          best = { column: gap.column, input: list[k], unit: list[k + 1] }
        }
      }
    }
    return best
  }

  return { place, build, scene: () => scene, hit, counts: () => ({ total, drawn: count }) }
}

/** Per sign and strength a list of ends, four numbers a link. @returns {number[][][]} */
const emptyBuckets = () => [0, 1].map(() => Array.from({ length: BUCKETS }, () => []))

/** @param {number[][][]} sorted */
const pack = (sorted) => sorted.map((buckets) => buckets.map((ends) => Float32Array.from(ends)))

/** Links arrive side by side at their unit, in the order of their inputs. @param {Gap} gap @param {number} i @param {number} j */
const endOf = ({ column, to, spread }, i, j) => to[j] + spread * ((i + 0.5) / column.inputs - 0.5)

/** t at which the curve has come the share `u` of the way across: 1.5 t (1 - t) + t^3 = u. @param {number} u */
function solve(u) {
  let t = u
  for (let k = 0; k < 5; k++) t -= (1.5 * t * (1 - t) + t ** 3 - u) / (1.5 - 3 * t + 3 * t * t)
  return Math.min(1, Math.max(0, t))
}

/**
 * The links of one gap that are drawn: all if few, else the strongest of those with an end in sight.
 * @param {Gap} gap
 * @param {Numbers|null} params
 * @param {number} budget
 */
function choose({ column, seenFrom, seenTo }, params, budget) {
  const { inputs, units, W } = column
  const few = inputs * units <= budget
  /** @type {number[]} */
  const list = []
  /** @type {number[]} */
  const seen = []
  let most = 0
  for (let i = 0; i < inputs; i++) {
    const row = i >= seenFrom[0] && i <= seenFrom[1]
    const first = row ? 0 : Math.max(0, seenTo[0])
    const last = row ? units - 1 : Math.min(units - 1, seenTo[1])
    for (let j = first; j <= last; j++) {
      seen.push(i, j)
      const size = params ? Math.abs(params[W + i * units + j]) : 0
      if (size > most && size < Infinity) most = size
    }
  }
  if (few || seen.length / 2 <= budget || !params || most === 0) return few ? seen : seen.slice(0, 2 * Math.floor(budget))
  const bins = new Int32Array(257)
  const bin = (/** @type {number} */ k) => Math.min(256, Math.floor((256 * Math.abs(params[W + seen[k] * units + seen[k + 1]])) / most))
  for (let k = 0; k < seen.length; k += 2) bins[bin(k)]++
  let least = 256
  for (let sum = bins[256]; least > 0 && sum + bins[least - 1] <= budget; least--) sum += bins[least - 1]
  for (let k = 0; k < seen.length; k += 2) if (bin(k) >= least) list.push(seen[k], seen[k + 1])
  return list
}
