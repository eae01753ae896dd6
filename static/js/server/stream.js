/**
 * One request for training, followed to its end over as many connections as it takes: a lease that ran out is
 * asked for again at once, a cut line after a while, a full server when it says so. Each time from the newest
 * checkpoint, so nothing is lost but the time.
 */

import { sseParser } from './events.js'

/** @import { Checkpoint, Frame, Start } from '../model/state.js' */

/** Silence after which a line counts as cut. */
const SILENCE_MS = 5000
const WATCH_MS = 500
/** So many streams in a row of which nothing comes, while short answers do, are held back by something on the way. */
const HELD_BACK = 2
const SHORT_ANSWER_MS = 2000
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000]

/**
 * @typedef {object} Outcome
 * @property {"until"|"diverged"|"early_stopping"|"limit"|"invalid"|"refused"|"aborted"} reason
 * @property {string} [message]
 * @property {{path: string, message: string}[]} [errors] if invalid
 *
 * @typedef {Outcome|{reason: "lease"}|{reason: "server_stopping"}|Full|Cut} Ending of one connection
 * @typedef {{reason: "full", message: string, wait: number}} Full nobody is let in now
 * @typedef {{reason: "cut", message: string, silent?: boolean}} Cut `silent` if nothing at all has come
 *
 * @typedef {{reason: "full"|"cut", message: string, seconds: number}} Wait how long until the next try
 *
 * @typedef {["start", Start]|["frame", Frame]|["checkpoint", Checkpoint]} StreamEvent its name and what it brings
 */

/**
 * @param {object} request
 * @param {() => object} request.body the request as it is to be made now, newest checkpoint included
 * @param {AbortSignal} request.signal
 * @param {(...event: StreamEvent) => void} request.onEvent
 * @param {(wait: Wait) => void} request.onWaiting why nothing comes, at first and with every second that passes
 * @param {EventTarget} [request.hurry] its event "now" ends waiting for a line
 * @param {() => void} [request.onHeldBack] answers come only when they are complete: `body` should ask for short ones
 * @param {typeof globalThis.fetch} [request.fetch] a test passes its own
 * @returns {Promise<Outcome>}
 */
export async function follow({ body, signal, onEvent, onWaiting, hurry = new EventTarget(), onHeldBack = () => {}, fetch = globalThis.fetch }) {
  let failures = 0
  let silences = 0
  /** @type {typeof onEvent} */
  const heard = (...event) => {
    if (event[0] === 'frame') failures = 0
    onEvent(...event)
  }
  while (!signal.aborted) {
    const result = await connect({ body: body(), signal, onEvent: heard, fetch })
    if (signal.aborted) break
    if (result.reason === 'lease' || result.reason === 'server_stopping') {
      // A server that lets nobody in while it stops must not be asked a thousand times a second.
      if (failures++ > 0) await pause(BACKOFF_MS[0], signal)
    } else if (result.reason === 'full') {
      await wait(result, result.wait)
    } else if (result.reason === 'cut') {
      silences = result.silent ? silences + 1 : 0
      if (silences >= HELD_BACK && await answersShortly(fetch)) onHeldBack()
      if (await wait(result, BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)])) failures = 0
    } else return result
  }
  return { reason: 'aborted' }

  /** Count down, second by second; whether it was cut short. @param {Full|Cut} why @param {number} ms */
  async function wait({ reason, message }, ms) {
    const end = performance.now() + ms
    const early = new AbortController()
    const now = () => early.abort()
    if (reason === 'cut') hurry.addEventListener('now', now)
    const either = AbortSignal.any([signal, early.signal])
    for (let left = ms; left > 0 && !either.aborted; left = end - performance.now()) {
      onWaiting({ reason, message, seconds: Math.ceil(left / 1000) })
      await pause(Math.min(left, (left % 1000) || 1000), either)
    }
    hurry.removeEventListener('now', now)
    if (!signal.aborted) onWaiting({ reason, message, seconds: 0 })
    return early.signal.aborted
  }
}

/** Wait, unless aborted. @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function pause(ms, signal) {
  return new Promise((done) => {
    const timer = setTimeout(finish, ms)
    function finish() {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      done()
    }
    signal.addEventListener('abort', finish)
    if (signal.aborted) finish()
  })
}

/** Whether short answers get through. @param {typeof globalThis.fetch} fetch */
const answersShortly = (fetch) => fetch('healthz', { cache: 'no-store', signal: AbortSignal.timeout(SHORT_ANSWER_MS) })
  .then(({ ok }) => ok, () => false)

class CutError extends Error {}

/**
 * A promise whose failure means that the line is cut, and nothing else.
 * @template T
 * @param {Promise<T>} promise
 * @param {string} message
 */
const orCut = (promise, message) => promise.catch(() => { throw new CutError(message) })

/**
 * One connection: what came out of it. It is dropped when nothing arrives for a while.
 * @param {{body: object, signal: AbortSignal, onEvent: (...event: StreamEvent) => void, fetch: typeof globalThis.fetch}} request
 * @returns {Promise<Ending>}
 */
async function connect({ body, signal, onEvent, fetch }) {
  const line = new AbortController()
  const hangUp = () => line.abort()
  signal.addEventListener('abort', hangUp)
  let heard = performance.now()
  let silent = true
  const alive = () => {
    heard = performance.now()
  }
  /** @type {typeof onEvent} */
  const told = (...event) => {
    silent = false
    onEvent(...event)
  }
  const watchdog = setInterval(() => performance.now() - heard > SILENCE_MS && hangUp(), WATCH_MS)
  try {
    const response = await orCut(fetch('api/train', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify(body),
      signal: line.signal,
    }), 'The server does not answer.')
    alive()
    return response.ok && response.body ? await read(response.body, told, alive) : await refusal(response)
  } catch (error) {
    if (error instanceof CutError) return { reason: 'cut', message: error.message, silent: silent && line.signal.aborted }
    throw error
  } finally {
    clearInterval(watchdog)
    signal.removeEventListener('abort', hangUp)
  }
}

/**
 * Hand over the stream's events; the last one says why it ended.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @param {(...event: StreamEvent) => void} onEvent
 * @param {() => void} alive
 * @returns {Promise<Ending>}
 */
async function read(stream, onEvent, alive) {
  /** @type {Ending|null} */
  let end = null
  const parser = sseParser((name, data) => {
    const event = [name, JSON.parse(data)]
    if (name === 'end') end = event[1]
    else onEvent(.../** @type {StreamEvent} */ (event))
  })
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
  const lost = 'The connection to the server was lost.'
  const next = () => orCut(reader.read(), lost)
  for (let part = await next(); !part.done; part = await next()) {
    alive()
    parser.push(part.value)
  }
  return end ?? { reason: 'cut', message: lost }
}

/** What an answer that is no stream means. @param {Response} response @returns {Promise<Ending>} */
async function refusal(response) {
  const problem = await response.json().catch(() => ({}))
  const message = problem.detail ?? `The server answered ${response.status}.`
  if (response.status === 422) return { reason: 'invalid', errors: problem.errors ?? [], message }
  const wait = 1000 * (Number(response.headers.get('Retry-After')) || 2)
  if (response.status === 503) return { reason: 'full', message: 'The server is busy with other students.', wait }
  if (response.status === 429) return { reason: 'full', message, wait }
  if (response.status >= 500) return { reason: 'cut', message: 'The server has a problem.' }
  return { reason: 'refused', message }
}
