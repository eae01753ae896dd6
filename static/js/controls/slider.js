/**
 * A setting on a range: drag it, or type the number. While it is dragged, values are reported as passing;
 * the one it is let go at is reported for good.
 */

import { element, setAttribute } from '../display/element.js'
import { numberInput, shell } from './fields.js'
import { track } from './ladder.js'

/** @import { Control, Now } from './fields.js' */
/** @import { Track } from './ladder.js' */

/** How far along, for the filled part of the track. @param {HTMLInputElement} input */
function fill(input) {
  const [value, min, max] = [input.value, input.min, input.max].map(Number)
  input.style.setProperty('--fill', `${(100 * (value - min)) / (max - min || 1)}%`)
}

/** @param {string} path @param {(value: number|null, passing: boolean) => void} onSet @returns {Control} */
export function sliderControl(path, onSet) {
  const frame = shell(path, 'slider')
  const number = numberInput(frame, (value) => onSet(value, false))
  const range = element('input', {
    class: 'slider', type: 'range', min: '0', step: '1', id: `${frame.id}-range`,
    input: () => report(true), change: () => report(false),
  })
  /** @type {Track} */
  let scale
  let limits = ''
  /** @type {number} */
  let value
  frame.head.append(number.input)
  frame.head.after(range)

  /** @param {boolean} passing */
  function report(passing) {
    fill(range)
    const chosen = scale.valueAt(Number(range.value))
    // Letting go where the typed value lies nearest keeps the typed value.
    if (passing || chosen !== value) onSet(chosen, passing)
    else onSet(value, false)
  }

  /** @param {Now} now */
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
