/** The datasets as pictures of themselves, drawn from the real generator; one of them is chosen. */

import { contextOf, element, setAttribute, setText } from '../../display/element.js'
import { level, palettes } from '../../display/theme.js'
import { decodeArray } from '../../model/arrays.js'
import { whenChanged } from '../../model/values.js'

/** @import { Palette } from '../../display/theme.js' */
/** @import { Dataset, Emit, Model } from '../../model/state.js' */

const GROUPS = [['Two classes', 'binary'], ['More classes', 'multiclass'], ['Numbers (regression)', 'regression']]
const EXTENT = 6 // the pictures show x1 and x2 from -6 to 6, as the map does
const SIDE = 96
const WIND = 12 // pixels for a number of 1

/** @param {Emit} emit */
export function datasetsView(emit) {
  const node = element('div', { class: 'datasets', role: 'radiogroup', 'aria-label': 'Dataset', 'data-path': 'data.name' })
  const about = element('p', { class: 'data-about', id: 'data-about' })
  const error = element('p', { class: 'field-error', hidden: true, id: 'data-name-error' })
  /** @type {{dataset: Dataset, input: HTMLInputElement, canvas: HTMLCanvasElement, label: HTMLElement}[]} */
  let entries = []
  const [built, painted] = [whenChanged(), whenChanged()]

  /** @param {Dataset[]} datasets */
  function build(datasets) {
    entries = datasets.map((dataset) => {
      const canvas = element('canvas', { class: 'dataset-picture', width: SIDE, height: SIDE, 'aria-hidden': 'true' })
      const input = element('input', {
        type: 'radio', name: 'dataset', class: 'dataset-input', value: dataset.name, 'aria-label': dataset.title,
        change: () => emit('set', { path: 'data.name', value: dataset.name }),
      })
      const label = element('label', { class: 'dataset', 'data-help': `${dataset.title}. ${dataset.description}` }, input, canvas, element('span', { class: 'dataset-name' }, dataset.title))
      return { dataset, input, canvas, label }
    })
    node.replaceChildren(...GROUPS.map(([title, task]) => element('fieldset', { class: 'dataset-group' },
      element('legend', { class: 'dataset-title' }, title), ...entries.filter(({ dataset }) => dataset.task === task).map(({ label }) => label))))
  }

  /** @param {Model} model */
  function update({ datasets, config, ui, errors }) {
    built([datasets], () => build(datasets ?? []))
    painted([datasets, ui.theme], () => {
      for (const { canvas, dataset } of entries) paint(canvas, dataset, palettes(ui.theme))
    })
    const wrong = errors.filter(({ path }) => path === 'data.name').map(({ message }) => message).join(' ')
    setText(error, wrong)
    error.hidden = !wrong
    for (const { input, dataset } of entries) {
      input.checked = dataset.name === config.data.name
      setAttribute(input, 'aria-describedby', wrong ? 'data-name-error' : 'data-about')
      if (input.checked && about.dataset.name !== dataset.name) {
        about.dataset.name = dataset.name
        about.replaceChildren(element('strong', {}, dataset.title), ` ${dataset.description}`)
      }
    }
  }

  return { node, about, error, update }
}

/**
 * Every point as a dot, or as an arrow's shaft if two numbers belong to it; x2 grows upwards.
 * @param {HTMLCanvasElement} canvas
 * @param {Dataset} dataset
 * @param {Palette} palette
 */
function paint(canvas, { task, points, range }, palette) {
  const context = contextOf(canvas)
  const x = decodeArray(points.x).data
  const y = decodeArray(points.y).data
  const width = y.length / (x.length / 2)
  const middle = (range.min + range.max) / 2
  const half = (range.max - range.min) / 2
  context.clearRect(0, 0, SIDE, SIDE)
  context.lineWidth = 3
  context.lineCap = 'round'
  const place = (/** @type {number} */ v) => SIDE / 2 + (v / EXTENT) * (SIDE / 2 - 7)
  for (let i = 0; i < x.length / 2; i++) {
    const color = task === 'regression' ? palette.divergingCss[level(y[i * width] - middle, half)] : palette.classCss[y[i]]
    const [across, down] = [place(x[2 * i]), SIDE - place(x[2 * i + 1])]
    context.beginPath()
    if (width === 2) {
      context.strokeStyle = color
      context.moveTo(across, down)
      context.lineTo(across + WIND * y[2 * i], down - WIND * y[2 * i + 1])
      context.stroke()
    } else {
      context.fillStyle = color
      context.arc(across, down, 2.9, 0, 2 * Math.PI)
      context.fill()
    }
  }
}
