/**
 * What nobody else on the page says: parts of a link that were ignored, settings that changed along with others or
 * were refused and have no control, and how to go on after early stopping or divergence.
 */

import { element } from '../display/element.js'
import { compact, count } from '../display/format.js'
import { icon } from '../display/icon.js'
import { settingAt } from '../model/schema.js'

/** @import { Change, Model, Notice } from '../model/state.js' */
/** @import { Run } from '../model/status.js' */
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

  /**
   * Ways on from where the run has ended by itself; why it has, the status says.
   * @param {string} text
   * @param {{label: string, change: Change, plays?: boolean}[]} ways
   */
  function waysOn(text, ways) {
    return element('div', { class: 'notice notice-stopped' },
      element('p', { class: 'notice-text' }, text),
      ...ways.map(({ label, change, plays }) => element('button', { type: 'button', class: 'button', click: () => take(change, plays) }, label)))
  }

  /** @param {Change} change @param {boolean} [plays] */
  function take(change, plays) {
    emit('set', change)
    if (plays) emit('run', { action: 'toggle' })
  }

  /** @param {Model} model */
  function stoppedRow({ config, schema }) {
    const path = 'training.early_stopping.patience'
    const value = Math.min(2 * config.training.early_stopping.patience, settingAt(schema, path, config).maximum)
    return waysOn('To go on, raise patience or switch early stopping off.', [
      { label: `Patience ${count(value)}`, change: { path, value } },
      { label: 'Switch off', change: { path: 'training.early_stopping.name', value: 'none' } },
    ])
  }

  /** @param {Run} run */
  const divergedRow = ({ ways }) => waysOn(`Play would end the same way. ${ways.length ? 'From the first weights on, this goes well:' : ''}`,
    ways.map((change) => ({ change, plays: true, label: typeof change.value === 'number' ? `Learning rate ${compact(change.value)}` : 'Scale the features' })))

  /** Depends on the model alone. @param {Model} model */
  function update(model) {
    const { errors, notices, run, config } = model
    const homeless = errors.filter(({ path }) => !hasControl(path))
    const stopped = run.reason === 'early_stopping' && config.training.early_stopping.patience
    const diverged = run.reason === 'diverged'
    const now = JSON.stringify([homeless, notices, stopped, diverged && run.ways])
    if (now === shown) return
    el.replaceChildren(
      ...(stopped ? [stoppedRow(model)] : []),
      ...(diverged ? [divergedRow(run)] : []),
      element('div', { class: 'notice-list' }, ...homeless.map(({ message }) => row(message, 'error', null)), ...notices.map((notice, i) => row(notice, 'warning', () => emit('dismiss', i)))),
    )
    shown = now
  }

  return { update }
}
