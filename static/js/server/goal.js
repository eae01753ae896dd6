/** What is wanted of a run. */

/**
 * @typedef {object} Goal "draw" shows the run as it stands, "rest" asks for
 * nothing, "replay" shows how training has diverged, up to the step before.
 * @property {"play"|"step"|"draw"|"rest"|"settle"|"replay"} kind
 * @property {{step?: number, epoch?: number}} [until] of a step, or a replay
 * @property {number} [speed] of a replay, in epochs a second
 */

export const REST = /** @type {Goal} */ ({ kind: 'rest' })
export const DRAW = /** @type {Goal} */ ({ kind: 'draw' })
export const PLAY = /** @type {Goal} */ ({ kind: 'play' })
