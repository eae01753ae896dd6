/**
 * The run bar: play and its neighbors, how fast, how far, and why it stands still. Its elements are in the page
 * from the start.
 */

import { setAttribute, setText } from '../display/element.js'
import { count, metric, metricName, metricsOf } from '../display/format.js'
import { setIcon } from '../display/icon.js'
import { sentence } from '../model/status.js'

/**
 * @param {HTMLElement} el
 * @param {{emit: (type: string, detail?: any) => void}} options
 */
export function runbarView(el, { emit }) {
  const find = (selector) => el.querySelector(selector)
  const toggle = find('[data-action="toggle"]')
  const [stepBy, speed] = [find('[data-ui="stepBy"]'), find('[data-ui="speed"]')]
  const [epoch, step] = [find('[data-counter="epoch"]'), find('[data-counter="step"]')]
  const headlines = ['first', 'second'].map((name) => ({ title: find(`[data-metric="${name}"]`), value: find(`[data-counter="${name}"]`) }))
  const status = find('.status')

  for (const select of [stepBy, speed]) {
    select.addEventListener('change', () => emit('ui', { key: select.dataset.ui, value: select.value }))
  }
  for (const button of el.querySelectorAll('[data-action]')) {
    button.addEventListener('click', () => emit('run', { action: button.dataset.action }))
  }

  /** Depends on the model alone. */
  function update({ run, ui, data, start, frame }) {
    setText(toggle.querySelector('.runbar-play'), run.playing ? 'Pause' : 'Play')
    setIcon(toggle.querySelector('.icon'), run.playing ? 'pause' : 'play')
    if (speed.value !== ui.speed) speed.value = ui.speed
    if (stepBy.value !== ui.stepBy) stepBy.value = ui.stepBy
    setText(epoch, count(run.epoch))
    setText(step, count(run.step))
    const names = metricsOf((data ?? start)?.task)
    headlines.forEach(({ title, value }, i) => {
      setText(title, names[i] === 'rmse' ? metricName(names[i]) : names[i])
      setText(value, metric(names[i], frame?.metrics.train[names[i]] ?? NaN).trim())
    })
    setText(status.querySelector('.status-text'), sentence(run))
    setAttribute(status, 'data-state', run.status)
    setAttribute(status, 'data-reason', run.reason ?? '')
    setAttribute(status, 'data-help', run.message) // all of it, where the bar is too narrow
  }

  return { update }
}
