/** What the reader does, as views, shortcuts and the history of the address report it. */

import { applyChanges, nextSeed, restarts } from '../model/config.js'
import { suitTask } from '../model/fit.js'
import { UI_DEFAULTS } from '../model/state.js'
import { same } from '../model/values.js'

/** @import { Config } from '../model/config.js' */
/** @import { Change, Emit, Probe, Reports, Store } from '../model/state.js' */
/** @import { Runner } from '../server/run.js' */
/** @import { Address } from './address.js' */

const PROBE_MS = 120

/** @param {Store} store @param {{run: Runner, points: {load: () => void}, address: Address, say: (text: string) => void}} page */
export function actions({ get, set }, { run, points, address, say }) {
  let probing = 0
  /** @type {string[]} */
  let said = [] // of the last change, what else it changed

  /** Take over a config; what has to start anew does. @param {Config} config */
  function adopt(config) {
    const { config: before, ui } = get()
    if (same(before, config)) return
    const anew = restarts(before, config)
    set({ config, ui: anew ? { ...ui, probe: null } : ui })
    points.load()
    if (anew) run.restart()
    else run.reconsider()
  }

  /** @param {Change[]} changes */
  function change(changes, passing = false) {
    const model = get()
    const { config, notices } = suitTask(applyChanges(model.config, changes, model.schema, model.datasets), model)
    if (notices.length || said.length) set({ notices: [...model.notices.filter((notice) => typeof notice !== 'string' || !said.includes(notice)), ...notices] })
    said = notices
    adopt(config)
    address.write(get(), changes.map(({ path }) => path).join(), passing)
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

  /** Back or forward: the address holds another experiment. */
  function revisit() {
    const { speed } = get().ui
    const { config, ui, notices } = address.read()
    set({ notices, ui: { ...get().ui, ...ui } })
    adopt(config)
    if (speed !== ui.speed && get().run.playing) run.refresh()
  }

  /** @type {{[type in keyof Reports]: (detail: Reports[type]) => void}} */
  const reports = {
    set: (detail) => change([detail], detail.passing),
    'set-many': ({ changes, passing }) => change(changes, passing),
    run: ({ action }) => act(action),
    'edit-param': run.edit,
    ui: changeUi,
    dismiss: (index) => set({ notices: get().notices.filter((_, i) => i !== index) }),
    probe,
    announce: say,
  }
  /** @type {Emit} */
  const emit = (type, detail) => reports[type](detail)

  return { act, revisit, emit }
}
