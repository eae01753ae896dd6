/** The datasets as pictures of themselves, drawn from the real generator; one of them is chosen. */

import { element, setAttribute, setText } from '../../display/element.js'
import { level, palettes } from '../../display/theme.js'
import { decodeArray } from '../../model/arrays.js'

const GROUPS = [
  ['Two classes', ({ task }) => task === 'binary'],
  ['More classes', ({ task }) => task === 'multiclass'],
  ['Numbers (regression)', ({ task }) => task === 'regression'],
]
const EXTENT = 6 // the pictures show x1 and x2 from -6 to 6, as the map does
const SIDE = 96
const WIND = 12 // pixels for a number of 1

/**
 * @param {{emit: (type: string, detail?: any) => void}} options
 */
export function datasetsView({ emit }) {
  const node = element('div', { class: 'datasets', role: 'radiogroup', 'aria-label': 'Dataset', 'data-path': 'data.name' })
  const about = element('p', { class: 'data-about', id: 'data-about' })
  const error = element('p', { class: 'field-error', hidden: true, id: 'data-name-error' })
  let entries = []
  let drawn = null
  let theme = ''

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
    node.replaceChildren(...GROUPS.map(([title, belongs]) => element('fieldset', { class: 'dataset-group' },
      element('legend', { class: 'dataset-title' }, title), ...entries.filter((e) => belongs(e.dataset)).map((e) => e.label))))
  }

  function update({ datasets, config, ui, errors }) {
    if (datasets && drawn !== datasets) {
      drawn = datasets
      theme = ''
      build(datasets)
    }
    if (theme !== ui.theme) {
      theme = ui.theme
      for (const { canvas, dataset } of entries) paint(canvas, dataset, palettes(theme))
    }
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

/** Every point as a dot, or as an arrow's shaft if two numbers belong to it; x2 grows upwards. */
function paint(canvas, { task, points, range }, palette) {
  const context = canvas.getContext('2d')
  const x = decodeArray(points.x).data
  const y = decodeArray(points.y).data
  const width = y.length / (x.length / 2)
  const middle = (range.min + range.max) / 2
  const half = (range.max - range.min) / 2
  context.clearRect(0, 0, SIDE, SIDE)
  context.lineWidth = 3
  context.lineCap = 'round'
  const place = (v) => SIDE / 2 + (v / EXTENT) * (SIDE / 2 - 7)
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
