/** Whether the run goes on, and why it stands where it stands. Pure. */

/** @import { Change } from './state.js' */

/**
 * @typedef {object} Run
 * @property {"idle"|"connecting"|"running"|"waiting"|"ended"} status what happens
 * @property {string|null} reason
 * @property {string} message
 * @property {number} wait seconds until the server is asked again; 0 while it is
 * @property {boolean} playing what the student asked for
 * @property {number} step
 * @property {number} epoch
 * @property {Change[]} ways on from where training has diverged
 * @property {string} slow why there are fewer pictures than usual
 */

/** The run as it stands before anything has been asked. @type {Pick<Run, "status"|"reason"|"message"|"wait">} */
export const IDLE = { status: 'idle', reason: null, message: '', wait: 0 }

/** Why the run stands where it stands, in a sentence. @param {Run} run */
export function sentence({ status, reason, message, step, slow, wait }) {
  if (status === 'waiting') {
    const when = wait ? ` in ${wait === 1 ? '1 second' : `${wait} seconds`}` : ''
    return `${message} Trying again${when}${reason === 'cut' ? '; nothing is lost' : ''}.`
  }
  if (message) return message
  if (status === 'connecting') return 'Starting …'
  if (status === 'running') return slow || 'Training.'
  if (reason === 'paused') return 'Paused. Play goes on from here.'
  if (reason === 'step') return 'One batch done.'
  if (reason === 'epoch') return 'One epoch done.'
  return step > 0 ? 'Paused. Play goes on from here.' : 'Ready. Press play to train.'
}

/**
 * Settings that were refused, in one sentence for the run bar; each is told in full beside its control.
 * @param {{errors: object[], message: string}} outcome
 */
export function refusal({ errors, message }) {
  if (!errors.length) return message
  return errors.length === 1 ? 'One setting needs your attention before the network can train.'
    : `${errors.length} settings need your attention before the network can train.`
}
