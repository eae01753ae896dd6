/** What to ask for after training has diverged: how it came to it, and what would do, tried out and not guessed. */

import { getIn, setIn } from '../model/values.js'
import { follow } from './stream.js'

/** @import { Config } from '../model/config.js' */
/** @import { Change, Checkpoint, Frame, Start } from '../model/state.js' */
/** @import { Goal } from './goal.js' */

const RATE = 'training.optimizer.learning_rate'
const SCALING = 'data.scaling'
const SMALLER = [3, 10, 30, 100, 300, 1000, 3000, 10000]
/** A change has to last for so many times the steps after which training diverged; never fewer nor more than these. */
const LONGER = 3
const FEWEST_STEPS = 200
const MOST_STEPS = 3000

/** A replay takes about a second, and longer for fewer steps than it has pictures. */
const FEWEST_REPLAYED = 20
const MOST_EPOCHS_A_SECOND = 1000

/** The last steps of a run, slowly enough to be seen. @param {number} step @param {Checkpoint|null} from @param {Start|null} start @returns {Goal} */
export function replayUntil(step, from, start) {
  const steps = Math.max(step - (from?.step ?? 0), FEWEST_REPLAYED)
  return { kind: 'replay', until: { step }, speed: Math.min(steps / (start?.steps_per_epoch ?? 1), MOST_EPOCHS_A_SECOND) }
}

/** One significant digit: 0.03, not 0.033. @param {number} value */
const round = (value) => Number(value.toPrecision(1))

/**
 * The largest smaller learning rate, and scaled features if they are not, with which training goes on and the loss falls.
 * @param {{config: Config, step: number, signal: AbortSignal, fetch: typeof globalThis.fetch}} run `step` at which it diverged
 * @returns {Promise<Change[]>}
 */
export async function remedies({ config, step, signal, fetch }) {
  const until = { step: Math.min(Math.max(LONGER * step, FEWEST_STEPS), MOST_STEPS) }

  /** @param {Change} change */
  async function lasts({ path, value }) {
    const body = () => ({ config: setIn(config, path, value), until, views: [], resolution: 20, frames_per_second: 1 })
    /** @type {(number|null|undefined)[]} */
    const losses = []
    const { reason } = await follow({
      body, signal, fetch, onWaiting: () => {},
      onEvent: (name, data) => name === 'frame' && losses.push(/** @type {Frame} */ (data).metrics.train?.loss),
    })
    const [first, last] = [losses[0], losses.at(-1)]
    return reason !== 'diverged' && first != null && last != null && last < first
  }

  /** @type {Change[]} */
  const found = []
  for (const factor of SMALLER) {
    const change = { path: RATE, value: round(getIn(config, RATE) / factor) }
    if (signal.aborted || !await lasts(change)) continue
    found.push(change)
    break
  }
  const scaled = { path: SCALING, value: 'standard' }
  if (!signal.aborted && getIn(config, SCALING) === 'none' && await lasts(scaled)) found.push(scaled)
  return found
}
