/**
 * How the samples are shared out, as one bar with two handles: the end of the training part and the end of the
 * validation part. The rest is the test part. A handle pushes the other along.
 */

import { element, setAttribute, setText } from '../../display/element.js'
import { count } from '../../display/format.js'

/** @import { Setting } from '../../model/schema.js' */
/** @import { Split } from '../../model/state.js' */

const STEP = 5
/** @type {[Split, string][]} */
const PARTS = [['train', 'Train'], ['validation', 'Validation'], ['test', 'Test']]

/** Whole percents as fractions that sum to 1. @param {number} first @param {number} second @returns {Record<Split, number>} */
const fractions = (first, second) => ({ train: first / 100, validation: (second - first) / 100, test: (100 - second) / 100 })

/** @param {(split: Record<Split, number>, passing: boolean) => void} onSet */
export function splitControl(onSet) {
  const bars = PARTS.map(([name]) => element('div', { class: `split-part split-${name}` }))
  const counts = PARTS.map(() => element('dd', {}))
  const handle = (/** @type {number} */ index, /** @type {string} */ name) => element('input', {
    class: 'split-handle', type: 'range', min: '0', max: '100', step: String(STEP), 'aria-label': name, 'aria-describedby': 'split-help',
    input: () => move(index, true), change: () => move(index, false),
  })
  const handles = [handle(0, 'End of the training part'), handle(1, 'End of the validation part')]
  const label = element('span', { class: 'field-label', id: 'split-label' })
  const help = element('p', { class: 'visually-hidden', id: 'split-help' })
  const error = element('p', { class: 'field-error', hidden: true })
  const node = element('div', { class: 'field field-split', role: 'group', 'aria-labelledby': 'split-label', 'data-path': 'data.split' },
    element('div', { class: 'field-head' }, label),
    element('div', { class: 'split' }, element('div', { class: 'split-bar', 'aria-hidden': 'true' }, ...bars), ...handles),
    element('dl', { class: 'split-counts' }, ...PARTS.map(([, title], i) => element('div', { class: 'split-count' }, element('dt', {}, title), counts[i]))),
    help, error)

  /** @param {number} index @param {boolean} passing */
  function move(index, passing) {
    let [first, second] = handles.map((input) => Number(input.value))
    first = Math.max(STEP, first) // something must be left to learn from
    if (index === 0) second = Math.max(first, second)
    else first = Math.max(STEP, Math.min(first, second))
    second = Math.max(first, second)
    onSet(fractions(first, second), passing)
    place(first, second)
  }

  /** @param {number} first @param {number} second */
  function place(first, second) {
    const values = [first, second]
    handles.forEach((input, i) => { if (Number(input.value) !== values[i]) input.value = String(values[i]) })
  }

  /** @param {{setting: Setting, value: Record<Split, number>, samples: Record<Split, number>, errors: string[]}} now */
  function update({ setting, value, samples, errors }) {
    setText(label, setting.title)
    setText(help, setting.description)
    setAttribute(node, 'data-help', setting.description)
    place(Math.round(value.train * 100), Math.round((value.train + value.validation) * 100))
    PARTS.forEach(([name], i) => {
      bars[i].style.flex = `${value[name]} 0 0px`
      bars[i].hidden = value[name] === 0
      setText(counts[i], count(samples[name]))
    })
    const says = (/** @type {Split} */ name) => `${Math.round(value[name] * 100)}%, ${count(samples[name])} samples`
    setAttribute(handles[0], 'aria-valuetext', `Training ${says('train')}`)
    setAttribute(handles[1], 'aria-valuetext', `Validation ${says('validation')}, test ${says('test')}`)
    setText(error, errors.join(' '))
    error.hidden = !errors.length
  }

  return { node, update }
}
