/**
 * The Training panel: the five settings that everyone turns in a row, the others in a drawer behind "More". It opens
 * by itself when something in it needs attention.
 */

import { choiceControl, controlFor, optionTitle } from '../controls/fields.js'
import { element, find, setAttribute, setFlag, setText } from '../display/element.js'
import { compact } from '../display/format.js'
import { icon } from '../display/icon.js'
import { targetsOf } from '../model/config.js'
import { complaint, fitted, suits } from '../model/fit.js'
import { settingAt } from '../model/schema.js'
import { getIn, same, whenChanged } from '../model/values.js'
import { classWeightsControl } from './training-panel/class-weights.js'
import { scheduleView } from './training-panel/schedule.js'

/** @import { Control, Now } from '../controls/fields.js' */
/** @import { Setting } from '../model/schema.js' */
/** @import { Model } from '../model/state.js' */
/** @import { Options } from '../page/panels.js' */

const ROW = ['training.optimizer.learning_rate', 'training.optimizer.name', 'activation', 'training.l1', 'training.l2']
/** @type {Record<string, string>} */
const TITLES = {
  'model.seed': 'Weight seed', 'training.seed': 'Training seed', 'training.optimizer.name': 'Optimizer', 'training.gradient_clipping.limit': 'Clipping limit',
}
const MIXED = 'mixed'

/** What "More" holds, in groups; the numbers of whatever is chosen follow their choice. @param {Model["config"]} config @returns {[string, string[]][]} */
function groupsOf(config) {
  /** @type {(path: string, ...elsewhere: string[]) => string[]} */
  const own = (path, ...elsewhere) => Object.keys(getIn(config, path)).filter((name) => !['name', ...elsewhere].includes(name)).map((name) => `${path}.${name}`)
  const choice = (/** @type {string} */ path) => [`${path}.name`, ...own(path)]
  return [
    ['Optimizer', own('training.optimizer', 'learning_rate')],
    ['Learning rate', ['training.schedule.name', ...own('training.schedule', 'unit', 'warmup'), 'training.schedule.warmup', 'training.schedule.unit']],
    ['Clipping and stopping', [...choice('training.gradient_clipping'), ...choice('training.early_stopping')]],
    ['Loss', ['training.loss', 'model.output_activation', 'training.label_smoothing', 'training.class_weights']],
    ['First weights', ['model.initializer', 'model.bias_initializer', 'model.seed']],
    ['Order of samples', ['training.shuffle', 'training.seed']],
  ]
}

