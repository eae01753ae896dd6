/** Wires the page: one model, views that draw it, a runner that asks the server, a link that says it all. */

import { applyChanges, nextSeed, restarts, suitClasses } from './model/config.js'
import { decodeLink, encodeLink } from './model/link.js'
import { configSchema, defaultConfig } from './model/schema.js'
import { initialModel, UI_DEFAULTS } from './model/state.js'
import { same } from './model/values.js'
import { hints } from './page/hints.js'
import { restore, save } from './page/session.js'
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

const CURVES_MS = 250
const PROBE_MS = 120
const SAME_EDIT_MS = 1000
const PLOTLY_MS = 3000 // at the latest

const byId = (id) => document.getElementById(id)

/** @type {import('./model/state.js').Model} */
let model = initialModel()
let run = null
let known = null // schema and defaults
let theme = null // chosen, not the system's
const dark = matchMedia('(prefers-color-scheme: dark)')
const options = { emit }
const points = pointsLoader({ get: () => model, set })
const help = helpView(document.body, options)
const voice = announcer(byId('announcer'))
const curves = curvesView(byId('curves'), options)
const views = [
  help, voice,
  runbarView(byId('runbar'), options), dataPanel(byId('data'), options), trainingPanel(byId('training'), options),
  noticesView(byId('notices'), options), networkView(byId('network'), options), mapView(byId('map'), options),
]

// Drawing: at most once an animation frame, the curves a few times a second.

let scheduled = 0
let curvesAt = -Infinity

function set(patch) {
  model = { ...model, ...patch }
  if (known && !scheduled) scheduled = requestAnimationFrame(draw)
}

let painted = null // the newest frame on the screen

function draw() {
  scheduled = 0
  if (model.frame !== painted) run?.painted()
  painted = model.frame
  for (const view of views) view.update(model)
  const wait = curvesAt + CURVES_MS - performance.now()
  if (wait <= 0) {
    curvesAt = performance.now()
    curves.update(model)
  } else if (!lateCurves) lateCurves = setTimeout(catchUp, wait)
}

let lateCurves = 0
function catchUp() {
  lateCurves = 0
  if (!scheduled) scheduled = requestAnimationFrame(draw)
}

// Changes: from a control, from the link, from back and forward.

/** Take over a config; what has to start anew does. */
function adopt(config) {
  const before = model.config
  if (same(before, config)) return
  const anew = restarts(before, config)
  set({ config, ui: anew ? { ...model.ui, probe: null } : model.ui })
  points.load()
  if (anew) run.restart()
  else run.reconsider()
}

let lastEdit = { key: '', at: -Infinity }

/** Write the settings into the address; what follows shortly upon itself is one entry of the history. */
function writeLink(key, passing) {
  const hash = encodeLink(model.config, model.ui, { ...known, theme })
  const now = performance.now()
  const replace = key === '' || (key === lastEdit.key && now - lastEdit.at < SAME_EDIT_MS)
  lastEdit = { key, at: passing ? Infinity : now }
  if (`#${hash}` === location.hash || (!hash && !location.hash)) return
  history[replace ? 'replaceState' : 'pushState'](null, '', hash ? `#${hash}` : location.pathname + location.search)
}

function readLink() {
  const link = decodeLink(location.hash, known)
  theme = link.theme
  const notices = link.problems.map((text) => `${text} This part of the link was ignored.`)
  set({ notices, ui: { ...model.ui, ...link.ui, theme: theme ?? (dark.matches ? 'dark' : 'light') } })
  return link.config
}

let probing = 0

/** What the views report. */
function emit(type, detail) {
  if (type === 'announce') voice.say(detail)
  if (!run) return
  if (type === 'set') change([detail], detail.passing)
  else if (type === 'set-many') change(detail.changes, detail.passing)
  else if (type === 'run') act(detail.action)
  else if (type === 'edit-param') run.edit(detail)
  else if (type === 'ui') changeUi(detail)
  else if (type === 'dismiss') set({ notices: model.notices.filter((_, i) => i !== detail) })
  else if (type === 'probe') {
    set({ ui: { ...model.ui, probe: detail } })
    clearTimeout(probing)
    if (detail) probing = setTimeout(() => run.probe(), PROBE_MS)
  }
}

let said = [] // of the last change, what else it changed

function change(changes, passing = false) {
  const { config, notices } = suitClasses(applyChanges(model.config, changes, known.schema), model.datasets)
  if (notices.length || said.length) set({ notices: [...model.notices.filter((text) => !said.includes(text)), ...notices] })
  said = notices
  adopt(config)
  writeLink(changes.map(({ path }) => path).join(), passing)
}

function changeUi({ key, value }) {
  if (key === 'theme') theme = value
  set({ ui: { ...model.ui, [key]: value } })
  if (key in UI_DEFAULTS || key === 'theme') writeLink('', false)
  if (key === 'speed' && model.run.playing) run.refresh()
}

/** @param {string} action of the run bar, the keyboard, a panel */
function act(action) {
  const seed = (path, value) => change([{ path, value: nextSeed(value) }])
  if (action === 'new-weights') seed('model.seed', model.config.model.seed)
  else if (action === 'new-data') seed('data.seed', model.config.data.seed)
  else if (action === 'pause' && !model.run.playing) return
  else run[action]()
}

/** What the runner reports. The first frame of all also starts Plotly, once it is on the screen. */
function setFromRun(patch) {
  const first = patch.frame && !model.frame
  set(patch)
  if (patch.start) points.show(patch.start)
  if (!first) return
  run.probe() // by now it may be known that there are several outputs to ask for
  afterPaint(loadPlotly)
}

/** Once what has been set is on the screen; a hidden page does not paint, and need not wait. */
const afterPaint = (task) => (document.hidden ? task() : requestAnimationFrame(() => setTimeout(task)))

/** Plotly takes a second to start on a small machine, so it starts when the network has been drawn. */
function loadPlotly() {
  const preload = byId('plotly')
  if (!preload) return
  const script = document.createElement('script')
  script.src = preload.href
  preload.replaceWith(script)
}

async function begin() {
  hints()
  const unanswered = () => {
    byId('status').querySelector('.status-text').textContent = 'The server does not answer. Trying again.'
  }
  const ask = (url) => patiently(() => json(url), () => true, unanswered)
  const schema = configSchema(await ask('api/openapi.json'))
  known = { schema, defaults: defaultConfig(schema) }
  model = initialModel(known)
  const config = readLink()
  const { checkpoint, history } = restore()
  set({ config, history: history ?? model.history })
  run = runner({ get: () => model, set: setFromRun }, { checkpoint })
  run.refresh()
  points.load()
  shortcuts({ run: act, help: help.open })
  addEventListener('popstate', () => {
    lastEdit = { key: '', at: -Infinity }
    const { speed } = model.ui
    adopt(readLink())
    if (speed !== model.ui.speed && model.run.playing) run.refresh()
  })
  addEventListener('pagehide', () => save(run.saved()))
  document.addEventListener('visibilitychange', run.blink)
  dark.addEventListener('change', () => theme || set({ ui: { ...model.ui, theme: dark.matches ? 'dark' : 'light' } }))
  setTimeout(loadPlotly, PLOTLY_MS)
  set({ datasets: (await ask('api/datasets')).datasets })
  run.probe()
}

begin()
