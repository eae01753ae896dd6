/**
 * The units' maps, each column's in a strip of small images, drawn enlarged onto the sheet where the units stand.
 * One large canvas costs the browser less than many small ones. Nothing is painted twice from the same frame.
 */

import { contextOf } from '../../display/element.js'
import { level, paintClasses, paintScalar } from '../../display/theme.js'
import { decodeArray } from '../../model/arrays.js'
import { outputMap } from '../../model/output-maps.js'

/** @import { Palette } from '../../display/theme.js' */
/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Feature, Frame, Start } from '../../model/state.js' */
/** @import { Box, Boxes } from './layout.js' */
/** @import { Column, Structure } from './structure.js' */

const BIAS_LIMIT = 1.5
const OFF = 0.28 // how strong the map of a feature is that is not in use
const NONE = { data: new Uint8Array(1), shape: [1, 1, 1] } // in place of a map that has not come

/** The maps of one column, one above the other. */
function strip() {
  const canvas = document.createElement('canvas')
  const context = contextOf(canvas, { willReadFrequently: true })
  let image = new ImageData(1, 1)
  /** @type {{now: object|null, theme: string}[]} */
  let from = [] // what each map was painted from
  let first = 0

  /**
   * Paint maps `start`..`end` where they are not painted yet.
   * @param {number} start
   * @param {number} end
   * @param {number} n side of a map
   * @param {string} theme
   * @param {(k: number) => object|null} source the same object as long as the map stays the same; null for none
   * @param {(image: ImageData, k: number) => void} paint
   */
  function update(start, end, n, theme, source, paint) {
    const count = end - start + 1
    if (canvas.width !== n || canvas.height < n * count || first !== start) {
      canvas.width = n
      canvas.height = Math.max(1, n * count)
      image = new ImageData(n, n)
      from = []
      first = start
    }
    for (let k = start; k <= end; k++) {
      const now = source(k)
      const last = from[k]
      if (last && last.now === now && last.theme === theme) continue
      from[k] = { now, theme }
      if (!now) continue
      paint(image, k)
      context.putImageData(image, 0, (k - start) * n)
    }
  }

  /**
   * Draw map `k` onto another canvas; false if there is none.
   * @param {CanvasRenderingContext2D} target
   * @param {number} k
   * @param {number} x
   * @param {number} y
   * @param {number} size
   */
  function draw(target, k, x, y, size) {
    if (!from[k]?.now) return false
    const n = canvas.width
    target.drawImage(canvas, 0, (k - first) * n, n, n, x, y, size, size)
    return true
  }

  return { update, draw }
}

/** @typedef {ReturnType<typeof strip>} Strip */

