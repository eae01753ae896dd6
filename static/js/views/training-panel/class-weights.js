/** How much the errors of each class count: off, or a number for each class beside the class's own mark. */

import { numberInput, shell } from '../../controls/fields.js'
import { element, setFlag, setText } from '../../display/element.js'
import { CLASS_SYMBOLS, symbolIcon } from '../../display/symbols.js'
import { classColor, palettes } from '../../display/theme.js'

/** @import { Control, Now } from '../../controls/fields.js' */
/** @import { Setting } from '../../model/schema.js' */

/**
 * @typedef {object} Classes
 * @property {number} classes how many there are
 * @property {Setting} item of one class
 * @property {string} theme
 */

/** @param {string} path @param {(value: (number|null)[]|null) => void} onSet @returns {Control} */
export function classWeightsControl(path, onSet) {
  const frame = shell(path, 'weights')
  const input = element('input', { class: 'switch-input', id: frame.id, type: 'checkbox', role: 'switch', change: () => onSet(input.checked ? Array(classes).fill(1) : null) })
  const state = element('span', { class: 'switch-state', 'aria-hidden': 'true' })
  const list = element('div', { class: 'weights', role: 'group', 'aria-labelledby': `${frame.id}-label` })
  frame.head.after(element('div', { class: 'switch' }, input, state), list)
  let classes = 2
  /** @type {(number|null)[]} */
  let weights = [] // none while they are off
  /** @type {ReturnType<typeof row>[]} */
  const rows = []

  /** One class: its mark, its name, its number. @param {number} k */
  function row(k) {
    const own = { id: `${frame.id}-${k}`, complain: frame.complain }
    const number = numberInput(own, (value) => onSet(weights.map((old, i) => (i === k ? value : old))))
    const mark = element('span', { class: 'weights-mark' }, symbolIcon(CLASS_SYMBOLS[k]))
    const node = element('label', { class: 'weights-row', for: own.id }, mark, element('span', { class: 'visually-hidden' }, `Weight of class ${k}`), number.input)
    return { node, mark, number }
  }

  /** @param {Now & Partial<Classes>} now */
  function update(now) {
    const { item = now.setting, theme = 'light' } = now
    classes = now.classes ?? classes
    weights = now.value ?? []
    const on = now.value !== null
    setFlag(input, 'checked', on)
    setText(state, on ? 'On' : 'Off')
    frame.node.classList.toggle('open', on)
    list.hidden = !on
    for (const { node } of rows.splice(weights.length)) node.remove()
    for (const [k, value] of weights.entries()) {
      if (!rows[k]) list.append((rows[k] = row(k)).node)
      rows[k].number.update({ value, setting: { ...item, path: `${path}.${k}` } })
      rows[k].mark.style.setProperty('--swatch', classColor(k, weights.length > 2 ? 'multiclass' : 'binary', palettes(theme)))
    }
    frame.update(now, input)
  }
  return { node: frame.node, error: frame.error, update }
}
