/**
 * The large map on its canvas: one small image a frame, enlarged by the browser. Discretized, values are first
 * interpolated on a finer grid and then cut into steps, so that the edges are crisp and not staircases.
 */

import { contextOf } from '../../display/element.js'
import { paintClasses, paintScalar } from '../../display/theme.js'

/** @import { Palette } from '../../display/theme.js' */
/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Source } from './source.js' */

const FINE = 4 // finer cells a side for each cell of the map
const STEPS = 8 // of a predicted value

/**
 * The table with its colors cut into `steps` equal parts, each with the color of its middle, or of its end for two.
 * @param {Uint32Array} table
 * @param {number} steps
 */
export function stepped(table, steps) {
  return table.map((_, i) => {
    const part = Math.min(steps - 1, Math.floor((i / 256) * steps))
    return table[steps === 2 ? part * 255 : Math.round(((part + 0.5) / steps) * 255)]
  })
}

/** @param {Pick<Source, "kind">} source @param {string} task */
export const stepsOf = (source, task) => (source.kind === 'scalar' && task === 'regression' ? STEPS : 2)

/** @param {HTMLCanvasElement} canvas */
export function mapCanvas(canvas) {
  const context = contextOf(canvas)
  /** @type {Map<number, ImageData>} by side */
  const images = new Map()
  /** @type {WeakMap<Palette, Record<string, Uint32Array>>} by what was cut */
  const tables = new WeakMap()

  /** @param {number} side */
  function image(side) {
    if (canvas.width !== side) canvas.width = canvas.height = side
    let found = images.get(side)
    if (!found) images.set(side, (found = new ImageData(side, side)))
    return found
  }

  /**
   * The 256 colors of a map of one value.
   * @param {Source|{kind: "scalar"}} source
   * @param {Palette} palette
   * @param {boolean} discretize
   * @param {string} task
   */
  function colors(source, palette, discretize, task) {
    const klass = source.kind === 'share' ? source.klass : null
    const base = klass === null ? palette.map : palette.classMap.subarray(klass * 256, klass * 256 + 256)
    if (!discretize) return base
    const known = tables.get(palette) ?? {}
    tables.set(palette, known)
    return (known[`${klass} ${stepsOf(source, task)}`] ??= stepped(base, stepsOf(source, task)))
  }

  /** @param {Source|null} source @param {Palette} palette @param {boolean} discretize @param {string} task */
  function paint(source, palette, discretize, task) {
    const side = source ? source.n * (discretize ? FINE : 1) : 4
    const target = image(side)
    if (!source) new Uint32Array(target.data.buffer).fill(palette.map[128])
    else if (source.kind === 'classes') {
      if (discretize) paintWinners(target, source, palette)
      else paintClasses(target, source.winners, source.values, palette.classMap)
    } else {
      const flat = flatten(source)
      const table = colors(source, palette, discretize, task)
      if (discretize) paintFine(target, flat, source.n, table)
      else paintScalar(target, flat, table)
    }
    context.putImageData(target, 0, 0)
  }

  return { paint, colors }
}

/** The map's own values as 0..255. @param {Source} source */
function flatten({ kind, values, offset, n }) {
  const own = values.subarray(offset, offset + n * n)
  if (kind === 'scalar') return own
  return kind === 'share' ? Uint8Array.from(own, (v) => Math.max(0, v) * 2) : Uint8Array.from(own, (v) => v + 128)
}

/** For each fine cell: the two coarse cells it lies between, and how near the second is (0..256). @param {number} n */
function between(n) {
  return Array.from({ length: n * FINE }, (_, i) => {
    const at = Math.min(n - 1, Math.max(0, (i + 0.5) / FINE - 0.5))
    const low = Math.min(n - 2, Math.floor(at))
    return [low, Math.round((at - low) * 256)]
  })
}

/** @type {Record<number, number[][]>} */
const places = {}
const placesOf = (/** @type {number} */ n) => (places[n] ??= between(n))

/** @param {ImageData} image @param {Numbers} values @param {number} n @param {Uint32Array} table */
function paintFine(image, values, n, table) {
  const pixels = new Uint32Array(image.data.buffer)
  const side = n * FINE
  const place = placesOf(n)
  const line = new Float32Array(n)
  for (let y = 0; y < side; y++) {
    const [row, fy] = place[y]
    for (let c = 0; c < n; c++) line[c] = values[row * n + c] * (256 - fy) + values[(row + 1) * n + c] * fy
    let out = (side - 1 - y) * side
    for (let x = 0; x < side; x++) {
      const [c, fx] = place[x]
      pixels[out++] = table[(line[c] * (256 - fx) + line[c + 1] * fx) >> 16]
    }
  }
}

/**
 * The likeliest class of each fine cell. Of the four cells around we know the winner and its probability; what is
 * left of that goes to the others' classes, so that the edge runs where two classes are equally likely.
 * @param {ImageData} image
 * @param {Source & {kind: "classes"}} source
 * @param {Palette} palette
 */
function paintWinners(image, { winners, values, n }, palette) {
  const pixels = new Uint32Array(image.data.buffer)
  const side = n * FINE
  const place = placesOf(n)
  for (let y = 0; y < side; y++) {
    const [row, fy] = place[y]
    let out = (side - 1 - y) * side
    for (let x = 0; x < side; x++) {
      const [c, fx] = place[x]
      const at = row * n + c
      let best = winners[at]
      if (best !== winners[at + 1] || best !== winners[at + n] || best !== winners[at + n + 1]) {
        const cells = [at, at + 1, at + n, at + n + 1]
        const near = [(256 - fx) * (256 - fy), fx * (256 - fy), (256 - fx) * fy, fx * fy]
        const classes = new Set(cells.map((cell) => winners[cell]))
        let most = -1
        for (const k of classes) {
          let sum = 0
          for (let i = 0; i < 4; i++) {
            const p = values[cells[i]]
            sum += near[i] * (winners[cells[i]] === k ? p : Math.min(p, (255 - p) / (classes.size - 1)))
          }
          if (sum > most) {
            most = sum
            best = k
          }
        }
      }
      pixels[out++] = palette.classMap[best * 256 + 255]
    }
  }
}
