/**
 * Pointer and keys on the network: hover or focus shows a unit large, a click opens its numbers, a click on a link
 * or a bias mark opens that one number, arrow keys walk from unit to unit.
 */

import { find, setText } from '../../display/element.js'
import { toggleFeature } from './structure.js'

/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Emit, Model, Probe } from '../../model/state.js' */
/** @import { Entry, Unit } from './columns.js' */
/** @import { inspector } from './inspector.js' */
/** @import { Focus, Link, linkPaths } from './links.js' */
/** @import { Popover } from './popover.js' */
/** @import { Structure } from './structure.js' */

const PROBE_MS = 90 // a pointer that only passes over a unit asks for nothing

/**
 * @typedef {object} Parts of the view
 * @property {Emit} emit
 * @property {ReturnType<typeof linkPaths>} links
 * @property {HTMLElement} label
 * @property {Popover} panel
 * @property {ReturnType<typeof inspector>} numbers
 * @property {() => {model: Model, structure: Structure, params: Numbers|null, entries: Entry[]}} state
 * @property {() => void} changed
 * @property {(link: Link) => string} text
 */

/** @param {HTMLElement} area @param {HTMLElement} scroller @param {Parts} parts */
export function pointerAndKeys(area, scroller, { emit, links, label, panel, numbers, state, changed, text }) {
  /** @type {Probe|null} */
  let hovered = null
  /** @type {Probe|null} */
  let focused = null
  /** @type {Link|null} */
  let link = null // under the pointer
  let at = { x: 0, y: 0 } // where the pointer is, in the view
  /** @type {Probe|null} */
  let asked = null
  let timer = 0

  /** @type {(target: EventTarget|null) => HTMLElement|null} */
  const tileOf = (target) => (target instanceof Element ? target.closest('.net-tile') : null)
  /** What a tile stands for: a unit, or a feature. @type {(tile: HTMLElement|null) => Probe|null} */
  const unitOf = (tile) => tile && (tile.dataset.feature ? { feature: tile.dataset.feature } : { layer: Number(tile.dataset.layer), unit: Number(tile.dataset.unit) })
  /** @type {(a: Probe|null, b: Probe|null) => boolean} */
  const same = (a, b) => a?.layer === b?.layer && a?.unit === b?.unit && a?.feature === b?.feature
  /** The column of a tile. @param {HTMLElement} tile */
  const columnOf = (tile) => state().entries.find(({ column }) => column.layer === Number(tile.dataset.layer))?.column

  /** Ask for the large map of the unit in question, once the pointer rests. */
  function settle() {
    clearTimeout(timer)
    const wanted = hovered ?? focused ?? numbers.inspected()
    if (same(wanted, asked)) return
    timer = setTimeout(() => {
      asked = wanted
      emit('probe', wanted)
    }, PROBE_MS)
  }

  /** @param {Probe|null} next */
  function setHovered(next) {
    if (same(next, hovered)) return
    hovered = next
    settle()
    changed()
  }

  scroller.addEventListener('pointerover', (event) => {
    if (event.pointerType !== 'touch') setHovered(unitOf(tileOf(event.target)))
  })
  scroller.addEventListener('pointerleave', () => {
    setHovered(null)
    setLink(null)
  })
  scroller.addEventListener('focusin', (event) => {
    const tile = tileOf(event.target)
    focused = tile?.matches(':focus-visible') ? unitOf(tile) : null
    for (const other of tile?.closest('ul')?.querySelectorAll('.net-tile[tabindex="0"]') ?? []) other.setAttribute('tabindex', '-1')
    if (tile) tile.tabIndex = 0
    settle()
    changed()
  })
  scroller.addEventListener('focusout', () => {
    focused = null
    settle()
    changed()
  })

  /** Where an event happened, in pixels of the view. @param {MouseEvent} event */
  function place(event) {
    const box = area.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  /** The link there; links are placed in what is scrolled. */
  const hit = () => links.hit(at.x + scroller.scrollLeft, at.y + scroller.scrollTop)

  const free = (/** @type {EventTarget|null} */ target) => target instanceof Element && !target.closest('button, input, select, .net-head')

  scroller.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return
    at = place(event)
    setLink(free(event.target) ? hit() : null)
  })

  /** @param {Link|null} next */
  function setLink(next) {
    const other = next?.column !== link?.column || next?.input !== link?.input || next?.unit !== link?.unit
    link = next
    scroller.classList.toggle('on-link', link !== null)
    label.hidden = link === null
    if (link) {
      label.textContent = text(link)
      label.style.transform = `translate(${Math.round(Math.min(at.x + 12, area.clientWidth - label.offsetWidth - 4))}px, ${Math.round(Math.max(at.y - 32, 2))}px)`
    }
    if (other) changed()
  }

  scroller.addEventListener('click', (event) => {
    const { model, structure, params } = state()
    const tile = tileOf(event.target)
    /** @type {HTMLElement|null} */
    const mark = event.target instanceof Element ? event.target.closest('.net-bias') : null
    if (tile?.dataset.feature) return toggle(tile, tile.dataset.feature, model, structure)
    if (!params) return
    if (tile) return inspect(tile, structure, params)
    if (mark) {
      const column = columnOf(find(mark.parentElement ?? scroller, '.net-tile'))
      return column && numbers.bias(column, Number(mark.dataset.unit), structure, params, { anchor: () => mark.getBoundingClientRect(), owner: mark })
    }
    if (!free(event.target)) return
    at = place(event)
    const target = hit()
    if (!target) return
    const { clientX, clientY } = event
    numbers.link(target, structure, params, { anchor: () => new DOMRect(clientX, clientY - 6, 0, 12) })
    setLink(null)
  })

  /** @param {HTMLElement} tile @param {Structure} structure @param {Numbers} params */
  function inspect(tile, structure, params) {
    if (panel.owns(tile)) return panel.close()
    const column = columnOf(tile)
    if (!column?.source) return
    numbers.unit(column, Number(tile.dataset.unit), structure, params, { anchor: () => tile.getBoundingClientRect(), owner: tile })
    settle()
  }

  /** @param {HTMLElement} tile @param {string} name of its feature @param {Model} model @param {Structure} structure */
  function toggle(tile, name, model, structure) {
    const next = toggleFeature(structure.allFeatures, model.config.data.features, name)
    if (next) return emit('set', { path: 'data.features', value: next })
    tile.animate?.([{ transform: 'translateX(-3px)' }, { transform: 'translateX(3px)' }, { transform: 'none' }], { duration: 160 })
    label.hidden = false
    label.textContent = 'A network needs at least one feature.'
    const box = area.getBoundingClientRect()
    const from = tile.getBoundingClientRect()
    label.style.transform = `translate(${Math.round(from.right - box.left + 8)}px, ${Math.round(from.top - box.top)}px)`
    setTimeout(() => (label.hidden = link === null), 2500)
  }

  /** Up and down within a column, left and right to the neighbors; Home and End. */
  scroller.addEventListener('keydown', (event) => {
    const tile = tileOf(event.target)
    if (!tile) return
    const { entries, structure } = state()
    const order = structure.columns.flatMap(({ id }) => entries.find(({ column, units }) => column.id === id && units.length) ?? [])
    const here = order.findIndex(({ column }) => column.layer === Number(tile.dataset.layer))
    const index = Number(tile.dataset.unit)
    const { units } = order[here]
    const beside = (/** @type {number} */ step) => order[here + step]?.units[Math.min(index, order[here + step].units.length - 1)]
    /** @type {Record<string, Unit|undefined>} */
    const next = {
      ArrowUp: units[index - 1], ArrowDown: units[index + 1], Home: units[0], End: units.at(-1), ArrowLeft: beside(-1), ArrowRight: beside(1),
    }
    if (!(event.key in next) || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    next[event.key]?.tile.focus()
  })

  /** What stands out: the unit in question, or the link under the pointer. @returns {Focus|null} */
  function highlight() {
    /** @type {Probe|null} */
    const unit = hovered ?? focused ?? numbers.inspected()
    if (unit?.feature) return { layer: -1, unit: state().structure.features.indexOf(unit.feature) }
    if (unit) return unit
    return link ? { layer: -2, unit: -1, link } : null
  }

  /** A new frame came: the label keeps up with its weight. */
  function refresh() {
    if (link) setText(label, text(link))
  }

  return { highlight, refresh, settle }
}
