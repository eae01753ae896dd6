/**
 * What goes with the data and with the other settings: which settings speak of this kind of targets at all, and which
 * options of a menu fit, both read off the settings' declarations. Pure.
 */

import { targetsOf } from './config.js'
import { settingAt } from './schema.js'
import { getIn, same, setIn } from './values.js'

/** @import { Config } from './config.js' */
/** @import { Setting } from './schema.js' */
/** @import { Dataset, Model, Task } from './state.js' */

/** @typedef {Pick<Model, "config"|"schema"|"datasets">} Known */

/** Two settings that belong together. */
const [LOSS, OUTPUT] = ['training.loss', 'model.output_activation']

/** @type {Record<Task["task"], string>} */
const TARGETS = { regression: 'numbers', binary: 'two classes', multiclass: 'more than two classes' }

/** Whether a setting may be set for the data of a config, as far as is known. @param {Setting} setting @param {Config} config @param {Dataset[]|null} datasets */
export function suits({ tasks }, config, datasets) {
  const targets = targetsOf(config, datasets)
  return !targets || !tasks.length || tasks.includes(targets.task)
}

/** Units of the layer whose activation is at a path. @param {string} path @param {Known} known @returns {number|undefined} */
const unitsOf = (path, { config, datasets }) => (path === OUTPUT ? targetsOf(config, datasets)?.outputs : getIn(config, path.replace(/\w+$/, 'units')))

/** What an option is for, where that is not what it would be used for: "for numbers"; null if it fits. @param {Setting} setting @param {string} option @param {Known} known */
export function misfit({ path, about }, option, known) {
  const { config, schema, datasets } = known
  const { tasks, activations = [], least_units: least = 1 } = about[option] ?? {}
  const task = targetsOf(config, datasets)?.task
  if (task && tasks && !tasks.includes(task)) return `for ${tasks.map((name) => TARGETS[name]).join(' or ')}`
  if ((unitsOf(path, known) ?? least) < least) return `for ${least} units or more`
  if (option === 'auto' || (path !== LOSS && path !== OUTPUT)) return null
  const other = settingAt(schema, path === LOSS ? OUTPUT : LOSS, config)
  const chosen = getIn(config, other.path)
  const fits = path === LOSS ? activations : other.about[chosen].activations ?? []
  if (chosen === 'auto' || !fits.length || fits.includes(path === LOSS ? chosen : option)) return null
  return `not for the ${other.title.toLowerCase()} ${other.about[chosen].title}`
}

/** What is wrong with an option that does not fit, in a sentence. @param {Setting} setting @param {string} option @param {string} reason */
export const complaint = ({ about }, option, reason) => `${about[option].title} is ${reason}.`

/** A setting that knows which of its options do not fit. @param {Setting} setting @param {Known} known @returns {Setting} */
export function fitted(setting, known) {
  const reasons = setting.options.map((option) => [option, misfit(setting, option, known)])
  return { ...setting, misfits: Object.fromEntries(reasons.filter(([, reason]) => reason)) }
}

/**
 * A config with the settings that speak of the task brought in line with the data's, and a sentence for each that
 * had to change.
 * @param {Config} config
 * @param {Model} known
 */
export function suitTask(config, { schema, defaults, datasets }) {
  /** @type {string[]} */
  const notices = []
  let next = config
  for (const name of Object.keys(config.training)) {
    const path = `training.${name}`
    const setting = settingAt(schema, path, config)
    if (suits(setting, config, datasets) || same(getIn(config, path), getIn(defaults, path))) continue
    next = setIn(next, path, getIn(defaults, path))
    notices.push(`${setting.title} ${setting.title.endsWith('s') ? 'are' : 'is'} off now: this dataset has numbers instead of classes.`)
  }
  for (const path of [LOSS, OUTPUT]) {
    const setting = settingAt(schema, path, next)
    const reason = misfit(setting, getIn(next, path), { config: next, schema, datasets })
    if (!reason) continue
    notices.push(`${setting.title} is auto now: ${complaint(setting, getIn(next, path), reason)}`)
    next = setIn(next, path, getIn(defaults, path))
  }
  const { class_weights: weights } = next.training
  const count = targetsOf(config, datasets)?.classes
  if (count && weights && weights.length !== count) {
    next = setIn(next, 'training.class_weights', Array.from({ length: count }, (_, k) => weights[k] ?? 1))
    notices.push(`There are ${count} class weights now, one for each class; new ones are 1.`)
  }
  return { config: next, notices }
}
