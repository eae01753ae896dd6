/** The choice of a new layer, opened by a "+" between two columns. */

import { element } from '../../display/element.js'
import { layerTypes } from '../../model/layers.js'
import { defaultOf, itemsAt } from '../../model/schema.js'
import { fullReason, insertLayer } from './structure.js'

/** @returns {(at: number, button: HTMLElement) => void} */
export function layerMenu(panel, emit, latest) {
  return function choose(at, button) {
    if (panel.owns(button)) return panel.close()
    const { schema, config: { model: { layers } } } = latest()
    const usual = (type) => defaultOf(schema, itemsAt(schema, 'model.layers'), { type })
    const items = Object.entries(layerTypes(schema)).map(([type, { title, description }]) => {
      const reason = fullReason(schema, layers, type)
      const add = () => {
        panel.close()
        emit('set', { path: 'model.layers', value: insertLayer(schema, latest().config.model.layers, at, type, usual(type)) })
      }
      return element('button', { type: 'button', role: 'menuitem', class: 'net-menu-item', disabled: reason !== null, click: add },
        element('strong', {}, `${title} layer`), element('span', {}, reason ?? description))
    })
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
