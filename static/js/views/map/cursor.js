/** Where the reader points: the pointer's place over the map, or a cross moved with the arrow keys. */

import { element } from '../../display/element.js'

/** @import { Legend, Range } from '../../model/state.js' */
/** @import { Margins, Ranges } from './plot.js' */

const STEP = 1 / 40 // of the visible range
const ZOOM = 1.5

/**
 * @typedef {{x: number, y: number}} Place in axis units
 *
 * @typedef {object} Surroundings
 * @property {() => Legend["axes"]} axes
 * @property {() => Ranges} range what is seen
 * @property {() => {side: number, margin: Margins}} place
 * @property {(range: Ranges|null) => void} zoom
 * @property {(keyed: boolean) => void} moved
 */

/** @type {Record<string, [number, number]>} */
const WALKS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }

/** @param {HTMLElement} frame @param {Surroundings} map */
export function mapCursor(frame, { axes, range, place: where, zoom, moved }) {
  const [across, down] = [element('i'), element('i')]
  const cross = element('div', { class: 'map-cross', hidden: true, 'aria-hidden': 'true' }, across, down)
  frame.append(cross)
  /** @type {Place|null} */
  let place = null
  let keyed = false

  frame.addEventListener('pointermove', point)
  frame.addEventListener('pointerdown', point)
  frame.addEventListener('pointerleave', (event) => {
    if (keyed || event.pointerType === 'touch') return
    place = null
    moved(false)
  })
  frame.addEventListener('blur', () => {
    if (!keyed) return
    keyed = false
    place = null
    show()
    moved(false)
  })
  frame.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = WALKS[event.key]
    if (step) walk(step, event.shiftKey ? 5 : 1)
    else if (event.key === '+' || event.key === '=') scale(1 / ZOOM)
    else if (event.key === '-') scale(ZOOM)
    else if (event.key === '0') zoom(null)
    else if (event.key === 'Escape' && keyed) hide()
    else return
    event.preventDefault()
    event.stopPropagation()
  })

  /** @param {PointerEvent} event */
  function point(event) {
    const box = frame.getBoundingClientRect()
    const { side, margin } = where()
    const u = (event.clientX - box.left - margin.left) / side
    const v = 1 - (event.clientY - box.top - margin.top) / side
    const { x, y } = range()
    keyed = false
    show()
    place = u < 0 || v < 0 || u > 1 || v > 1 ? null : { x: x[0] + u * (x[1] - x[0]), y: y[0] + v * (y[1] - y[0]) }
    moved(false)
  }

  /** @param {[number, number]} direction @param {number} times */
  function walk([dx, dy], times) {
    const { x, y } = range()
    const middle = { x: (x[0] + x[1]) / 2, y: (y[0] + y[1]) / 2 }
    const from = place ?? middle
    const clamp = (/** @type {number} */ value, /** @type {number[]} */ [low, high]) => Math.min(high, Math.max(low, value))
    place = { x: clamp(from.x + dx * times * STEP * (x[1] - x[0]), x), y: clamp(from.y + dy * times * STEP * (y[1] - y[0]), y) }
    keyed = true
    show()
    moved(true)
  }

  /** Zoom about the cross, or about the middle; never beyond the axes. @param {number} factor */
  function scale(factor) {
    const { x, y } = range()
    /** @type {(seen: number[], at: number, axis: Range) => number[]} */
    const part = ([low, high], at, { min, max }) => {
      const size = Math.min(max - min, (high - low) * factor)
      const start = Math.min(max - size, Math.max(min, at - ((at - low) / (high - low)) * size))
      return [start, start + size]
    }
    const from = place ?? { x: (x[0] + x[1]) / 2, y: (y[0] + y[1]) / 2 }
    const [first, second] = axes()
    const next = { x: part(x, from.x, first), y: part(y, from.y, second) }
    zoom(next.x[1] - next.x[0] >= first.max - first.min - 1e-9 ? null : next)
  }

  function hide() {
    keyed = false
    place = null
    show()
    moved(false)
  }

  function show() {
    cross.hidden = !keyed
    if (!keyed || !place) return
    const { x, y } = range()
    const { side, margin } = where()
    Object.assign(across.style, { left: `${margin.left + ((place.x - x[0]) / (x[1] - x[0])) * side}px`, top: `${margin.top}px`, height: `${side}px` })
    Object.assign(down.style, { top: `${margin.top + (1 - (place.y - y[0]) / (y[1] - y[0])) * side}px`, left: `${margin.left}px`, width: `${side}px` })
  }

  return { at: () => place, place: show }
}
