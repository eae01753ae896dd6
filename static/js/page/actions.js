/** What the reader does, as views, shortcuts and the history of the address report it. */

import { applyChanges, nextSeed, restarts, suitTask } from '../model/config.js'
import { UI_DEFAULTS } from '../model/state.js'
import { same } from '../model/values.js'

const PROBE_MS = 120

/**
 * @param {{get: () => import('../model/state.js').Model, set: (patch: object) => void}} store
 * @param {{run: any, points: {load: () => void}, address: any, say: (text: string) => void}} page
 */
export function actions({ get, set }, { run, points, address, say }) {
  let probing = 0
  let said = [] // of the last change, what else it changed

  /** Take over a config; what has to start anew does. */
  function adopt(config) {
    const { config: before, ui } = get()
    if (same(before, config)) return
    const anew = restarts(before, config)
    set({ config, ui: anew ? { ...ui, probe: null } : ui })
    points.load()
    if (anew) run.restart()
    else run.reconsider()
  }

  function change(changes, passing = false) {
    const model = get()
    const { config, notices } = suitTask(applyChanges(model.config, changes, model.schema, model.datasets), model)
    if (notices.length || said.length) set({ notices: [...model.notices.filter((text) => !said.includes(text)), ...notices] })
    said = notices
    adopt(config)
    address.write(get(), changes.map(({ path }) => path).join(), passing)
  }

  function changeUi({ key, value }) {
    if (key === 'theme') address.chooseTheme(value)
    set({ ui: { ...get().ui, [key]: value } })
    if (key in UI_DEFAULTS || key === 'theme') address.write(get())
    if (key === 'speed' && get().run.playing) run.refresh()
  }

  function probe(unit) {
    set({ ui: { ...get().ui, probe: unit } })
    clearTimeout(probing)
    if (unit) probing = setTimeout(run.look, PROBE_MS)
  }

  /** @param {string} name of the run bar, the keyboard, a panel */
  function act(name) {
    const { config, run: { playing } } = get()
    const redraw = (path, seed) => change([{ path, value: nextSeed(seed) }])
    if (name === 'new-weights') redraw('model.seed', config.model.seed)
    else if (name === 'new-data') redraw('data.seed', config.data.seed)
    else if (name !== 'pause' || playing) run[name]()
  }

  /** Back or forward: the address holds another experiment. */
  function revisit() {
    const { speed } = get().ui
    const { config, ui, notices } = address.read()
    set({ notices, ui: { ...get().ui, ...ui } })
    adopt(config)
    if (speed !== ui.speed && get().run.playing) run.refresh()
  }

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
  return { act, revisit, emit: (type, detail) => reports[type](detail) }
}
