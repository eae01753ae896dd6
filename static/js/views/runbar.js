/**
 * The run bar: play and its neighbors, how fast, how far, and why it stands still. Its elements are in the page
 * from the start.
 */

import { find, setAttribute, setFlag, setText } from '../display/element.js'
import { count, metric, metricName, metricsOf } from '../display/format.js'
import { setIcon } from '../display/icon.js'
import { sentence } from '../model/status.js'

/** @import { Model } from '../model/state.js' */
/** @import { Options } from '../page/panels.js' */

/** @param {HTMLElement} el @param {Options} options */
export function runbarView(el, { emit }) {
  const [play, icon] = [find(el, '.runbar-play'), find(el, '[data-action="toggle"] .icon', SVGElement)]
  const onward = el.querySelectorAll('[data-action="toggle"], [data-action="step"]')
  const [stepBy, speed] = [find(el, '[data-ui="stepBy"]', HTMLSelectElement), find(el, '[data-ui="speed"]', HTMLSelectElement)]
  const [epoch, step] = [find(el, '[data-counter="epoch"]'), find(el, '[data-counter="step"]')]
  const headlines = ['first', 'second'].map((name) => ({ title: find(el, `[data-metric="${name}"]`), value: find(el, `[data-counter="${name}"]`) }))
  const [status, sentenceOf] = [find(el, '.status'), find(el, '.status-text')]

  const now = find(el, '[data-action="now"]')

  for (const select of [stepBy, speed]) {
    select.addEventListener('change', () => emit('ui', { key: String(select.dataset.ui), value: select.value }))
  }
  for (const button of el.querySelectorAll('[data-action]')) {
    button.addEventListener('click', () => emit('run', { action: String(button.getAttribute('data-action')) }))
  }

  /** Depends on the model alone. @param {Model} model */
  function update({ run, ui, data, start, frame }) {
    setText(play, run.playing ? 'Pause' : 'Play')
    for (const button of onward) setAttribute(button, 'aria-disabled', String(run.reason === 'diverged'))
    setIcon(icon, run.playing ? 'pause' : 'play')
    if (speed.value !== ui.speed) speed.value = ui.speed
    if (stepBy.value !== ui.stepBy) stepBy.value = ui.stepBy
    setText(epoch, count(run.epoch))
    setText(step, count(run.step))
    const names = metricsOf((data ?? start)?.task)
    headlines.forEach(({ title, value }, i) => {
      setText(title, names[i] === 'rmse' ? metricName(names[i]) : names[i])
      setText(value, metric(names[i], frame?.metrics.train?.[names[i]] ?? NaN).trim())
    })
    setText(sentenceOf, sentence(run))
    setAttribute(status, 'data-state', run.status)
    setAttribute(status, 'data-reason', run.reason ?? '')
    setFlag(now, 'hidden', run.reason !== 'cut' || !run.wait)
    setAttribute(status, 'data-help', run.message) // all of it, where the bar is too narrow
  }

  return { update }
}
