/**
 * A setting on a range: drag it, or type the number. While it is dragged, values are reported as passing;
 * the one it is let go at is reported for good.
 */

import { element, setAttribute } from '../display/element.js'
import { numberInput, shell } from './fields.js'
import { track } from './ladder.js'

/** How far along, for the filled part of the track. */
export const fill = (input) => input.style.setProperty('--fill', `${(100 * (input.value - input.min)) / (input.max - input.min || 1)}%`)

/**
 * @param {string} path
 * @param {(value: number, passing: boolean) => void} onSet
 * @returns {import('./fields.js').Control}
 */
export function sliderControl(path, onSet) {
  const frame = shell(path, 'slider')
  const number = numberInput(frame, (value) => onSet(value, false))
  const range = element('input', {
    class: 'slider', type: 'range', min: '0', step: '1', id: `${frame.id}-range`,
    input: () => report(true), change: () => report(false),
  })
  let scale = null
  let limits = ''
  let value = null
  frame.head.append(number.input)
  frame.head.after(range)

  function report(passing) {
    fill(range)
    const chosen = scale.valueAt(Number(range.value))
    // Letting go where the typed value lies nearest keeps the typed value.
    if (passing || chosen !== value) onSet(chosen, passing)
    else onSet(value, false)
  }

  function update(now) {
    number.update(now)
    frame.update(now, number.input)
    setAttribute(range, 'aria-label', now.setting.title)
    setAttribute(range, 'aria-describedby', `${frame.id}-help`)
    const key = `${now.setting.minimum} ${now.setting.maximum}`
    if (key !== limits) {
      limits = key
      scale = track(now.setting)
      setAttribute(range, 'max', String(scale.steps))
    }
    value = now.value
    if (scale.valueAt(Number(range.value)) !== value) range.value = String(scale.positionOf(value))
    setAttribute(range, 'aria-valuetext', String(value))
    fill(range)
  }
  return { node: frame.node, error: frame.error, update }
}
