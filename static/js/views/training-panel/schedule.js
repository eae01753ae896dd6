/** The course of the learning rate as a small curve, with a dot where training stands. */

import { element, setAttribute, setFlag, setText } from '../../display/element.js'
import { count } from '../../display/format.js'
import { whenChanged } from '../../model/values.js'

/** @import { Model } from '../../model/state.js' */

const SVG = 'http://www.w3.org/2000/svg'
const [WIDTH, HEIGHT] = [150, 30]
const EDGE = 3

/** @param {"svg"|"path"} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  return node
}

export function scheduleView() {
  const label = element('span', { class: 'field-label' })
  const line = svg('path', { class: 'schedule-line', 'vector-effect': 'non-scaling-stroke' })
  const picture = svg('svg', { class: 'schedule-picture', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' })
  picture.append(line)
  const dot = element('i', { class: 'schedule-dot', 'aria-hidden': 'true' })
  const node = element('div', { class: 'field schedule', 'data-help': 'How the learning rate goes from here on; the dot is where training stands.' },
    element('div', { class: 'field-head' }, label), element('div', { class: 'schedule-box' }, picture, dot))
  const ifChanged = whenChanged()

  const across = (/** @type {number} */ share) => EDGE + share * (WIDTH - 2 * EDGE)
  const down = (/** @type {number} */ factor) => HEIGHT - EDGE - factor * (HEIGHT - 2 * EDGE)

  /** Depends on the model alone. @param {Model} model */
  function update({ start, run }) {
    const course = start?.schedule
    setFlag(node, 'hidden', !course?.varies)
    if (!course?.varies) return
    const { factors, end, unit } = course
    const last = factors.length - 1
    ifChanged([course], () => {
      setAttribute(line, 'd', `M${factors.map((factor, i) => `${across(Math.round((i * end) / last) / end).toFixed(1)} ${down(factor).toFixed(1)}`).join('L')}`)
      setText(label, `Over ${count(end)} ${unit}`)
    })
    const share = Math.min(1, (unit === 'epochs' ? run.epoch : run.step) / end)
    dot.style.left = `${(100 * across(share)) / WIDTH}%`
    dot.style.top = `${(100 * down(factors[Math.floor(share * last)])) / HEIGHT}%`
  }

  return { node, update }
}
