/** The course of the learning rate as a small curve, with a dot where training stands. */

import { element, setAttribute, setFlag, setText } from '../../display/element.js'
import { count } from '../../display/format.js'
import { factor, span, varies } from '../../model/schedules.js'
import { changes } from '../../model/values.js'

const SVG = 'http://www.w3.org/2000/svg'
const [WIDTH, HEIGHT] = [150, 30]
const EDGE = 3
const POINTS = 150

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
  const changed = changes()
  let end = 1

  const across = (t) => EDGE + (Math.min(t, end) / end) * (WIDTH - 2 * EDGE)
  const down = (schedule, t) => HEIGHT - EDGE - factor(schedule, t) * (HEIGHT - 2 * EDGE)

  /** Depends on the model alone. */
  function update({ config, run }) {
    const { schedule } = config.training
    setFlag(node, 'hidden', !varies(schedule))
    if (node.hidden) return
    if (changed(schedule)) {
      end = span(schedule)
      const times = Array.from({ length: POINTS + 1 }, (_, i) => Math.round((i * end) / POINTS))
      setAttribute(line, 'd', `M${times.map((t) => `${across(t).toFixed(1)} ${down(schedule, t).toFixed(1)}`).join('L')}`)
      setText(label, `Over ${count(end)} ${schedule.unit}`)
    }
    const now = schedule.unit === 'epochs' ? run.epoch : run.step
    dot.style.left = `${(100 * across(now)) / WIDTH}%`
    dot.style.top = `${(100 * down(schedule, now)) / HEIGHT}%`
  }

  return { node, update }
}
