/** The experiment's settings: what follows from a change of one of them, and what they come to. Pure. */

import { unionOf, variantAt } from './schema.js'
import { getIn, same, setIn } from './values.js'

/**
 * @typedef {{data: DataConfig, model: ModelConfig, training: TrainingConfig}} Config completed; the schema says more
 *
 * @typedef {object} DataConfig
 * @property {string} name
 * @property {number} n_samples
 * @property {number|null} n_classes
 * @property {number} seed
 * @property {Record<import('./state.js').Split, number>} split
 * @property {string[]} features
 *
 * @typedef {object} ModelConfig
 * @property {LayerConfig[]} layers
 * @property {string} output_activation
 * @property {number} seed
 *
 * @typedef {{type: string, units?: number, activation?: string} & Record<string, string|number|boolean|null|undefined>} LayerConfig
 *
 * @typedef {object} TrainingConfig
 * @property {number} batch_size
 * @property {number} label_smoothing
 * @property {number[]|null} class_weights
 * @property {{name: string, learning_rate: number}} optimizer
 * @property {{name: string, patience: number}} early_stopping
 * @property {import('./schedules.js').Schedule} schedule
 */

/** The datasets whose number of classes may be chosen. */
export const CLASS_COUNTS = { blobs: 4, pinwheel: 5 }

/** The largest seed. */
const SEED_LIMIT = 2 ** 32

/** What stays the same when another variant is chosen: any schedule counts something and may warm up. */
const SHARED = { 'training.schedule': ['unit', 'warmup'] }

/** Another variant of the group at a path, with its own defaults. */
function choose(config, schema, path, name) {
  const before = getIn(config, path)
  const shared = (SHARED[path] ?? []).map((key) => [key, before[key]])
  return setIn(config, path, { ...variantAt(schema, path, name), ...Object.fromEntries(shared) })
}

/**
 * A config after some changes and what follows from them: another optimizer or schedule comes with its own
 * defaults, and a number of classes stays only with a dataset that can have it.
 * @param {object} config
 * @param {{path: string, value: any}[]} changes
 */
export function applyChanges(config, changes, schema) {
  let next = config
  for (const { path, value } of changes) {
    const group = unionOf(schema, path)
    if (!group) next = setIn(next, path, value)
    else if (value !== getIn(next, path)) next = choose(next, schema, group, value)
    if (path === 'data.name' && !(value in CLASS_COUNTS)) next = setIn(next, 'data.n_classes', null)
  }
  return next
}

/**
 * What the targets of a config's dataset are, from the gallery.
 * @param {object[]|null} datasets
 * @returns {{task: string, classes: number, outputs: number}|null} null before the gallery has come; `classes` is
 *   0 for numbers, `outputs` counts the output's units
 */
export function targetsOf({ data }, datasets) {
  const entry = datasets?.find(({ name }) => name === data.name)
  if (!entry) return null
  const classes = data.n_classes ?? entry.n_classes ?? 0
  if (!classes) return { task: 'regression', classes, outputs: entry.n_outputs }
  return classes > 2 ? { task: 'multiclass', classes, outputs: classes } : { task: 'binary', classes, outputs: 1 }
}

/**
 * A config with the settings that speak of classes brought in line with the data's, and a sentence for each that
 * had to change.
 * @param {object[]|null} datasets the gallery
 * @returns {{config: object, notices: string[]}}
 */
export function suitClasses(config, datasets) {
  const targets = targetsOf(config, datasets)
  const { class_weights: weights, label_smoothing: smoothing } = config.training
  const notices = []
  let next = config
  if (!targets) return { config, notices }
  if (!targets.classes && smoothing > 0) {
    next = setIn(next, 'training.label_smoothing', 0)
    notices.push('Label smoothing is off now: this dataset has numbers instead of labels.')
  }
  if (!targets.classes && weights) {
    next = setIn(next, 'training.class_weights', null)
    notices.push('Class weights are off now: this dataset has numbers instead of classes.')
  } else if (weights && weights.length !== targets.classes) {
    next = setIn(next, 'training.class_weights', Array.from({ length: targets.classes }, (_, k) => weights[k] ?? 1))
    notices.push(`There are ${targets.classes} class weights now, one for each class; new ones are 1.`)
  }
  return { config: next, notices }
}

/** The network as far as its weights depend on it: what only steers their training may change on the way. */
const shape = ({ layers, ...rest }) => ({ ...rest, layers: layers.map(({ trainable, l1, l2, momentum, ...layer }) => layer) })

/** Whether going from one config to the other starts a run anew; training settings go on from where it stands. */
export const restarts = (before, after) => !same(before.data, after.data) || !same(shape(before.model), shape(after.model))

/** The next seed: counting up, so that everyone in a class who asks for new weights gets the same ones. */
export const nextSeed = (seed) => (seed + 1) % SEED_LIMIT

/** Rounded to the nearest whole number, halves to the even one, as the server does. */
function round(value) {
  const below = Math.floor(value)
  const half = value - below === 0.5
  return half ? below + (below % 2) : Math.round(value)
}

/** How many samples each part of the split gets. */
export function splitCounts({ n_samples: n, split }) {
  const first = round(n * split.train)
  const second = round(n * (split.train + split.validation))
  return { train: first, validation: second - first, test: n - second }
}

/** Epochs a second for a speed; null is as fast as it goes. Slow motion is one step a second. */
export function epochsPerSecond(speed, config) {
  if (speed === 'max') return null
  if (speed !== 'slow') return Number(speed)
  return 1 / Math.max(1, Math.ceil(splitCounts(config.data).train / config.training.batch_size))
}
