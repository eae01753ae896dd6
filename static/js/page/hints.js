/**
 * The help of whatever has `data-help`, shown beside it on hover and on keyboard focus. It stays while the pointer
 * is on it, and Escape dismisses it. Screen readers get the same text from each control's description.
 */

import { element, setText } from '../display/element.js'

const DELAY_MS = 450
const LEAVE_MS = 120
const GAP = 6
const WIDEST = 272

export function hints() {
  const card = element('div', { class: 'hint', popover: 'manual', 'aria-hidden': 'true' })
  document.body.append(card)
  /** @type {HTMLElement|null} */
  let anchor = null
  let timer = 0
  let pointer = '' // what was used last: "mouse", "touch", or "" for the keyboard
  /** @type {HTMLElement|null} */
  let done = null // was pressed: its help has served

  /** @param {HTMLElement|null} target @param {number} delay */
  function later(target, delay) {
    clearTimeout(timer)
    timer = setTimeout(() => show(target), delay)
  }

  /** @param {HTMLElement|null} target */
  function show(target) {
    anchor = target?.isConnected ? target : null
    if (!anchor?.dataset.help || anchor.matches('.field-wrong')) {
      if (card.matches(':popover-open')) card.hidePopover()
      return
    }
    setText(card, anchor.dataset.help)
    if (!card.matches(':popover-open')) card.showPopover()
    const panel = anchor.closest('.panel')?.getBoundingClientRect() // no help over the neighbor
    card.style.maxWidth = panel ? `${Math.min(WIDEST, panel.width - 2 * GAP)}px` : ''
    const box = anchor.getBoundingClientRect()
    const { width, height } = card.getBoundingClientRect()
    const below = box.bottom + GAP + height <= innerHeight
    card.style.left = `${Math.max(GAP, Math.min(box.left, (panel?.right ?? innerWidth) - width - GAP))}px`
    card.style.top = `${below ? box.bottom + GAP : Math.max(GAP, box.top - GAP - height)}px`
  }

  /** @type {(event: Event) => HTMLElement|null} */
  const hinted = ({ target }) => (target instanceof Element ? target.closest('[data-help]') : null)

  document.addEventListener('pointerover', (event) => {
    if (event.pointerType !== 'mouse') return
    if (event.target instanceof Node && card.contains(event.target)) return clearTimeout(timer)
    const target = hinted(event)
    if (target && target === done) return undefined
    done = null
    if (target !== anchor || !target) later(target, target ? (anchor ? LEAVE_MS : DELAY_MS) : LEAVE_MS)
    else clearTimeout(timer)
    return undefined
  })
  document.addEventListener('pointerdown', (event) => {
    pointer = event.pointerType
    done = hinted(event)
    later(null, 0)
  }, true)
  document.addEventListener('focusin', (event) => {
    // A mouse shows help by hovering; a finger on a button wants the button.
    const target = hinted(event)
    if (pointer === '' || (pointer !== 'mouse' && target?.matches('.field'))) later(target, DELAY_MS)
  })
  document.addEventListener('change', () => later(null, 0))
  document.addEventListener('focusout', () => later(null, LEAVE_MS))
  document.addEventListener('scroll', () => anchor && later(null, 0), { capture: true, passive: true })
  document.addEventListener('keydown', (event) => {
    pointer = ''
    if (event.key === 'Escape') later(null, 0)
  }, true)
}