/** @param {HTMLElement} el @param {Options} options */
export function trainingPanel(el, { emit }) {
  const grid = element('div', { class: 'training-grid' })
  const close = element('button', { type: 'button', class: 'button button-icon', 'aria-label': 'Close more settings', click: shut }, icon('close'))
  const lists = element('div')
  const extra = element('div', { class: 'training-extra', id: 'training-extra', hidden: true, keydown },
    element('div', { class: 'training-extra-head' }, element('h2', { class: 'panel-title' }, 'More settings'), close), lists)
  const errors = element('div', { class: 'training-errors' })
  const dot = element('span', { class: 'training-dot', hidden: true })
  const more = element('button', {
    type: 'button', class: 'button training-more', 'aria-expanded': 'false', 'aria-controls': 'training-extra', click: () => open(extra.hidden !== false),
  }, dot, 'More', icon('chevron'))
  const now = find(el.parentElement ?? el, '.training-now')
  const rate = find(now, 'b')
  const curve = scheduleView()
  el.replaceChildren(grid, errors, extra)
  /** @type {Map<string, Control>} */
  const controls = new Map()
  /** @type {Map<string, {node: HTMLElement, list: HTMLElement}>} */
  const groups = new Map()
  const ifChanged = whenChanged()
  /** @type {Model} */
  let model

  /** @param {boolean} yes */
  function open(yes) {
    extra.hidden = !yes
    setAttribute(more, 'aria-expanded', String(yes))
    mark()
  }

  /** Escape in a field puts its old value back. @param {KeyboardEvent} event */
  function keydown(event) {
    if (event.key === 'Escape' && !(event.target instanceof HTMLInputElement)) shut(event)
  }

  /** @param {Event} event */
  function shut(event) {
    event.stopPropagation()
    open(false)
    more.focus()
  }

  const set = (/** @type {string} */ path) => (/** @type {unknown} */ value) => emit('set', { path, value })

  /** @param {string} path */
  function control(path) {
    const known = controls.get(path)
    if (known) return known
    const made = path === 'activation' ? choiceControl(path, setActivations)
      : path === 'training.loss' ? choiceControl(path, set(path), (name, about) => auto(name, about, model.start?.loss))
      : path === 'model.output_activation' ? choiceControl(path, set(path), (name, about) => auto(name, about, model.start?.output_activation))
      : path === 'training.class_weights' ? classWeightsControl(path, set(path))
      : controlFor(settingAt(model.schema, path, model.config), set(path))
    controls.set(path, made)
    if (ROW.includes(path)) errors.append(made.error)
    return made
  }

  /** The same activation for every hidden layer. @param {string|null} value */
  function setActivations(value) {
    if (value === MIXED) return
    emit('set-many', {
      changes: model.config.model.layers.flatMap((layer, i) => (layer.type === 'dense' ? [{ path: `model.layers.${i}.activation`, value }] : [])),
    })
  }

  /** What stands at a path that is not simply a setting. @returns {Now} */
  function activation() {
    const { schema, config } = model
    const dense = config.model.layers.flatMap(({ type }, i) => (type === 'dense' ? [`model.layers.${i}.activation`] : []))
    const names = new Set(dense.map((path) => getIn(config, path)))
    const setting = settingAt(schema, 'model.layers.0.activation', { model: { layers: [{ type: 'dense' }] } })
    const misfits = Object.assign({}, ...dense.map((path) => fitted(settingAt(schema, path, config), model).misfits))
    return { setting: { ...setting, path: 'activation', misfits }, value: names.size > 1 ? MIXED : [...names][0] ?? 'tanh', disabled: !dense.length }
  }

  /** A line of "More": its name, and its controls. @param {string} title */
  function group(title) {
    const known = groups.get(title)
    if (known) return known
    const id = `training-${title.toLowerCase().replaceAll(' ', '-')}`
    const list = element('div', { class: 'training-list' })
    const node = element('div', { class: 'training-group', role: 'group', 'aria-labelledby': id }, element('h3', { class: 'training-title', id }, title), list)
    const made = { node, list }
    groups.set(title, made)
    return made
  }

  /** Depends on the model alone. @param {Model} newModel */
  function update(newModel) {
    model = newModel
    showRate()
    curve.update(model)
    ifChanged([model.schema, model.config, model.errors, model.start, model.datasets, model.ui.theme], draw)
  }

  function draw() {
    const { config } = model
    const lines = groupsOf(config).filter(([, paths]) => paths.length)
    const below = lines.flatMap(([, paths]) => paths)
    arrange(grid, [...ROW.map((path) => control(path).node), more])
    arrange(lists, lines.map(([title]) => group(title).node))
    for (const [title, paths] of lines) arrange(group(title).list, [...paths.map((path) => control(path).node), ...(title === 'Learning rate' ? [curve.node] : [])])
    for (const path of [...ROW, ...below]) show(path)
    const wrong = model.errors.some(({ path }) => below.some((own) => path === own || path.startsWith(`${own}.`)))
    if (wrong && extra.hidden) open(true)
    mark()
  }

  /** @param {string} path */
  function show(path) {
    if (path === 'activation') return control(path).update(activation())
    const { schema, config } = model
    const refused = model.errors.filter((error) => error.path === path || error.path.startsWith(`${path}.`)).map(({ message }) => message)
    const setting = fitted(settingAt(schema, path, config), model)
    const value = getIn(config, path)
    const reason = setting.misfits?.[value]
    const complaints = reason ? [`${complaint(setting, value, reason)} Choose one that fits, or auto.`] : refused
    const targets = targetsOf(config, model.datasets) ?? { classes: model.start?.classes?.length ?? 0 }
    const weights = path === 'training.class_weights' && { classes: targets.classes, item: { ...setting, ...settingAt(schema, `${path}.0`, config) }, theme: model.ui.theme }
    control(path).update({ setting: { ...setting, title: TITLES[path] ?? setting.title }, value, errors: complaints, ...weights })
    setFlag(control(path).node, 'hidden', !suits(setting, config, model.datasets) && same(value, getIn(model.defaults, path)))
    return undefined
  }

  /** The learning rate as it is now, while a schedule changes it. */
  function showRate() {
    setFlag(now, 'hidden', !model.frame || !model.start?.schedule.varies)
    if (model.frame) setText(rate, compact(model.frame.lr))
  }

  /** A dot on "More" while it hides a setting that is not the usual one. */
  function mark() {
    const [, ...usual] = groupsOf(model.config)
    dot.hidden = !extra.hidden || usual.every(([, paths]) => paths.every((path) => same(getIn(model.config, path), getIn(model.defaults, path))))
  }

  return { update }
}

/** Give a parent just these children in this order; what is there already stays, and keeps the focus. @param {HTMLElement} parent @param {Element[]} nodes */
function arrange(parent, nodes) {
  for (const old of Array.from(parent.children)) if (!nodes.includes(old)) old.remove()
  nodes.forEach((node, i) => {
    if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null)
  })
}

/** "Auto" together with what it comes to; which cross-entropy goes without saying. @param {string} name @param {Setting["about"]} about @param {string} [resolved] */
const auto = (name, about, resolved) => (name === 'auto' && resolved ? `Auto: ${optionTitle(resolved.replace(/^(binary|categorical)_/, ''), about)}` : optionTitle(name, about))
