/** The choice of a new layer, opened by a "+" between two columns. */

import { element } from '../../display/element.js'
import { layerTypes } from '../../model/layers.js'
import { defaultOf, itemsAt } from '../../model/schema.js'
import { fullReason, insertLayer } from './structure.js'

/** @import { Emit, Model } from '../../model/state.js' */
/** @import { Popover } from './popover.js' */

/** @param {Popover} panel @param {Emit} emit @param {() => Model} latest */
export function layerMenu(panel, emit, latest) {
  return function choose(/** @type {number} */ at, /** @type {HTMLElement} */ button) {
    if (panel.owns(button)) return panel.close()
    const { schema, config: { model: { layers } } } = latest()
    const usual = (/** @type {string} */ type) => defaultOf(schema, itemsAt(schema, 'model.layers'), { type })
    const items = Object.entries(layerTypes(schema)).map(([type, { title, description }]) => {
      const reason = fullReason(schema, layers, type)
      const add = () => {
        panel.close()
        emit('set', { path: 'model.layers', value: insertLayer(schema, latest().config.model.layers, at, type, usual(type)) })
      }
      return element('button', { type: 'button', role: 'menuitem', class: 'net-menu-item', disabled: reason !== null, click: add },
        element('strong', {}, `${title} layer`), element('span', {}, reason ?? description))
    })
    const place = button.parentElement ?? button
    panel.open({ kind: 'menu', below: true, role: 'menu', label: 'Add a layer', content: items, anchor: () => place.getBoundingClientRect(), owner: button, focus: items.find((i) => !i.disabled) })
    items[0].parentElement?.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      const open = items.filter((i) => !i.disabled)
      open[(open.findIndex((i) => i === document.activeElement) + step + open.length) % open.length]?.focus()
    })
  }
}
