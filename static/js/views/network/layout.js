/**
 * Where everything is: read from the page after a change of layout or scrolling, never for each frame. Units of a
 * column stand at equal distances, so that one measured unit gives the places of all.
 */

/** @import { Entry } from './columns.js' */
/** @import { Area } from './links-layer.js' */
/** @import { Gap } from './links.js' */
/** @import { Column } from './structure.js' */

/**
 * @typedef {object} Box The tiles of a column, in pixels of what is scrolled.
 * @property {number} left
 * @property {number} right
 * @property {number} height of one tile
 * @property {(k: number) => number} middle
 * @property {number} first row that is drawn
 * @property {number} last
 *
 * @typedef {Map<string, Box>} Boxes by column id
 */

/** @param {HTMLElement} scroller @param {Entry[]} entries columns as built, in any order @param {Area} area what is drawn @returns {Boxes} */
export function measure(scroller, entries, area) {
  const view = scroller.getBoundingClientRect()
  const origin = { x: view.left + scroller.clientLeft - scroller.scrollLeft, y: view.top + scroller.clientTop - scroller.scrollTop }
  /** @type {Boxes} */
  const boxes = new Map()
  for (const { column, units } of entries) {
    if (!units.length) continue
    const first = units[0].tile.getBoundingClientRect()
    const last = units[units.length - 1].tile.getBoundingClientRect()
    const pitch = units.length > 1 ? (last.top - first.top) / (units.length - 1) : first.height
    const top = first.top - origin.y
    const left = first.left - origin.x
    const beside = left > area.left + area.width || left + first.width < area.left
    const row = (/** @type {number} */ y) => (y - top) / pitch
    boxes.set(column.id, {
      left,
      right: left + first.width,
      height: first.height,
      middle: (k) => top + k * pitch + first.height / 2,
      first: beside ? 0 : Math.max(0, Math.floor(row(area.top - first.height))),
      last: beside ? -1 : Math.min(units.length - 1, Math.ceil(row(area.top + area.height))),
    })
  }
  return boxes
}

/** The height of the tallest head. @param {Entry[]} entries */
export const headHeight = (entries) => Math.max(...entries.map(({ head }) => head.offsetHeight))

/**
 * The links' gaps, from one column of tiles to the next; features that are off have no links.
 * @param {Column[]} columns
 * @param {Boxes} boxes
 * @param {number[]} active rows of the active features
 */
export function linkGaps(columns, boxes, active) {
  /** @type {Gap[]} */
  const gaps = []
  for (const column of columns) {
    const { source } = column
    const to = boxes.get(column.id)
    const from = source && boxes.get(source.id)
    if (!to || !from) continue
    const rows = source.kind === 'features' ? active : Array.from({ length: column.inputs }, (_, i) => i)
    const seen = rows.map((row, i) => [row, i]).filter(([row]) => row >= from.first && row <= from.last)
    gaps.push({
      column,
      source,
      x0: from.right + 1,
      x1: to.left - 1,
      from: Float32Array.from(rows, from.middle),
      spread: to.height * 0.4,
      to: Float32Array.from({ length: column.units }, (_, j) => to.middle(j)),
      seenFrom: seen.length ? [seen[0][1], seen[seen.length - 1][1]] : [0, -1],
      seenTo: [to.first, to.last],
    })
  }
  return gaps
}

/**
 * The size of a tile at which the tallest small column just fills the height.
 * @param {HTMLElement} scroller
 * @param {number} above height of the heads
 * @param {number} rows
 * @param {number} least
 */
export function tileSize(scroller, above, rows, least) {
  const room = (scroller.clientHeight - above - 16) / rows
  return Math.round(Math.max(least, Math.min(52, room - 10)))
}
