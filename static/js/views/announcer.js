/**
 * What screen readers are told about the run: how it goes, every few seconds at most, and at once when it stops.
 */

import { count, metric, metricName } from '../display/format.js'
import { sentence } from '../model/status.js'

/** @import { Model, Split } from '../model/state.js' */
/** @import { Run } from '../model/status.js' */

const EVERY_MS = 5000

/** "Epoch 120. Training loss 0.0123, validation loss 0.0150." @param {Model} model */
function progress({ frame, run }) {
  const of = (/** @type {Split} */ split, /** @type {string} */ title) => {
    const value = frame?.metrics[split]?.loss
    return value == null ? [] : [`${title} ${metricName('loss').toLowerCase()} ${metric('loss', value).trim()}`]
  }
  const losses = [...of('train', 'Training'), ...of('validation', 'validation')]
  return [`Epoch ${count(run.epoch)}.`, ...(losses.length ? [`${losses.join(', ')}.`] : [])].join(' ')
}

/** @param {HTMLElement} el a polite live region @param {() => number} [now] */
export function announcer(el, now = () => performance.now()) {
  /** @type {Run|null} */
  let before = null // as it was last told
  let last = now()

  /** @param {string} text */
  function say(text) {
    last = now()
    el.textContent = text
  }

  /** Depends on the model, and on the time. @param {Model} model */
  function update(model) {
    const { run } = model
    const changed = before && (run.status !== before.status || run.message !== before.message)
    const moving = run.status === 'running' || run.status === 'connecting'
    const due = now() - last >= EVERY_MS
    before = run
    if (changed && !moving) say(run.status === 'waiting' ? sentence(run) : `${sentence(run)} ${progress(model)}`)
    else if (run.status === 'running' && due) say(progress(model))
  }

  return { update, say }
}
