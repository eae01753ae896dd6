/** Wires the page: one model, views that draw it, a runner that asks the server, a link that says it all. */

import { find } from './display/element.js'
import { configSchema, defaultConfig } from './model/schema.js'
import { initialModel } from './model/state.js'
import { actions } from './page/actions.js'
import { address } from './page/address.js'
import { hints } from './page/hints.js'
import { panel, panels } from './page/panels.js'
import { plotlyScript } from './page/plotly-script.js'
import { restore, save } from './page/session.js'
import { hasRun, sharedRun } from './page/sharing.js'
import { shortcuts } from './page/shortcuts.js'
import { pointsLoader } from './server/points.js'
import { json, patiently } from './server/requests.js'
import { runner } from './server/run.js'
import { announcer } from './views/announcer.js'
import { curvesView } from './views/curves.js'
import { dataPanel } from './views/data-panel.js'
import { helpView } from './views/help.js'
import { mapView } from './views/map.js'
import { networkView } from './views/network.js'
import { noticesView } from './views/notices.js'
import { runbarView } from './views/runbar.js'
import { trainingPanel } from './views/training-panel.js'

/** @import { Emit, Model } from './model/state.js' */

const UNREADABLE = 'The weights in the link cannot be read; the network begins with its first ones.'

const byId = (/** @type {string} */ id) => find(document, `#${id}`)

const VIEWS = {
  tools: helpView, runbar: runbarView, data: dataPanel, training: trainingPanel, notices: noticesView,
  network: networkView, map: mapView, curves: curvesView,
}

let model = initialModel()
/** @type {ReturnType<typeof runner>|null} */
let run = null // once the server has said which settings there are
/** @type {ReturnType<typeof actions>|null} */
let act = null
/** @type {Emit} */
const emit = (type, detail) => act?.emit(type, detail)
const voice = announcer(byId('announcer'))
const page = panels([
  panel(byId('announcer'), () => voice, emit),
  ...Object.entries(VIEWS).map(([id, view]) => panel(byId(id), view, emit)),
], ({ frame }) => run?.painted(frame))

const get = () => model

/** @param {Partial<Model>} patch */
function set(patch) {
  model = { ...model, ...patch }
  if (model.schema) page.show(model)
}

async function begin() {
  hints()
  const unanswered = () => {
    find(byId('status'), '.status-text').textContent = 'The server does not answer. Trying again.'
  }
  const ask = (/** @type {string} */ url) => patiently(() => json(url), () => true, unanswered)
  const schema = configSchema(await ask('api/openapi.json'))
  const known = { schema, defaults: defaultConfig(schema) }
  const place = address(known)
  const { config, ui, notices } = place.read()
  const left = restore()
  const saved = left.checkpoint ? left : await sharedRun() ?? left
  if (hasRun() && !saved.checkpoint) notices.push(UNREADABLE)
  model = { ...initialModel(known), notices, config, history: { ...model.history, ...saved.history } }
  set({ ui: { ...model.ui, ...ui } })
  const points = pointsLoader({ get, set })
  const firstPicture = plotlyScript()

  /** What the runner reports. With the first frame of all it is known what there is to ask for. @param {Partial<Model>} patch */
  function report(patch) {
    const first = patch.frame && !model.frame
    set(patch)
    if (patch.start) points.show(patch.start)
    if (!first) return
    run?.look()
    firstPicture()
  }

  run = runner({ get, set: report }, { saved, views: () => page.wants(model) })
  const running = run
  act = actions({ get, set }, { run, points, address: place, say: voice.say })
  run.refresh()
  points.load()
  shortcuts({ run: act.act, help: () => find(document, '[data-tool="help"]').click() })
  addEventListener('popstate', act.revisit)
  addEventListener('pagehide', () => save(running.saved()))
  document.addEventListener('visibilitychange', run.blink)
  addEventListener('online', run.now)
  place.followSystem((theme) => set({ ui: { ...model.ui, theme } }))
  set({ datasets: (await ask('api/datasets')).datasets })
  run.look()
}

begin()
