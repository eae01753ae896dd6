/** The experiment's settings: what follows from a change of one of them, and what they come to. Pure. */

import { nodeAt, unionOf, variantAt } from './schema.js'
import { getIn, same, setIn } from './values.js'

/** @import { Schema } from './schema.js' */
/** @import { Change, Dataset, Model, Split, Task } from './state.js' */

/**
 * @typedef {{data: DataConfig, model: ModelConfig, training: TrainingConfig}} Config completed; the schema says more
 *
 * @typedef {object} DataConfig
 * @property {string} name
 * @property {number} n_samples
 * @property {number|null} n_classes
 * @property {number} seed
 * @property {Record<Split, number>} split
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
 * @property {string} loss
 * @property {number} batch_size
 * @property {number} label_smoothing
 * @property {number[]|null} class_weights
 * @property {{name: string, learning_rate: number}} optimizer
 * @property {{name: string, patience: number}} early_stopping
 */

/** The largest seed. */
const SEED_LIMIT = 2 ** 32

/** Another variant of the group at a path, with its own defaults but for what all variants share. @param {Config} config @param {Schema} schema @param {string} path @param {unknown} name */
function choose(config, schema, path, name) {
  const before = getIn(config, path)
  const shared = nodeAt(schema, path, config).keeps.map((/** @type {string} */ key) => [key, before[key]])
  return setIn(config, path, { ...variantAt(schema, path, name), ...Object.fromEntries(shared) })
}

/**
 * A config after some changes and what follows from them: another optimizer or schedule comes with its own
 * defaults, and a number of classes stays only with a dataset that can have it.
 * @param {Config} config
 * @param {Change[]} changes
 * @param {Schema} schema
 * @param {Dataset[]|null} datasets the gallery
 */
export function applyChanges(config, changes, schema, datasets) {
  let next = config
  for (const { path, value } of changes) {
    const group = unionOf(schema, path)
    if (!group) next = setIn(next, path, value)
    else if (value !== getIn(next, path)) next = choose(next, schema, group, value)
    if (path === 'data.name' && datasets && !classCounts(next, datasets).length) next = setIn(next, 'data.n_classes', null)
  }
  return next
}

/** The gallery's entry of a config's dataset. @param {Config} config @param {Dataset[]|null} datasets */
const datasetOf = ({ data }, datasets) => datasets?.find(({ name }) => name === data.name)

/** How many classes may be chosen for the dataset; none if they may not. @param {Config} config @param {Dataset[]|null} datasets @returns {number[]} */
export const classCounts = (config, datasets) => (datasetOf(config, datasets)?.tasks ?? []).map((task) => task.n_classes).filter((count) => count !== null)

/**
 * What the targets of a config's dataset are, from the gallery.
 * @param {Config} config
 * @param {Dataset[]|null} datasets
 * @returns {Task|null} null before the gallery has come
 */
export function targetsOf(config, datasets) {
  const entry = datasetOf(config, datasets)
  return entry ? entry.tasks.find((task) => task.n_classes === config.data.n_classes) ?? entry.tasks[0] : null
}

/** What the output's sums go through, where that is left to the task. @param {Model} model */
export function outputActivation({ config, datasets, start }) {
  const { output_activation: chosen } = config.model
  if (chosen !== 'auto') return chosen
  const targets = targetsOf(config, datasets)
  return start && (!targets || start.task === targets.task) ? start.output_activation : targets?.output_activation ?? ''
}

/** The network as far as its weights depend on it: what only steers their training may change on the way. @param {ModelConfig} model */
const shape = ({ layers, ...rest }) => ({ ...rest, layers: layers.map(({ trainable, l1, l2, momentum, ...layer }) => layer) })

/** Whether going from one config to the other starts a run anew; training settings go on from where it stands. @param {Config} before @param {Config} after */
export const restarts = (before, after) => !same(before.data, after.data) || !same(shape(before.model), shape(after.model))

/** The next seed: counting up, so that everyone in a class who asks for new weights gets the same ones. @param {number} seed */
export const nextSeed = (seed) => (seed + 1) % SEED_LIMIT

/** Rounded to the nearest whole number, halves to the even one, as the server does. @param {number} value */
function round(value) {
  const below = Math.floor(value)
  const half = value - below === 0.5
  return half ? below + (below % 2) : Math.round(value)
}

/** How many samples each part of the split gets. @param {DataConfig} data */
export function splitCounts({ n_samples: n, split }) {
  const first = round(n * split.train)
  const second = round(n * (split.train + split.validation))
  return { train: first, validation: second - first, test: n - second }
}

/** Epochs a second for a speed; null is as fast as it goes. Slow motion is one step a second. @param {string} speed @param {Config} config */
export function epochsPerSecond(speed, config) {
  if (speed === 'max') return null
  if (speed !== 'slow') return Number(speed)
  return 1 / Math.max(1, Math.ceil(splitCounts(config.data).train / config.training.batch_size))
}
