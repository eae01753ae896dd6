/** Where settings were changed in mid-run: a line across the curves, with what was changed beside it as far as there is room, and all of it on hover and focus. */

import { element, setAttribute, setFlag, setText } from '../../display/element.js'
import { count } from '../../display/format.js'
import { changesText, combined } from '../../model/changes.js'
import { margins } from './lines.js'

/** @import { Mark } from '../../model/changes.js' */

/** Marks nearer than this, in pixels, are one; a text needs more than the other. */
const NEAR = 14
const LEAST_TEXT = 72

/**
 * Marks that can be told apart, each with its room for a text: on its right, or else on its left.
 * @param {Mark[]} marks
 * @param {(epoch: number) => number} place in pixels
 * @param {{left: number, right: number}} area
 */
export function placed(marks, place, { left, right }) {
  /** @type {{x: number, text: string, epoch: number, settings: Mark["settings"]}[]} */
  const groups = []
  for (const { epoch, settings } of marks) {
    const x = Math.round(place(epoch))
    const last = groups.at(-1)
    if (last && x - last.x < NEAR) last.settings = combined([...last.settings, ...settings])
    else if (x >= left && x <= right) groups.push({ x, epoch, settings, text: '' })
  }
  const told = groups.filter(({ settings }) => settings.length)
  let taken = left // by the text of the one before
  return told.map(({ x, epoch, settings }, i) => {
    const [before, after] = [x - taken, (told[i + 1]?.x ?? right) - x]
    const late = after < LEAST_TEXT && before > after
    const room = late ? before : after
    taken = x + (late ? 0 : after)
    const text = changesText(settings)
    return { x, text, help: `After epoch ${count(Math.floor(epoch))}: ${text}.`, late, room: room < LEAST_TEXT ? 0 : room - 4 }
  })
}

/** @param {HTMLElement} area holds the plot */
export function changeMarks(area) {
  /** @type {HTMLElement[]} */
  const lines = []

  /** Depends on the marks and the axis alone. @param {Mark[]} marks @param {number[]} range of the epochs' axis @param {{width: number, height: number, small: number}} size */
  function update(marks, range, { width, height, small }) {
    const { left, right, top, bottom } = margins(small)
    const across = width - left - right
    const shown = placed(marks, (epoch) => left + ((epoch - range[0]) / (range[1] - range[0])) * across, { left, right: left + across })
    while (lines.length < shown.length) {
      const line = element('div', { class: 'curves-change' }, element('span', { role: 'img', tabindex: 0 }))
      lines.push(line)
      area.append(line)
    }
    lines.forEach((line, i) => {
      setFlag(line, 'hidden', i >= shown.length)
      if (i >= shown.length) return
      const { x, text, help, late, room } = shown[i]
      const label = /** @type {HTMLElement} */ (line.firstElementChild)
      line.style.transform = `translateX(${x}px)`
      line.style.top = `${top}px`
      line.style.height = `${height - top - bottom}px`
      line.classList.toggle('late', late)
      label.style.maxWidth = room ? `${room}px` : ''
      setText(label, room ? text : '')
      setAttribute(label, 'aria-label', help)
      setAttribute(label, 'data-help', help)
    })
  }

  return { update }
}
