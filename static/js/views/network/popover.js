/**
 * A small panel inside the network's own area, beside the thing it belongs to: the inspector of a unit, the field
 * for one weight, the choice of a layer. One at a time; Escape or a click elsewhere closes it.
 */

import { element } from '../../display/element.js'

const GAP = 10
const EDGE = 6

/**
 * @param {HTMLElement} area positioned; the panel never leaves it
 * @param {() => void} [onClose]
 */
export function popover(area, onClose = () => {}) {
  let panel = null
  let owner = null // what gets the focus back
  let anchor = null
  let below = false

  /**
   * @param {{label: string, role?: string, content: Node[], anchor: () => DOMRect, owner?: HTMLElement|null, focus?: HTMLElement, kind?: string, below?: boolean}} options
   */
  function open(options) {
    close(false)
    panel = element('div', { class: `net-popover net-popover-${options.kind ?? 'panel'}`, role: options.role ?? 'dialog', 'aria-label': options.label, keydown }, ...options.content)
    anchor = options.anchor
    owner = options.owner ?? null
    below = options.below ?? false
    area.append(panel)
    covers(options.role === 'menu')
    place()
    ;(options.focus ?? panel.querySelector('input, button'))?.focus({ preventScroll: true })
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

  /** A menu is a choice to make first: what it lies over cannot be hit by mistake. */
  function covers(everything) {
    for (const other of area.children) if (other !== panel) other.inert = everything
  }

  function keydown(event) {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }

  function outside(event) {
    if (!panel.contains(event.target) && !owner?.contains(event.target)) close(false)
  }

  /** To the right of its anchor, else to the left; below it if asked or where there is no room, else above. */
  function place() {
    if (!panel) return
    const box = area.getBoundingClientRect()
    const at = anchor()
    const { offsetWidth: width, offsetHeight: height } = panel
    const right = at.right + GAP + width <= box.right - EDGE
    const under = below || (!right && at.left - GAP - width < box.left + EDGE)
    const x = under ? (at.left + at.right - width) / 2 : right ? at.right + GAP : at.left - GAP - width
    const y = !under ? at.top - GAP : at.bottom + GAP + height > box.bottom - EDGE ? at.top - GAP - height : at.bottom + GAP
    const left = Math.max(EDGE, Math.min(x - box.left, box.width - width - EDGE))
    const top = Math.max(EDGE, Math.min(y - box.top, box.height - height - EDGE))
    panel.style.left = `${Math.round(left)}px`
    panel.style.top = `${Math.round(top)}px`
  }

  return { open, close, place, isOpen: () => panel !== null, owns: (node) => owner === node && panel !== null }
}
