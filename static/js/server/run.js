/**
 * What to ask the server for, and when. The server remembers nothing, so everything the student does is a request
 * that goes on from the newest checkpoint, or from none.
 *
 * Checkpoints are rarer than frames. Training is exact, so before a run goes on with anything changed, the few steps
 * from the checkpoint to the frame on the screen are trained once more: what is shown is what goes on.
 */

import { edited } from '../model/arrays.js'
import { epochsPerSecond } from '../model/config.js'
import { appendFrame, emptyHistory, markChanges, stoppedEarly, withoutBest } from '../model/history.js'
import { IDLE, refusal } from '../model/status.js'
import { remedies, replayUntil } from './divergence.js'
import { DRAW, PLAY, REST } from './goal.js'
import { LEVELS, pacer } from './pace.js'
import { follow } from './stream.js'

/** @import { Config } from '../model/config.js' */
/** @import { Checkpoint, Frame, Saved, Start, Store } from '../model/state.js' */
/** @import { Run } from '../model/status.js' */
/** @import { Goal } from './goal.js' */
/** @import { Outcome, StreamEvent, Wait } from './stream.js' */

/** @typedef {ReturnType<typeof runner>} Runner */

/** Where something on the way passes answers on only when they are complete, streams are short ones. */
const SHORT_LEASE_SECONDS = 1
const HELD_BACK = 'Something between this page and the server, a proxy or a virus scanner, holds answers back. '
  + 'The network trains on, but its picture moves only about once a second. Whoever runs the server can help.'
const MISFIT = 'The weights that came with the link do not belong to this network; it begins with its first ones.'

/**
 * @param {Store} store
 * @param {{saved?: Saved, views: () => string[], fetch?: typeof globalThis.fetch}} from `views`: names of what is shown of a frame
 */
