/** The address bar: it holds the whole experiment, and back and forward go through its changes. */

import { decodeLink, encodeLink } from '../model/link.js'

/** @import { Config } from '../model/config.js' */
/** @import { Schema } from '../model/schema.js' */
/** @import { Model, Notice } from '../model/state.js' */

const SAME_EDIT_MS = 1000

/** What a link got wrong, in one notice. @param {string[]} problems @returns {Notice[]} */
function told(problems) {
  if (problems.length < 2) return problems.map((text) => `${text} This part of the link was ignored.`)
  return [{ text: `${problems.length} parts of the link make no sense and were ignored; the rest counts.`, details: problems }]
}

/** @typedef {ReturnType<typeof address>} Address */

/** @param {{schema: Schema, defaults: Config}} known */
export function address(known) {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  /** @type {string|null} */
  let chosen = null // theme, not the system's
  let lastEdit = { key: '', at: -Infinity }
  /** Number of the run on the screen; an entry of the history belongs to one. @type {number} */
  let run = history.state?.run ?? 0
  let newest = run
  history.replaceState({ run }, '')

  const theme = () => chosen ?? (dark.matches ? 'dark' : 'light')

  /** The settings that the address holds, and a sentence for each part of it that makes no sense. */
  function read() {
    const { config, ui, theme: named, problems } = decodeLink(location.hash, known)
    chosen = named
    run = history.state?.run ?? ++newest
    lastEdit = { key: '', at: -Infinity }
    return { config, ui: { ...ui, theme: theme() }, notices: told(problems) }
  }

  /**
   * Write the settings into the address; what follows shortly upon itself is one entry of the history.
   * @param {Model} model
   * @param {string} [key] what was changed; without it there is no new entry
   * @param {{passing?: boolean, anew?: boolean}} [how] `anew`: this began another run
   * @returns {number|null} the run that can now be gone back to
   */
  function write({ config, ui }, key = '', { passing = false, anew = false } = {}) {
    const hash = encodeLink(config, ui, { ...known, theme: chosen })
    const now = performance.now()
    const replace = key === '' || (key === lastEdit.key && now - lastEdit.at < SAME_EDIT_MS)
    lastEdit = { key, at: passing ? Infinity : now }
    if (!anew && (`#${hash}` === location.hash || (!hash && !location.hash))) return null
    const left = anew && !replace ? run : null
    if (left !== null) run = ++newest
    history[replace ? 'replaceState' : 'pushState']({ run }, '', hash ? `#${hash}` : location.pathname + location.search)
    return left
  }

  return {
    read, write,
    run: () => run,
    chooseTheme: (/** @type {string} */ name) => (chosen = name),
    /** Use the system's theme, when it changes and none is chosen. @param {(theme: string) => void} use */
    followSystem: (use) => dark.addEventListener('change', () => chosen ?? use(theme())),
  }
}
