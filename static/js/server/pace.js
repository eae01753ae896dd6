/**
 * How many pictures a second to ask for, and how fine a map: fewer and coarser ones where the line, the server or
 * the device cannot keep up, more again when all goes well. What is judged is stretches of two seconds.
 */

/** @import { Frame } from '../model/state.js' */

/** From the finest to the coarsest. A map's resolution is its cells along each axis. */
export const LEVELS = [
  { framesPerSecond: 20, resolution: 80 },
  { framesPerSecond: 10, resolution: 60 },
  { framesPerSecond: 4, resolution: 40 },
  { framesPerSecond: 2, resolution: 40 },
]

/** How long to look before judging. */
export const STRETCH_MS = 2000

const SLOW = 0.4 // of the pictures asked for
const WELL = 0.75
const ENOUGH = 2 // slow stretches in a row; one is a hiccup
const FEWEST = 2 // expected in a second; of fewer none can be said to be late
const PATIENCE = 3 // stretches that must go well before asking for more
const MOST_PATIENCE = 48

/**
 * @typedef {object} Pace
 * @property {number} level
 * @property {number} slow stretches in a row that were slow
 * @property {number} well stretches in a row that went well
 * @property {number} patience how many it takes to go up
 * @property {boolean} tried this level is one that has just been gone up to
 * @property {"line"|"device"|null} cause why it is not the finest
 */

/** @type {Pace} */
export const FULL = { level: 0, slow: 0, well: 0, patience: PATIENCE, tried: false, cause: null }

/** What a level costs, in pictures a second of the finest map. @param {typeof LEVELS[0]} level */
const cost = ({ framesPerSecond, resolution }) => framesPerSecond * (resolution / LEVELS[0].resolution) ** 2

/**
 * The pace after a stretch. All three are pictures a second: those that came, those that were painted (0 while the
 * page is hidden, which says nothing), and the most that training has to show.
 * @param {Pace} pace
 * @param {{arrived: number, painted: number, most: number}} seen
 * @returns {Pace}
 */
export function judged(pace, { arrived, painted, most }) {
  const { framesPerSecond, resolution } = LEVELS[pace.level]
  const expected = Math.min(framesPerSecond, most)
  const shown = painted > 0 ? Math.min(arrived, painted) : arrived
  if (expected < FEWEST) return pace
  if (shown < SLOW * expected && pace.slow + 1 < ENOUGH) return { ...pace, slow: pace.slow + 1, well: 0 }
  if (shown < SLOW * expected) {
    const can = cost({ framesPerSecond: shown, resolution })
    const fits = LEVELS.findIndex((level, i) => i > pace.level && cost(level) <= can)
    return {
      level: fits < 0 ? LEVELS.length - 1 : fits, slow: 0, well: 0, tried: false,
      patience: pace.tried ? Math.min(2 * pace.patience, MOST_PATIENCE) : pace.patience,
      cause: arrived < SLOW * expected ? 'line' : 'device',
    }
  }
  const well = shown >= WELL * expected ? pace.well + 1 : 0
  if (well < pace.patience) return { ...pace, slow: 0, well }
  if (pace.level === 0) return FULL
  const level = pace.level - 1
  return { ...pace, level, slow: 0, well: 0, tried: true, cause: level ? pace.cause : null }
}

/** What the student is told: nothing while all goes well. @param {Pace} pace */
export function told({ level, cause }) {
  const rate = LEVELS[level].framesPerSecond
  if (cause === 'line') return `Pictures come slowly: showing ${rate} a second.`
  return cause === 'device' ? `This device is busy: showing ${rate} pictures a second.` : ''
}

/** The pace of a run: counts the pictures of an open stream and judges them. @param {() => void} onChange another level fits better */
export function pacer(onChange) {
  let pace = FULL
  /** @type {{began: number, arrived: number, painted: number}|null} */
  let stretch = null // pictures since some moment of the open stream
  /** @type {Frame|null} */
  let shown = null // the newest picture on the screen

  /** A picture has come. @param {number} most steps a second */
  function arrived(most) {
    const now = performance.now()
    if (!stretch) stretch = { began: now, arrived: 0, painted: 0 }
    else stretch.arrived += 1
    const seconds = (now - stretch.began) / 1000
    if (1000 * seconds < STRETCH_MS) return
    const { level } = pace
    pace = judged(pace, { arrived: stretch.arrived / seconds, painted: stretch.painted / seconds, most })
    stretch = { began: now, arrived: 0, painted: 0 }
    if (pace.level !== level) onChange()
  }

  /** A picture is on the screen. @param {Frame|null} frame */
  function painted(frame) {
    if (frame !== shown && stretch) stretch.painted += 1
    shown = frame
  }

  return {
    arrived, painted,
    /** Another stream, or the page has been hidden or shown: what has been counted says nothing. */
    forget: () => (stretch = null),
    full: () => pace.level === FULL.level,
    level: () => LEVELS[pace.level],
    told: () => told(pace),
  }
}
