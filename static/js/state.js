/**
 * Everything that the page shows is one plain object, the model; each function here returns a new one
 * and leaves the old one as it was. Pure.
 */

import { unionOf, variantAt } from './schema.js'

export const THEMES = ['light', 'dark', 'projector']

/** The page's own settings and the values each may have; the first is the default. */
export const UI_VALUES = {
  speed: ['50', 'slow', '1', '10', '200', 'max'], // epochs a second; "slow" is one step a second
  stepBy: ['epoch', 'batch'],
  showValidation: [false, true],
  showTest: [false, true],
  discretize: [false, true],
  logScale: [false, true],
  metric: ['loss', 'accuracy', 'r2', 'rmse'],
}
export const UI_DEFAULTS = Object.fromEntries(Object.entries(UI_VALUES).map(([key, values]) => [key, values[0]]))

/** The datasets whose number of classes may be chosen. */
export const CLASS_COUNTS = { blobs: 4, pinwheel: 5 }

/** The largest seed. */
const SEED_LIMIT = 2 ** 32

/** Points kept of a run, however long it is. */
export const HISTORY_LIMIT = 2000

/** The run as it stands before anything has been asked. */
export const IDLE = { status: 'idle', reason: null, message: '' }

/**
 * @typedef {object} Model
 * @property {object} config completed
 * @property {object} defaults the config with nothing set
 * @property {string[]} notices sentences that belong to no control
 * @property {object} schema JSON Schema of the config, with `$defs`
 * @property {object|null} start
 * @property {object|null} frame
 * @property {object|null} data
 * @property {object[]|null} datasets
 * @property {ReturnType<typeof emptyHistory>} history
 * @property {{status: "idle"|"connecting"|"running"|"waiting"|"ended", reason: string|null, message: string,
 *   playing: boolean, step: number, epoch: number, slow: string}} run `playing` is what the student asked for, `status` what happens,
 *   `slow` why there are fewer pictures than usual
 * @property {{path: string, message: string}[]} errors
 * @property {object} ui
 */

/** @returns {Model} */
export function initialModel({ schema = null, defaults = null, ui = {} } = {}) {
  return {
    config: defaults, defaults, notices: [], schema, start: null, frame: null, data: null, datasets: null,
    history: emptyHistory(),
    run: { ...IDLE, playing: false, step: 0, epoch: 0, slow: '' },
    errors: [],
    ui: { ...UI_DEFAULTS, theme: 'light', probe: null, ...ui },
  }
}

/** The value at a dotted path. */
export const getIn = (object, path) => path.split('.').reduce((value, key) => value?.[key], object)

/** A copy with the value at a dotted path changed; what lies beside the path is shared, not copied. */
export function setIn(object, path, value) {
  const [key, ...rest] = path.split('.')
  const copy = Array.isArray(object) ? [...object] : { ...object }
  copy[key] = rest.length ? setIn(object[key], rest.join('.'), value) : value
  return copy
}

/** Whether two plain values are equal, in whatever order their keys stand. */
export function same(a, b) {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]))
}

/**
 * Whether anything is another than last time; for a view that has nothing to do for most frames.
 * @returns {(...now: any[]) => boolean}
 */
export function changes() {
  let before = []
  return (...now) => {
    const changed = now.some((part, i) => part !== before[i])
    before = now
    return changed
  }
}

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

const SPLITS = ['train', 'validation', 'test']

/** The curves of no run yet. `spacing` is the least distance in steps between two kept points. */
export function emptyHistory() {
  return { epoch: [], step: [], train: {}, validation: {}, test: {}, best: null, spacing: 0 }
}

/** The points at some indices. */
function pick(history, indices) {
  const at = (list) => indices.map((i) => list[i])
  const result = { ...history, epoch: at(history.epoch), step: at(history.step) }
  for (const split of SPLITS) {
    result[split] = Object.fromEntries(Object.entries(history[split]).map(([name, list]) => [name, at(list)]))
  }
  return result
}

/** The point with the lowest validation loss (training loss where nothing is held out). */
function bestOf(history) {
  let best = null
  history.step.forEach((step, i) => {
    const value = history.validation.loss?.[i] ?? history.train.loss?.[i]
    if (value != null && (best === null || value < best.value)) best = { epoch: history.epoch[i], step, value }
  })
  return best
}

/** The history with what early stopping knows for sure: frames may have missed the best epoch. */
export function stoppedEarly(history, { early_stopping: memory }, stepsPerEpoch) {
  const [epoch, value] = [memory.epoch[0], memory.best[0]]
  return value === null ? history : { ...history, best: { epoch, step: epoch * stepsPerEpoch, value } }
}

/** The history up to a step. A run that was picked up again from an earlier checkpoint has no future. */
function upTo(history, step) {
  const kept = pick(history, history.step.flatMap((s, i) => (s <= step ? [i] : [])))
  return { ...kept, best: history.best && history.best.step <= step ? history.best : bestOf(kept) }
}

/** Half as many points, evenly spaced over the whole run; the first, the last and the best stay. */
function thin(history, limit) {
  const last = history.step.length - 1
  const spacing = Math.ceil((history.step[last] - history.step[0]) / (limit / 2))
  let previous = -Infinity
  const keep = history.step.flatMap((step, i) => {
    const far = step - previous >= spacing
    if (far) previous = step
    return far || i === last || step === history.best?.step ? [i] : []
  })
  return { ...pick(history, keep), spacing }
}

/**
 * The history with a frame's metrics added. A frame at the last point's step adds nothing; one before it takes
 * back what came after. The newest point gives way to the next while it lies closer than `spacing`.
 * @param {number} samples in an epoch, so that a step within one has its place between two whole epochs
 */
export function appendFrame(history, frame, samples = Infinity, limit = HISTORY_LIMIT) {
  const last = history.step.at(-1)
  if (frame.step === last) return history
  if (frame.step < last) return appendFrame(upTo(history, frame.step), frame, samples, limit)

  const n = history.step.length
  const crowded = n > 1 && last - history.step[n - 2] < history.spacing && history.best?.step !== last
  const kept = crowded ? n - 1 : n
  const add = (list, value) => [...(list ? list.slice(0, kept) : Array(kept).fill(null)), value]
  const epoch = frame.epoch + frame.position / samples
  const next = { ...history, epoch: add(history.epoch, epoch), step: add(history.step, frame.step) }
  for (const split of SPLITS) {
    const metrics = frame.metrics[split] ?? {}
    const names = new Set([...Object.keys(history[split]), ...Object.keys(metrics)])
    next[split] = Object.fromEntries([...names].map((name) => [name, add(history[split][name], metrics[name] ?? null)]))
  }
  const value = (frame.metrics.validation ?? frame.metrics.train)?.loss ?? null
  if (value !== null && (history.best === null || value < history.best.value)) {
    next.best = { epoch, step: frame.step, value }
  }
  return next.step.length > limit ? thin(next, limit) : next
}
