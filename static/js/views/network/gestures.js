/**
 * Pointer and keys on the network: hover or focus shows a unit large, a click opens its numbers, a click on a link
 * or a bias mark opens that one number, arrow keys walk from unit to unit.
 */

import { setText } from '../../display/element.js'
import { toggleFeature } from './structure.js'

const PROBE_MS = 90 // a pointer that only passes over a unit asks for nothing

/**
 * @param {HTMLElement} area
 * @param {HTMLElement} scroller
 * @param {any} parts the view's own pieces
 */
export function pointerAndKeys(area, scroller, { emit, links, label, panel, numbers, state, changed, text }) {
  let hovered = null // {layer, unit}
  let focused = null
  let link = null // under the pointer
  let at = null // where the pointer is, in the view
  let asked = null
  let timer = 0

  const tileOf = (node) => node?.closest?.('.net-tile')
  /** What a tile stands for: a unit, or a feature. */
  function unitOf(tile) {
    if (!tile) return null
    return tile.dataset.feature ? { feature: tile.dataset.feature } : { layer: Number(tile.dataset.layer), unit: Number(tile.dataset.unit) }
  }
  const same = (a, b) => a?.layer === b?.layer && a?.unit === b?.unit && a?.feature === b?.feature
  const entryAt = (layer) => state().entries.find(({ column, units }) => column.layer === layer && units.length)

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
    if (tile) for (const other of tile.closest('ul').querySelectorAll('.net-tile[tabindex="0"]')) other.tabIndex = -1
    if (tile) tile.tabIndex = 0
    settle()
    changed()
  })
  scroller.addEventListener('focusout', () => {
    focused = null
    settle()
    changed()
  })

  /** Where an event happened, in pixels of the view. */
  function place(event) {
    const box = area.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  /** The link there; links are placed in what is scrolled. */
  const hit = () => links.hit(at.x + scroller.scrollLeft, at.y + scroller.scrollTop)

  const free = (node) => !node.closest('button, input, select, .net-head')

  scroller.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return
    at = place(event)
    setLink(free(event.target) ? hit() : null)
  })

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
    const mark = event.target.closest('.net-bias')
    if (tile?.dataset.feature) return toggle(tile, model, structure)
    if (!params) return
    if (tile) return inspect(tile, structure, params)
    if (mark) {
      const { column } = entryAt(Number(mark.closest('.net-unit').querySelector('.net-tile').dataset.layer))
      return numbers.bias(column, Number(mark.dataset.unit), structure, params, { anchor: () => mark.getBoundingClientRect(), owner: mark })
    }
    if (!free(event.target)) return
    at = place(event)
    const target = hit()
    if (!target) return
    const { clientX, clientY } = event
    numbers.link(target.column, structure, target.input, target.unit, params, { anchor: () => new DOMRect(clientX, clientY - 6, 0, 12) })
    setLink(null)
  })

  function inspect(tile, structure, params) {
    if (panel.owns(tile)) return panel.close()
    const { layer, unit } = unitOf(tile)
    const { column } = entryAt(layer)
    if (!column.source) return
    numbers.unit(column, unit, structure, params, { anchor: () => tile.getBoundingClientRect(), owner: tile })
    settle()
  }

  function toggle(tile, model, structure) {
    const next = toggleFeature(structure.allFeatures, model.config.data.features, tile.dataset.feature)
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
    const order = structure.columns.map(({ id }) => entries.find(({ column }) => column.id === id)).filter(({ units }) => units.length)
    const here = order.findIndex(({ column }) => column.layer === Number(tile.dataset.layer))
    const index = Number(tile.dataset.unit)
    const { units } = order[here]
    const beside = (step) => order[here + step]?.units[Math.min(index, order[here + step].units.length - 1)]
    const next = {
      ArrowUp: () => units[index - 1], ArrowDown: () => units[index + 1], Home: () => units[0], End: () => units[units.length - 1],
      ArrowLeft: () => beside(-1), ArrowRight: () => beside(1),
    }[event.key]
    if (!next || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    next()?.tile.focus()
  })

  /** What stands out: the unit in question, or the link under the pointer. */
  function highlight() {
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
