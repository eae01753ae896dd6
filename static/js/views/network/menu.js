/** The choice of a new layer, opened by a "+" between two columns. */

import { element } from '../../display/element.js'
import { defaultOf, itemsAt } from '../../model/schema.js'
import { fullReason, insertLayer } from './structure.js'

/** @returns {(at: number, button: HTMLElement) => void} */
export function layerMenu(panel, emit, latest) {
  return function choose(at, button) {
    if (panel.owns(button)) return panel.close()
    const { layers } = latest().config.model
    const { schema } = latest()
    const usual = (kind) => defaultOf(schema, itemsAt(schema, 'model.layers'), { type: kind })
    const item = (type, text, help) => {
      const reason = fullReason(layers, type)
      const add = () => {
        panel.close()
        emit('set', { path: 'model.layers', value: insertLayer(latest().config.model.layers, at, type, usual) })
      }
      return element('button', { type: 'button', role: 'menuitem', class: 'net-menu-item', disabled: reason !== null, click: add },
        element('strong', {}, text), element('span', {}, reason ?? help))
    }
    const items = [
      item('dense', 'Dense layer', 'Each unit sees every unit before it.'),
      item('dropout', 'Dropout layer', 'Switches off units at random while training.'),
      item('batch_norm', 'Batch norm layer', 'Brings each unit to a like size, over the batch.'),
      item('layer_norm', 'Layer norm layer', 'Brings each sample to a like size, over its units.'),
    ]
    panel.open({ kind: 'menu', below: true, role: 'menu', label: 'Add a layer', content: items, anchor: () => button.parentNode.getBoundingClientRect(), owner: button, focus: items.find((i) => !i.disabled) })
    items[0].parentNode.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (!step) return
      event.preventDefault()
      const open = items.filter((i) => !i.disabled)
      open[(open.indexOf(document.activeElement) + step + open.length) % open.length]?.focus()
    })
  }
}
