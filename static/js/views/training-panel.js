/**
 * The Training panel: the five settings that everyone turns in a row, the others behind "More", which opens in
 * place. It opens by itself when something in it needs attention.
 */

import { choiceControl, controlFor } from '../controls.js'
import { words } from '../format.js'
import { icon } from '../icon.js'
import { settingAt } from '../schema.js'
import { changes, getIn } from '../state.js'
import { element, setAttribute } from './element.js'

const ROW = ['training.optimizer.learning_rate', 'training.optimizer.name', 'activation', 'training.l1', 'training.l2']
const EXTRA = [
  'training.loss', 'model.output_activation', 'model.initializer', 'model.bias_initializer', 'model.seed', 'training.shuffle', 'training.seed',
]
const TITLES = { 'model.seed': 'Weight seed', 'training.seed': 'Training seed', 'training.optimizer.name': 'Optimizer' }
const MIXED = 'mixed'

/**
 * @param {HTMLElement} el
 * @param {{emit: (type: string, detail?: any) => void}} options
 */
export function trainingPanel(el, { emit }) {
  const grid = element('div', { class: 'training-grid' })
  const extra = element('div', { class: 'training-extra', id: 'training-extra', hidden: true })
  const errors = element('div', { class: 'training-errors' })
  const dot = element('span', { class: 'training-dot', hidden: true })
  const more = element('button', {
    type: 'button', class: 'button training-more', 'aria-expanded': 'false', 'aria-controls': 'training-extra', click: () => open(extra.hidden),
  }, dot, 'More', icon('chevron'))
  el.replaceChildren(grid, errors, extra)
  /** @type {Map<string, import('../controls.js').Control>} */
  const controls = new Map()
  const changed = changes()
  let model = null
  let built = ''

  function open(yes) {
    extra.hidden = !yes
    setAttribute(more, 'aria-expanded', String(yes))
    mark()
  }

  const set = (path) => (value) => emit('set', { path, value })

  function control(path) {
    if (controls.has(path)) return controls.get(path)
    const made = path === 'activation' ? choiceControl(path, setActivations, (name) => (name === MIXED ? 'Mixed' : words(name)))
      : path === 'training.loss' ? choiceControl(path, set(path), (name) => auto(name, model.start?.loss))
      : path === 'model.output_activation' ? choiceControl(path, set(path), (name) => auto(name, model.start?.output_activation))
      : controlFor(settingAt(model.schema, path, model.config), set(path))
    controls.set(path, made)
    errors.append(made.error)
    return made
  }

  /** The same activation for every hidden layer. */
  function setActivations(value) {
    if (value === MIXED) return
    emit('set-many', {
      changes: model.config.model.layers.flatMap((layer, i) => (layer.type === 'dense' ? [{ path: `model.layers.${i}.activation`, value }] : [])),
    })
  }

  /** What stands at a path that is not simply a setting. */
  function activation() {
    const dense = model.config.model.layers.findIndex((layer) => layer.type === 'dense')
    const names = new Set(model.config.model.layers.filter((layer) => layer.type === 'dense').map((layer) => layer.activation))
    const probe = { model: { layers: [{ type: 'dense' }] } }
    const setting = settingAt(model.schema, 'model.layers.0.activation', probe)
    return { setting: { ...setting, path: 'activation' }, value: names.size > 1 ? MIXED : [...names][0] ?? 'tanh', disabled: dense < 0 }
  }

  /** Depends on the model alone. */
  function update(newModel) {
    model = newModel
    const { schema, config } = model
    if (!changed(schema, config, model.errors, model.start)) return
    const own = Object.keys(config.training.optimizer).filter((name) => name !== 'name' && name !== 'learning_rate')
    const below = [...own.map((name) => `training.optimizer.${name}`), ...EXTRA]
    if (!built) grid.replaceChildren(...ROW.map((path) => control(path).node), more) // once: what has the focus stays
    if (built !== below.join()) {
      built = below.join()
      extra.replaceChildren(...below.map((path) => control(path).node))
    }
    for (const path of [...ROW, ...below]) {
      const complaints = model.errors.filter((error) => error.path === path).map(({ message }) => message)
      if (path === 'activation') {
        control(path).update(activation())
        continue
      }
      const setting = settingAt(schema, path, config)
      control(path).update({ setting: { ...setting, title: TITLES[path] ?? setting.title }, value: getIn(config, path), errors: complaints })
    }
    const wrong = model.errors.some(({ path }) => below.includes(path))
    if (wrong && extra.hidden) open(true)
    mark()
  }

  /** A dot on "More" while it hides a setting that is not the usual one. */
  function mark() {
    dot.hidden = !extra.hidden || EXTRA.every((path) => getIn(model.config, path) === getIn(model.defaults, path))
  }

  return { update }
}

/** "Auto" together with what it comes to; which cross-entropy goes without saying. */
const auto = (name, resolved) => (name === 'auto' && resolved ? `Auto: ${words(resolved.replace(/^(binary|categorical)_/, ''))}` : words(name))
