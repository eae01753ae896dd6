/** The best epoch, and where early stopping ended the run: lines across the curves, kept in place while the axes move. */

import { element, setFlag, setText } from '../../display/element.js'
import { count } from '../../display/format.js'
import { margins } from './lines.js'

/** @param {HTMLElement} area holds the plot */
export function bestMark(area) {
  const text = element('span', {})
  const best = element('div', { class: 'curves-best', hidden: true, 'aria-hidden': 'true' }, text)
  const end = element('div', { class: 'curves-best curves-stopped', hidden: true, 'aria-hidden': 'true' })
  area.append(best, end)

  /**
   * @param {{epoch: number}|null} lowest
   * @param {number|null} stopped epoch at which early stopping ended the run
   * @param {number[]} range of the epochs' axis
   * @param {{width: number, height: number, small: number}} place
   */
  function update(lowest, stopped, range, { width, height, small }) {
    const { left, right, top, bottom } = margins(small)
    const share = (/** @type {number} */ epoch) => (epoch - range[0]) / (range[1] - range[0])
    for (const { line, epoch } of [{ line: best, epoch: lowest?.epoch }, { line: end, epoch: stopped }]) {
      setFlag(line, 'hidden', epoch == null || !(share(epoch) >= 0 && share(epoch) <= 1))
      line.style.transform = `translateX(${Math.round(left + share(epoch ?? 0) * (width - left - right))}px)`
      line.style.top = `${top}px`
      line.style.height = `${height - top - bottom}px`
    }
    if (!lowest) return
    best.classList.toggle('late', share(lowest.epoch) > (stopped === null ? 0.5 : 0.4))
    setText(text, `best: ${bestText(lowest.epoch)}${stopped === null ? '' : `, stopped: ${count(stopped)}`}`)
  }

  return { update }
}

/** When the loss was lowest, in whole epochs. @param {number} epoch */
const bestText = (epoch) => (epoch < 1 ? 'the start' : `epoch ${count(Math.floor(epoch))}`)
