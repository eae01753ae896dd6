/** The Data panel: which pattern, how many samples, how noisy, and how they are shared out. */

import { choiceControl, numberControl, seedControl } from '../controls/fields.js'
import { sliderControl } from '../controls/slider.js'
import { element } from '../display/element.js'
import { classCounts, splitCounts, targetsOf } from '../model/config.js'
import { settingAt } from '../model/schema.js'
import { getIn, whenChanged } from '../model/values.js'
import { datasetsView } from './data-panel/datasets.js'
import { splitControl } from './data-panel/split.js'

/** @import { Control } from '../controls/fields.js' */
/** @import { Setting } from '../model/schema.js' */
/** @import { Model } from '../model/state.js' */
/** @import { Options } from '../page/panels.js' */

/** @param {HTMLElement} el @param {Options} options */
export function dataPanel(el, { emit }) {
  const set = (/** @type {string} */ path) => (/** @type {unknown} */ value, passing = false) => emit('set', { path, value, passing })
  const datasets = datasetsView(emit)
  /** @type {Record<string, Control>} */
  const controls = {
    'data.noise': sliderControl('data.noise', set('data.noise')),
    'data.n_samples': sliderControl('data.n_samples', set('data.n_samples')),
    'training.batch_size': sliderControl('training.batch_size', set('training.batch_size')),
    'data.n_classes': numberControl('data.n_classes', set('data.n_classes')),
    'data.scaling': choiceControl('data.scaling', set('data.scaling')),
    'data.seed': seedControl('data.seed', set('data.seed'), { label: 'New data', redraw: () => emit('run', { action: 'new-data' }) }),
  }
  const split = splitControl((value, passing) => emit('set-many', {
    changes: Object.entries(value).map(([part, share]) => ({ path: `data.split.${part}`, value: share })), passing,
  }))
  const order = ['data.noise', 'data.n_classes', 'data.n_samples', split, 'training.batch_size', 'data.scaling', 'data.seed']
  const ifChanged = whenChanged()
  controls['data.n_classes'].node.hidden = true
  el.replaceChildren(
    element('div', { class: 'data-gallery' }, datasets.node, datasets.about, datasets.error),
    element('div', { class: 'data-settings' }, ...order.map((item) => (typeof item === 'string' ? controls[item] : item).node)))

  /** Depends on the model alone. @param {Model} model */
  function update(model) {
    const { config, schema, errors, datasets: gallery, ui } = model
    ifChanged([config, schema, errors, gallery, ui.theme], () => draw(model))
  }

  /** @param {Model} model */
  function draw(model) {
    const { config, schema, errors, datasets: gallery } = model
    const complaints = (/** @type {(path: string) => boolean} */ fits) => errors.filter(({ path }) => fits(path)).map(({ message }) => message)
    const samples = splitCounts(config.data)
    datasets.update(model)
    for (const [path, control] of Object.entries(controls)) {
      let setting = settingAt(schema, path, config)
      let value = getIn(config, path)
      if (path === 'training.batch_size') setting = atMost(setting, samples.train)
      if (path === 'data.n_classes') {
        control.node.hidden = !classCounts(config, gallery).length && value === null
        value ??= targetsOf(config, gallery)?.classes ?? null
      }
      control.update({ setting, value, errors: complaints((p) => p === path) })
    }
    split.update({
      setting: settingAt(schema, 'data.split', config), value: config.data.split, samples,
      errors: complaints((p) => p.startsWith('data.split')),
    })
  }

  return { update }
}

/** A batch is at most the training samples. @param {Setting} setting @param {number} samples */
function atMost(setting, samples) {
  if (samples < 1 || samples >= setting.maximum) return setting
  return { ...setting, maximum: samples, most: `the ${samples} training samples`, remedy: ' Lower it or raise `data.n_samples`.' }
}
