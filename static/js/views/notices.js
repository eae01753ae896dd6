/** What nobody else on the page says: parts of a link that were ignored, settings refused that have no control. */

import { icon } from '../icon.js'
import { element } from './element.js'

/** Whether a control of the page says what is wrong at a path: its own, or that of the group around it. */
function hasControl(path) {
  if (/^(model\.layers|data\.features)/.test(path)) return true // the network's
  const at = (name) => `[data-path="${CSS.escape(name)}"]`
  return document.querySelector(`${at(path)}, ${at(path.replace(/\.\w+$/, ''))}`) !== null
}

/**
 * @param {HTMLElement} el
 * @param {{emit: (type: string, detail?: any) => void}} options
 */
export function noticesView(el, { emit }) {
  let shown = ''

  function row(text, kind, dismiss) {
    const close = element('button', { type: 'button', class: 'button button-icon', 'aria-label': 'Dismiss', click: dismiss }, icon('close'))
    return element('div', { class: `notice notice-${kind}` }, element('p', { class: 'notice-text' }, text), dismiss && close)
  }

  /** Depends on the model alone. */
  function update({ errors, notices }) {
    const homeless = errors.filter(({ path }) => !hasControl(path))
    const now = JSON.stringify([homeless, notices])
    if (now === shown) return
    shown = now
    el.replaceChildren(
      ...homeless.map(({ message }) => row(message, 'error', null)),
      ...notices.map((text, i) => row(text, 'warning', () => emit('dismiss', i))),
    )
  }

  return { update }
}
