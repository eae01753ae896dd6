/** How much the errors of each class count: off, or a number for each class beside the class's own mark. */

import { numberInput, shell } from '../../controls/fields.js'
import { element, setFlag, setText } from '../../display/element.js'
import { CLASS_SYMBOLS, symbolIcon } from '../../display/symbols.js'
import { classColor, palettes } from '../../display/theme.js'

/**
 * @param {string} path
 * @param {(value: number[]|null) => void} onSet
 * @returns {import('../../controls/fields.js').Control}
 */
export function classWeightsControl(path, onSet) {
  const frame = shell(path, 'weights')
  const input = element('input', { class: 'switch-input', id: frame.id, type: 'checkbox', role: 'switch', change: () => onSet(input.checked ? Array(classes).fill(1) : null) })
  const state = element('span', { class: 'switch-state', 'aria-hidden': 'true' })
  const list = element('div', { class: 'weights', role: 'group', 'aria-labelledby': `${frame.id}-label` })
  frame.head.after(element('div', { class: 'switch' }, input, state), list)
  let classes = 2
  let weights = null
  const rows = []

  /** One class: its mark, its name, its number. */
  function row(k) {
    const own = { id: `${frame.id}-${k}`, complain: frame.complain }
    const number = numberInput(own, (value) => onSet(weights.map((old, i) => (i === k ? value : old))))
    const mark = element('span', { class: 'weights-mark' }, symbolIcon(CLASS_SYMBOLS[k]))
    const node = element('label', { class: 'weights-row', for: own.id }, mark, element('span', { class: 'visually-hidden' }, `Weight of class ${k}`), number.input)
    return { node, mark, number }
  }

  /** @param {any} now beside what any control takes, `classes`: how many there are, and the theme */
  function update(now) {
    classes = now.classes
    weights = now.value
    const on = weights !== null
    setFlag(input, 'checked', on)
    setText(state, on ? 'On' : 'Off')
    frame.node.classList.toggle('open', on)
    list.hidden = !on
    while (rows.length > (weights?.length ?? 0)) rows.pop().node.remove()
    for (const [k, value] of (weights ?? []).entries()) {
      if (!rows[k]) list.append((rows[k] = row(k)).node)
      rows[k].number.update({ value, setting: { ...now.item, path: `${path}.${k}` } })
      rows[k].mark.style.setProperty('--swatch', classColor(k, weights.length > 2 ? 'multiclass' : 'binary', palettes(now.theme)))
    }
    frame.update(now, input)
  }
  return { node: frame.node, error: frame.error, update }
}
