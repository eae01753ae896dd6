/** The best epoch: a line across the curves with its name above, kept in place while the axes move. */

import { element, setText } from '../element.js'
import { epochText, margins } from './lines.js'

/** @param {HTMLElement} area holds the plot */
export function bestMark(area) {
  const text = element('span', {})
  const line = element('div', { class: 'curves-best', hidden: true, 'aria-hidden': 'true' }, text)
  area.append(line)

  /**
   * @param {{epoch: number}|null} best
   * @param {number[]} range of the epochs' axis
   * @param {{width: number, height: number, small: number}} place
   */
  function update(best, range, { width, height, small }) {
    const { left, right, top, bottom } = margins(small)
    const share = best ? (best.epoch - range[0]) / (range[1] - range[0]) : -1
    const hidden = !(share >= 0 && share <= 1)
    if (line.hidden !== hidden) line.hidden = hidden
    if (hidden) return
    line.style.transform = `translateX(${Math.round(left + share * (width - left - right))}px)`
    line.style.top = `${top}px`
    line.style.height = `${height - top - bottom}px`
    line.classList.toggle('late', share > 0.5)
    setText(text, `best: epoch ${epochText(best.epoch)}`)
  }

  return { update }
}
