/** What the reader does, as views, shortcuts and the history of the address report it. */

import { applyChanges, nextSeed, restarts } from '../model/config.js'
import { suitTask } from '../model/fit.js'
import { UI_DEFAULTS } from '../model/state.js'
import { same } from '../model/values.js'
import { share, sharedRun } from './sharing.js'

/** @import { Config } from '../model/config.js' */
/** @import { Change, Emit, Probe, Reports, Saved, Store } from '../model/state.js' */
/** @import { Runner } from '../server/run.js' */
/** @import { Address } from './address.js' */

const PROBE_MS = 120
const KEPT_RUNS = 20

/** @param {Store} store @param {{run: Runner, points: {load: () => void}, address: Address, say: (text: string) => void}} page */
export function actions({ get, set }, { run, points, address, say }) {
  let probing = 0
  /** @type {string[]} */
  let said = [] // of the last change, what else it changed
  /** Runs that were left, by their number in the history. @type {Map<number|null, Saved>} */
  const runs = new Map()

  /** @param {number|null} number @param {Saved} saved */
  function keep(number, saved) {
    if (number === null) return
    runs.delete(number)
    runs.set(number, saved)
    if (runs.size > KEPT_RUNS) runs.delete(runs.keys().next().value ?? null)
  }

  /** Take over a config; what has to start anew does, and says so. @param {Config} config @param {Saved} [saved] go on with this run */
  function adopt(config, saved) {
    const { config: before, ui } = get()
    if (!saved && same(before, config)) return false
    const anew = saved !== undefined || restarts(before, config)
    set({ config, ui: anew ? { ...ui, probe: null } : ui })
    points.load()
    if (anew) run.restart(saved)
    else run.reconsider()
    return anew
  }

  /** @param {Change[]} changes */
  function change(changes, passing = false) {
    const model = get()
    const { config, notices } = suitTask(applyChanges(model.config, changes, model.schema, model.datasets), model)
    if (notices.length || said.length) set({ notices: [...model.notices.filter((notice) => typeof notice !== 'string' || !said.includes(notice)), ...notices] })
    said = notices
    const before = run.saved()
    const anew = adopt(config)
    keep(address.write(get(), changes.map(({ path }) => path).join(), { passing, anew }), before)
  }

  /** @param {Reports["edit-param"]} edit */
  function editParam(edit) {
    const before = run.saved()
    if (run.edit(edit)) keep(address.write(get(), `parameter ${edit.index}`, { anew: true }), before)
  }

  /** @param {Reports["ui"]} choice */
  function changeUi({ key, value }) {
    if (key === 'theme') address.chooseTheme(String(value))
    set({ ui: { ...get().ui, [key]: value } })
    if (key in UI_DEFAULTS || key === 'theme') address.write(get())
    if (key === 'speed' && get().run.playing) run.refresh()
  }

  /** @param {Probe|null} unit */
  function probe(unit) {
    set({ ui: { ...get().ui, probe: unit } })
    clearTimeout(probing)
    if (unit) probing = setTimeout(run.look, PROBE_MS)
  }

  /** Of the run bar, the keyboard, a panel. @type {Record<string, () => void>} */
  const acts = {
    toggle: run.toggle, step: run.step, restart: run.restart, now: run.now,
    pause: () => get().run.playing && run.pause(),
    'new-weights': () => change([{ path: 'model.seed', value: nextSeed(get().config.model.seed) }]),
    'new-data': () => change([{ path: 'data.seed', value: nextSeed(get().config.data.seed) }]),
  }
  const act = (/** @type {string} */ name) => acts[name]()

  /** Back or forward: the address holds another experiment, or the same one before a weight was typed. */
  async function revisit() {
    const { speed } = get().ui
    const [left, before] = [address.run(), run.saved()]
    const { config, ui, notices } = address.read()
    set({ notices, ui: { ...get().ui, ...ui } })
    keep(left, before)
    const other = address.run() !== left
    adopt(config, other ? runs.get(address.run()) ?? (await sharedRun()) : undefined)
    if (speed !== ui.speed && get().run.playing) run.refresh()
  }

  /** @type {{[type in keyof Reports]: (detail: Reports[type]) => void}} */
  const reports = {
    set: (detail) => change([detail], detail.passing),
    'set-many': ({ changes, passing }) => change(changes, passing),
    run: ({ action }) => act(action),
    'edit-param': editParam,
    share: async (done) => done(await share(location.href, run.saved())),
    ui: changeUi,
    dismiss: (index) => set({ notices: get().notices.filter((_, i) => i !== index) }),
    probe,
    announce: say,
  }
  /** @type {Emit} */
  const emit = (type, detail) => reports[type](detail)

  return { act, revisit, emit }
}
