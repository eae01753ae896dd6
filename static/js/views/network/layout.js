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

/** What columns need at least, in rem: with heads as usual, with heads in few words, and for fingers. */
const USUAL = { features: 6.2, hidden: 7.2, output: 5, between: 6, learns: 8, gap: 2.5 }
const NARROW = { features: 6.3, hidden: 3.9, output: 3.6, between: 3.9, learns: 3.9, gap: 0.15 }
const COARSE = { features: 7, hidden: 10, output: 9, between: 6.5, learns: 12, gap: 4 }

/**
 * Whether heads of their usual width leave no room for all columns, and how wide these must then be, in rem.
 * @param {Column[]} columns
 * @param {number} width of what is seen, in rem
 * @param {boolean} coarse whether it is for fingers
 */
export function columnsWidth(columns, width, coarse) {
  const kinds = columns.map(({ kind, about }) => (kind === 'between' && about?.parameters.length ? 'learns' : kind))
  const sum = (/** @type {typeof USUAL} */ least) => kinds.reduce((total, kind) => total + least[kind], least.gap * (columns.length - 1))
  const narrow = !coarse && sum(USUAL) > width
  return { narrow, least: sum(coarse ? COARSE : narrow ? NARROW : USUAL) }
}

const PITCH = 1.22 // of a tile's side, as the style sheet has it
const MANY = 12 // units; columns of more scroll

/**
 * The size of a column's tiles: they fill the height if there are few, and leave half of the width to the links.
 * @param {number} rows
 * @param {number} height below the heads
 * @param {number} width of a column and a gap
 * @param {{font: number, coarse: boolean}} reader
 */
export function tileSize(rows, height, width, { font, coarse }) {
  if (coarse) return 44
  if (rows > MANY) return 38
  return Math.floor(Math.max(24, Math.min(height / rows / PITCH, width * 0.6, 6 * font)))
}