/** The maps of all columns. */
export function unitMaps() {
  /** @type {Map<string, Strip>} */
  const strips = new Map()
  /** @type {{column: Column, box: Box, own: Strip, active: number[]}[]} */
  let placed = []

  /**
   * Bring the maps in sight up to the newest frame.
   * @param {Structure} structure
   * @param {Boxes} boxes
   * @param {Frame|null} frame null while none fits
   * @param {Start|null} start
   * @param {(Feature|undefined)[]} features
   * @param {Palette} palette
   */
  function update(structure, boxes, frame, start, features, palette) {
    placed = []
    for (const column of structure.columns) {
      const box = boxes.get(column.id)
      if (!box || box.last < box.first) continue
      const own = strips.get(column.id) ?? strip()
      strips.set(column.id, own)
      placed.push({ column, box, own, active: structure.activeRows })
      const { first, last } = box
      if (column.kind === 'features') {
        const maps = features.map((feature) => feature && { key: feature, ...decodeArray(feature.values) })
        own.update(first, last, maps[0]?.shape[0] ?? 1, palette.theme, (k) => maps[k]?.key ?? null, (image, k) => maps[k] && paintScalar(image, maps[k].data, palette.tile))
      } else if (column.kind === 'output' && structure.task === 'regression') outputs(own, box, start && frame, start, palette)
      else if (column.kind === 'output') output(own, box, frame?.boundary ?? null, palette)
      else hidden(own, box, frame?.neurons?.find((entry) => entry.layer === column.layer) ?? null, palette)
    }
  }

  /** @param {Strip} own @param {Box} box @param {NonNullable<Frame["neurons"]>[0]|null} entry @param {Palette} palette */
  function hidden(own, { first, last }, entry, palette) {
    const { data, shape } = entry ? decodeArray(entry.values) : NONE
    const n = shape[2]
    own.update(first, last, n, palette.theme, () => entry, (image, k) => paintScalar(image, data, palette.tile, k * n * n))
  }

  /**
   * The output: the decision map itself; of several classes each unit shows where it wins.
   * @param {Strip} own
   * @param {Box} box
   * @param {NonNullable<Frame["boundary"]>|null} boundary
   * @param {Palette} palette
   */
  function output(own, { first, last }, boundary, palette) {
    const { data, shape } = boundary ? decodeArray(boundary.values) : NONE
    const winners = boundary?.classes && decodeArray(boundary.classes).data
    own.update(first, last, shape[0], palette.theme, () => boundary, (image, k) =>
      winners ? paintClasses(image, winners, data, palette.classMap, k) : paintScalar(image, data, palette.tile))
  }

  /**
   * Numbers to be predicted: a map for each, all on one scale.
   * @param {Strip} own
   * @param {Box} box
   * @param {Frame|null} frame
   * @param {Start|null} start
   * @param {Palette} palette
   */
  function outputs(own, { first, last }, frame, start, palette) {
    const maps = Array.from({ length: last + 1 }, (_, k) => frame && start && outputMap(start, frame, k))
    own.update(first, last, maps[first]?.n ?? 1, palette.theme, (k) => maps[k]?.key ?? null, (image, k) => maps[k] && paintScalar(image, maps[k].values, palette.tile))
  }

  /** Draw every map in sight. @param {CanvasRenderingContext2D} context @param {Palette} palette */
  function draw(context, palette) {
    for (const { column, box, own, active } of placed) {
      const size = box.height
      for (let k = box.first; k <= box.last; k++) {
        context.globalAlpha = column.kind === 'features' && !active.includes(k) ? OFF : 1
        const y = box.middle(k) - size / 2
        if (own.draw(context, k, box.left, y, size)) continue
        context.fillStyle = palette.neutral
        context.fillRect(box.left, y, size, size)
      }
    }
    context.globalAlpha = 1
  }

  /** Draw one unit's map alone. @param {CanvasRenderingContext2D} context @param {string} id @param {number} k @param {number} size */
  function portrait(context, id, k, size) {
    placed.find(({ column }) => column.id === id)?.own.draw(context, k, 0, 0, size)
  }

  return { update, draw, portrait }
}

/**
 * Draw the bias marks at the lower left of the units in sight: filled where positive, hollow where negative.
 * @param {CanvasRenderingContext2D} context
 * @param {Structure} structure
 * @param {Boxes} boxes
 * @param {Numbers|null} params
 * @param {Palette} palette
 * @param {string} ground the color behind
 */
export function drawBiases(context, structure, boxes, params, palette, ground) {
  for (const column of structure.columns) {
    const box = boxes.get(column.id)
    if (!box || !column.biased) continue
    for (let k = box.first; k <= box.last; k++) {
      const value = params && Number.isFinite(params[column.b + k]) ? params[column.b + k] : 0
      const side = Math.round(Math.max(8, Math.min(14, box.height * 0.2)))
      const x = Math.round(box.left) - 4 - side
      const y = Math.round(box.middle(k) + box.height / 2) + 2 - side
      context.fillStyle = ground
      context.fillRect(x - 1, y - 1, side + 2, side + 2)
      context.fillStyle = palette.links[params ? level(value, BIAS_LIMIT) : 128]
      context.fillRect(x, y, side, side)
      if (value >= 0) continue
      context.fillStyle = ground
      context.fillRect(x + 2, y + 2, side - 4, side - 4)
    }
  }
}
