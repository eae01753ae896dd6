/** The course of a run: metrics against steps, a limited number of points. Pure. */

import { changedSettings, combined } from './changes.js'

/** @import { Changed, Mark } from './changes.js' */
/** @import { Schema } from './schema.js' */
/** @import { Checkpoint, Frame, Split, Start } from './state.js' */

/** Points kept of a run, however long it is. */
export const HISTORY_LIMIT = 2000

/** @type {Split[]} */
const SPLITS = ['train', 'validation', 'test']

/**
 * @typedef {{epoch: number, step: number, value: number}} Best the lowest loss, and when it was
 * @typedef {Record<string, (number|null)[]>} Curves by metric, one number for each point
 * @typedef {object} History
 * @property {number[]} epoch of each point
 * @property {number[]} step
 * @property {Curves} train
 * @property {Curves} validation
 * @property {Curves} test
 * @property {Best|null} best since the loss is measured as it is now
 * @property {Mark[]} marks where settings were changed
 * @property {number} spacing the least distance in steps between two kept points
 */

/** The curves of no run yet. @returns {History} */
export function emptyHistory() {
  return { epoch: [], step: [], train: {}, validation: {}, test: {}, best: null, marks: [], spacing: 0 }
}

/** The points at some indices. @param {History} history @param {number[]} indices */
function pick(history, indices) {
  /** @type {<T>(list: T[]) => T[]} */
  const at = (list) => indices.map((i) => list[i])
  const result = { ...history, epoch: at(history.epoch), step: at(history.step) }
  for (const split of SPLITS) {
    result[split] = Object.fromEntries(Object.entries(history[split]).map(([name, list]) => [name, at(list)]))
  }
  return result
}

/** The point with the lowest validation loss (training loss where nothing is held out), of those that compare. @param {History} history */
function bestOf(history) {
  const first = history.marks.findLast(({ losses: [from, to] }) => from !== to)?.step ?? 0
  /** @type {Best|null} */
  let best = null
  for (const [i, step] of history.step.entries()) {
    const value = history.validation.loss?.[i] ?? history.train.loss?.[i]
    if (step >= first && value != null && (best === null || value < best.value)) best = { epoch: history.epoch[i], step, value }
  }
  return best
}

/** How far behind the newest point the best one lies where it is worth a word: this share of the run, and an epoch. */
const BEHIND = 0.05

/** The best, if training has gone on without getting better since. @param {History} history */
export function overtaken({ best, epoch }) {
  const newest = epoch.at(-1) ?? 0
  return best && newest - best.epoch > Math.max(1, BEHIND * newest) ? best : null
}

/**
 * The history with what early stopping knows for sure: frames may have missed the best epoch.
 * @param {History} history
 * @param {Checkpoint} checkpoint
 * @param {number} stepsPerEpoch
 */
export function stoppedEarly(history, { early_stopping: memory }, stepsPerEpoch) {
  const [epoch, value] = [memory?.epoch[0], memory?.best[0]]
  return epoch === undefined || value == null ? history : { ...history, best: { epoch, step: epoch * stepsPerEpoch, value } }
}

/** A checkpoint to go on from with another loss, whose values early stopping must not compare with those so far. @param {Checkpoint} checkpoint @returns {Checkpoint} */
export const withoutBest = ({ early_stopping: memory, ...rest }) => rest

/** The history before a step. A run that was picked up again from an earlier checkpoint has no future. @param {History} history @param {number} step */
function beforeStep(history, step) {
  const kept = pick(history, history.step.flatMap((s, i) => (s < step ? [i] : [])))
  const known = { ...kept, marks: history.marks.filter((mark) => mark.step <= step) }
  return { ...known, best: history.best && history.best.step < step ? history.best : bestOf(known) }
}

/** The epoch of a frame; a step within one has its place between two whole epochs. @param {Frame} frame @param {number} samples in an epoch */
const epochOf = ({ epoch, position }, samples) => epoch + position / samples

/**
 * The history with a mark where settings were changed; another loss begins a new search for the best.
 * @param {History} history
 * @param {Omit<Mark, "settings">} place
 * @param {Changed[]} changes
 * @returns {History}
 */
export function markChange(history, { losses: [from, to], ...place }, changes) {
  const here = history.marks.find(({ step }) => step === place.step)
  const settings = combined([...here?.settings ?? [], ...changes])
  const mark = { ...place, settings, losses: [here?.losses[0] ?? from, to] }
  const marked = { ...history, marks: [...history.marks.filter((one) => one !== here), ...(settings.length ? [mark] : [])] }
  return from === to ? marked : { ...marked, best: bestOf(marked) }
}

/**
 * The history before a frame, with a mark if the run goes on with other settings there.
 * @param {History} history
 * @param {Frame} frame the first with the new settings
 * @param {Start|null} before what the server said of the run then
 * @param {Start} start and says now
 * @param {Schema} schema
 */
export function markChanges(history, frame, before, start, schema) {
  if (!before || before === start || frame.step === 0) return history
  const changes = changedSettings(schema, before.config, start.config)
  const place = { epoch: epochOf(frame, start.samples.train), step: frame.step, losses: [before.loss, start.loss] }
  return changes.length ? markChange(history, place, changes) : history
}

/** Half as many points, evenly spaced over the whole run; the first, the last and the best stay. @param {History} history @param {number} limit */
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

/** Whether a frame says of the last point what is known of it. @param {History} history @param {Frame} frame */
const repeats = (history, { step, metrics }) => step === history.step.at(-1)
  && SPLITS.every((split) => Object.entries(metrics[split] ?? {}).every(([name, value]) => history[split][name]?.at(-1) === value))

/**
 * The history with a frame's metrics added, in place of whatever it had from that step on: a weight typed by hand,
 * or another loss, changes the numbers of a step. The newest point gives way to the next while it lies closer than
 * `spacing`.
 * @param {History} history
 * @param {Frame} frame
 * @param {number} [samples] in an epoch
 * @returns {History}
 */
export function appendFrame(history, frame, samples = Infinity, limit = HISTORY_LIMIT) {
  const last = history.step.at(-1) ?? -1
  if (repeats(history, frame)) return history
  if (frame.step <= last) return appendFrame(beforeStep(history, frame.step), frame, samples, limit)

  const n = history.step.length
  const crowded = n > 1 && last - history.step[n - 2] < history.spacing && history.best?.step !== last
  const kept = crowded ? n - 1 : n
  /** @type {<T>(list: T[]|undefined, value: T) => T[]} */
  const add = (list, value) => [...(list ? list.slice(0, kept) : Array(kept).fill(null)), value]
  const epoch = epochOf(frame, samples)
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
