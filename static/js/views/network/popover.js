/**
 * A small panel inside the network's own area, beside the thing it belongs to: the inspector of a unit, the field
 * for one weight, the choice of a layer. One at a time; Escape or a click elsewhere closes it.
 */

import { element, find } from '../../display/element.js'

const GAP = 10
const EDGE = 6

/**
 * @typedef {object} Content
 * @property {string} label
 * @property {string} [role]
 * @property {Node[]} content
 * @property {() => DOMRect} anchor
 * @property {HTMLElement|null} [owner] what gets the focus back
 * @property {HTMLElement} [focus]
 * @property {string} [kind]
 * @property {boolean} [below]
 *
 * @typedef {ReturnType<typeof popover>} Popover
 */

/** @param {HTMLElement} area positioned; the panel never leaves it @param {() => void} [onClose] */
export function popover(area, onClose = () => {}) {
  /** @type {HTMLElement|null} */
  let panel = null
  /** @type {HTMLElement|null} */
  let owner = null
  /** @type {() => DOMRect} */
  let anchor = () => area.getBoundingClientRect()
  let below = false

  /** @param {Content} options */
  function open(options) {
    close(false)
    panel = element('div', { class: `net-popover net-popover-${options.kind ?? 'panel'}`, role: options.role ?? 'dialog', 'aria-label': options.label, keydown }, ...options.content)
    anchor = options.anchor
    owner = options.owner ?? null
    below = options.below ?? false
    area.append(panel)
    covers(options.role === 'menu')
    place()
    /** @type {HTMLElement|null} */
    const first = panel.querySelector('input, button')
    ;(options.focus ?? first)?.focus({ preventScroll: true })
    if (owner?.hasAttribute('aria-haspopup')) owner.setAttribute('aria-expanded', 'true')
    document.addEventListener('pointerdown', outside, true)
  }

  function close(refocus = true) {
    if (!panel) return
    document.removeEventListener('pointerdown', outside, true)
    covers(false)
    panel.remove()
    panel = null
    owner?.removeAttribute('aria-expanded')
    if (refocus) owner?.focus({ preventScroll: true })
    onClose()
  }

  /** A menu is a choice to make first: what it lies over cannot be hit by mistake. @param {boolean} everything */
  function covers(everything) {
    for (const other of area.children) if (other !== panel) other.toggleAttribute('inert', everything)
  }

  /** @param {KeyboardEvent} event */
  function keydown(event) {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }

  /** @param {PointerEvent} event */
  function outside({ target }) {
    if (target instanceof Node && !panel?.contains(target) && !owner?.contains(target)) close(false)
  }

  /** To the right of its anchor, else to the left; below it if asked or where there is no room, else above. */
  function place() {
    if (!panel) return
    const box = inSight(area)
    const at = anchor()
    panel.style.maxHeight = `${box.height - 2 * EDGE}px`
    const { offsetWidth: width, offsetHeight: height } = panel
    const origin = area.getBoundingClientRect()
    const right = at.right + GAP + width <= box.right - EDGE
    const under = below || (!right && at.left - GAP - width < box.left + EDGE)
    const x = under ? (at.left + at.right - width) / 2 : right ? at.right + GAP : at.left - GAP - width
    const y = !under ? at.top - GAP : at.bottom + GAP + height > box.bottom - EDGE ? at.top - GAP - height : at.bottom + GAP
    const left = Math.max(box.left + EDGE, Math.min(x, box.right - width - EDGE))
    const top = Math.max(box.top + EDGE, Math.min(y, box.bottom - height - EDGE))
    panel.style.left = `${Math.round(left - origin.left)}px`
    panel.style.top = `${Math.round(top - origin.top)}px`
  }

  return { open, close, place, owns: (/** @type {HTMLElement} */ node) => owner === node && panel !== null }
}

/** The part of an element that is neither above nor below what the window shows. @param {HTMLElement} node */
function inSight(node) {
  const { left, top, width, bottom } = node.getBoundingClientRect()
  const from = Math.max(top, find(document.body, '.topbar').getBoundingClientRect().bottom)
  return new DOMRect(left, from, width, Math.max(0, Math.min(bottom, innerHeight) - from))
}