export function runner({ get, set }, { saved = {}, views, fetch = globalThis.fetch.bind(globalThis) }) {
  let { checkpoint = null, edited: byHand = false } = saved
  let beginning = emptyHistory() // of what comes with the next frame, if that begins a run
  let heldBack = false // something on the way passes on only complete answers
  let goal = REST
  let fresh = false // the next frame begins a new run
  let diverged = false
  let trial = new AbortController() // of what would do instead
  /** @type {Checkpoint|null} */
  let earlier = null // before the newest checkpoint
  let { config } = get() // what the frame on the screen was trained with
  /** @type {{index: number, value: number}[]} */
  let edits = [] // parameters typed by hand, to go into the next checkpoint
  /** @type {string[]} */
  let asked = [] // names of the views in the frames of the open request
  let doing = REST // what the open request is for
  /** @type {AbortController|null} */
  let open = null
  const hurry = new EventTarget()

  const pace = pacer(() => {
    status({ slow: pace.told() })
    pursue()
  })
  const status = (/** @type {Partial<Run>} */ patch) => set({ run: { ...get().run, ...patch } })
  /** @param {Goal} next @param {Partial<Run>} patch */
  function aim(next, patch) {
    goal = next
    status({ ...patch, playing: next.kind === 'play' })
  }

  /** Ask for what is wanted, as things stand now. */
  function pursue() {
    const shown = fresh ? 0 : get().frame?.step ?? 0
    if ((checkpoint?.step ?? 0) < shown) return doing.kind === 'settle' ? undefined : ask({ kind: 'settle', until: { step: shown } }, config)
    if (edits.length && checkpoint) {
      checkpoint = { ...checkpoint, params: edited(checkpoint.params, edits) }
      edits = []
    }
    if (goal.kind === 'rest') return halt()
    if (checkpoint && config.training.loss !== get().config.training.loss) checkpoint = withoutBest(checkpoint)
    config = get().config
    return ask(goal.kind === 'draw' ? { ...goal, until: { step: checkpoint?.step ?? 0 } } : goal, config)
  }

  function halt() {
    open?.abort()
    open = null
    doing = REST
    pace.forget()
  }

  /** @param {Goal} what @param {Config} settings */
  async function ask(what, settings) {
    halt()
    const mine = (open = new AbortController())
    doing = what
    const shown = what.kind === 'settle' ? [] : (asked = views())
    const speed = () => (what.kind === 'play' ? epochsPerSecond(get().ui.speed, settings) : what.speed ?? null)
    const { framesPerSecond, resolution } = what.kind === 'play' ? pace.level() : LEVELS[0]
    earlier = checkpoint
    const body = () => ({
      config: settings, checkpoint, until: what.until ?? null, views: shown, resolution,
      frames_per_second: framesPerSecond, epochs_per_second: speed(),
    })
    /** @type {Start|null} */
    let start = null
    /** @param {StreamEvent} event */
    const onEvent = (...[name, value]) => {
      if (open !== mine) return
      if (name === 'start') start = value
      else if (name === 'checkpoint') {
        if (value.step !== checkpoint?.step) earlier = checkpoint
        checkpoint = value
      } else if (start && what.kind !== 'settle') {
        show(what, start, value)
        if (what.kind === 'play') pace.arrived((speed() ?? Infinity) * start.steps_per_epoch)
      }
    }
    const onWaiting = (/** @type {Wait} */ { reason, message, seconds }) => open === mine && status({ status: 'waiting', reason, message, wait: seconds })
    const onHeldBack = () => {
      if (!heldBack) set({ notices: [...get().notices, HELD_BACK] })
      heldBack = true
    }
    const short = () => ({ ...body(), ...(heldBack && { lease_seconds: SHORT_LEASE_SECONDS }) })
    const outcome = await follow({ body: short, signal: mine.signal, onEvent, onWaiting, hurry, onHeldBack, fetch })
    if (open !== mine) return
    halt()
    finish(what, outcome)
  }

  /** Make a frame, with the start of its stream, the model's newest. @param {Goal} what @param {Start} start @param {Frame} frame */
  function show(what, start, frame) {
    const { history, run, errors, schema, start: before } = get()
    const going = fresh ? beginning : markChanges(history, frame, before, start, schema)
    const cured = run.status === 'waiting' || run.reason === 'invalid' ? IDLE : null
    set({
      start, frame, errors: errors.length ? [] : errors,
      history: appendFrame(going, frame, start.samples.train),
      run: { ...run, ...(what.kind === 'play' ? { ...IDLE, status: 'running' } : cured), step: frame.step, epoch: frame.epoch },
    })
    fresh = false
  }

  /** @param {Goal} what @param {Outcome} outcome */
  function finish(what, { reason, message = '', errors = [] }) {
    if (what.kind === 'settle' && (reason === 'until' || reason === 'early_stopping')) return pursue()
    if (what.kind === 'replay') return undefined
    if (reason === 'until') {
      const going = get().run.reason === 'early_stopping' ? { ...IDLE, reason: 'paused' } : {} // it would go on now
      aim(REST, what.kind === 'step' ? { ...IDLE, reason: what.until?.step === undefined ? 'epoch' : 'step' } : going)
      return edits.length ? refresh() : undefined
    }
    if (checkpoint && errors.some(({ path }) => path.split('.')[0] === 'checkpoint')) {
      if (byHand) set({ notices: [...get().notices, MISFIT] })
      renew()
      return pursue()
    }
    if (reason === 'diverged') lookBack(get().run.step)
    const { history, start } = get()
    set({ errors, history: reason === 'early_stopping' && checkpoint && start ? stoppedEarly(history, checkpoint, start.steps_per_epoch) : history })
    return aim(REST, { status: 'ended', reason, message: reason === 'invalid' ? refusal({ errors, message }) : message })
  }

  /** Training has diverged at a step: show how, up to the step before, and find out what would do. @param {number} end */
  async function lookBack(end) {
    const { signal } = (trial = new AbortController())
    diverged = true
    checkpoint = earlier
    await ask(replayUntil(end - 1, checkpoint, get().start), config)
    const ways = signal.aborted ? [] : await remedies({ config, step: end, signal, fetch })
    if (!signal.aborted) status({ ways })
  }

  /** Forget the run: the next request begins from the first weights. */
  function renew() {
    halt()
    checkpoint = null
    fresh = true
    diverged = false
    trial.abort()
    edits = []
    byHand = false
    beginning = emptyHistory()
    status({ ...IDLE, step: 0, epoch: 0, ways: [] })
  }

  function play() {
    if (diverged) return // the same would happen again
    aim(PLAY, { ...IDLE, status: 'connecting' })
    pursue()
  }

  function pause() {
    const waiting = get().run.status === 'waiting'
    aim(waiting || pace.full() ? REST : DRAW, { ...IDLE, reason: 'paused' }) // stand still on a fine picture
    if (waiting) halt()
    else pursue()
  }

  /** One batch or one epoch further; asked for twice it goes twice as far. */
  function step() {
    if (diverged) return
    const { frame, ui } = get()
    const unit = ui.stepBy === 'batch' ? 'step' : 'epoch'
    const from = (goal.kind === 'step' ? goal.until?.[unit] : undefined) ?? (fresh || !frame ? 0 : frame[unit])
    aim({ kind: 'step', until: { [unit]: from + 1 } }, IDLE)
    pursue()
  }

  /** Go on with the settings as they are now; what was running keeps running. */
  function refresh() {
    if (goal.kind !== 'play') aim(DRAW, {})
    pursue()
  }

  /** The config has changed. A run that has diverged has nothing left to go on with. */
  const reconsider = () => (diverged ? restart() : refresh())

  /** Begin again from the first weights, or go on with another run. @param {Saved} [run] */
  function restart(run = {}) {
    renew()
    checkpoint = run.checkpoint ?? null
    byHand = run.edited ?? false
    beginning = run.history ?? beginning
    if (goal.kind === 'play') status({ status: 'connecting' })
    refresh()
  }

  /** Change a parameter by hand; training goes on from it. Whether it could be. @param {{index: number, value: number}} change */
  function edit(change) {
    if (diverged) return false
    edits = [...edits, change]
    byHand = true
    refresh()
    return true
  }

  /** What is shown may have changed: ask for what does not come already. */
  function look() {
    if (doing.kind !== 'replay' && get().frame && views().some((view) => !asked.includes(view))) refresh()
  }

  return {
    play, pause, step, restart, refresh, reconsider, edit, look,
    painted: pace.painted,
    /** Do not wait for a lost line any longer. */
    now: () => hurry.dispatchEvent(new Event('now')),
    /** The page has been hidden or shown. */
    blink: pace.forget,
    toggle: () => (goal.kind === 'play' ? pause() : play()),
    /** What a reload needs to come back to the same place. */
    saved: () => ({ checkpoint, history: get().history, edited: byHand }),
  }
}
