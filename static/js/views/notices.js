/**
 * What nobody else on the page says: parts of a link that were ignored, settings that changed along with others or
 * were refused and have no control, and how to go on after early stopping.
 */

import { element } from '../display/element.js'
import { count } from '../display/format.js'
import { icon } from '../display/icon.js'
import { settingAt } from '../model/schema.js'

/** @import { Change, Model, Notice } from '../model/state.js' */
/** @import { Options } from '../page/panels.js' */

/** Whether a control of the page says what is wrong at a path: its own, or that of the group around it. @param {string} path */
function hasControl(path) {
  if (/^(model\.layers|data\.features)/.test(path)) return true // the network's
  const at = (/** @type {string} */ name) => `[data-path="${CSS.escape(name)}"]`
  return document.querySelector(`${at(path)}, ${at(path.replace(/\.\w+$/, ''))}`) !== null
}

/** @param {HTMLElement} el @param {Options} options */
export function noticesView(el, { emit }) {
  let shown = ''

  /** @param {Notice} notice @param {string} kind @param {(() => void)|null} dismiss */
  function row(notice, kind, dismiss) {
    const { text, details } = typeof notice === 'string' ? { text: notice, details: [] } : notice
    const close = element('button', { type: 'button', class: 'button button-icon', 'aria-label': 'Dismiss', click: dismiss }, icon('close'))
    return element('div', { class: `notice notice-${kind}` }, element('div', { class: 'notice-text' },
      text, details.length ? element('details', {}, element('summary', {}, 'Which ones'), ...details.map((line) => element('p', {}, line))) : null), dismiss && close)
  }

  /** Two ways on from where early stopping has ended the run. @param {string} message @param {number} patience */
  function waysOn(message, patience) {
    const button = (/** @type {string} */ text, /** @type {Change} */ change) => element('button', { type: 'button', class: 'button', click: () => emit('set', change) }, text)
    return element('div', { class: 'notice notice-stopped' },
      element('p', { class: 'notice-text' }, element('span', { class: 'notice-why' }, `${message} `), 'To go on, raise patience or switch early stopping off.'),
      button(`Patience ${count(patience)}`, { path: 'training.early_stopping.patience', value: patience }),
      button('Switch off', { path: 'training.early_stopping.name', value: 'none' }))
  }

  /** Depends on the model alone. @param {Model} model */
  function update({ errors, notices, run, config, schema }) {
    const homeless = errors.filter(({ path }) => !hasControl(path))
    const stopped = run.reason === 'early_stopping' && config.training.early_stopping.patience
    const now = JSON.stringify([homeless, notices, stopped, stopped && run.message])
    if (now === shown) return
    el.replaceChildren(
      ...(stopped ? [waysOn(run.message, Math.min(2 * stopped, settingAt(schema, 'training.early_stopping.patience', config).maximum))] : []),
      ...homeless.map(({ message }) => row(message, 'error', null)),
      ...notices.map((notice, i) => row(notice, 'warning', () => emit('dismiss', i))),
    )
    shown = now
  }

  return { update }
}
