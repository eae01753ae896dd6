/**
 * The place that the reader points at: a cross on the map for those who use keys, and below the map what the
 * network is given there, what it answers, and what is true if a point lies there.
 */

import { feature, fixed, signed } from '../../format.js'
import { element, setText } from '../element.js'
import { nearestPoint } from './points.js'
import { valueAt } from './source.js'

const REACH = 10 // pixels from a point that still mean it

/** @param {HTMLElement} el */
export function readout(el) {
  const cells = ['Input', 'Prediction', 'True value'].map((name) => {
    const value = element('dd', {}, '–')
    el.append(element('div', {}, element('dt', {}, name), value))
    return value
  })

  /**
   * @param {{x: number, y: number}|null} place in axis units
   * @param {import('./source.js').Source|null} source
   * @param {any} model
   * @param {number} unit axis units a pixel
   * @returns {string} the same as a sentence
   */
  function update(place, source, model, unit) {
    if (!place) {
      setText(cells[0], 'point at the map')
      for (const cell of cells.slice(1)) setText(cell, '–')
      return ''
    }
    const { data, start, ui } = model
    const about = data ?? start
    const [first, second] = about.axes.map(({ name }) => feature(name))
    const point = data && nearestPoint(data, ui, place, { x: REACH * unit, y: REACH * unit })
    const at = point ?? place
    const said = [
      `${first} ${signed(at.x)}, ${second} ${signed(at.y)}`,
      source ? answer(valueAt(source, about.axes, at.x, at.y), source, start ?? data) : '–',
      point ? truth(point, data) : '–',
    ]
    said.forEach((text, i) => setText(cells[i], text))
    return `${said[0]}. Prediction ${said[1]}.${point ? ` True value ${said[2]}.` : ''}`
  }

  return { update }
}

/** What the map says there, in words that fit its kind. */
function answer(found, source, { task, classes }) {
  if (!found) return '–'
  const { value, winner } = found
  if (source.kind === 'signed') return `output ${signed(value)}`
  if (source.kind === 'share') return `P(class ${classes[source.klass]}) ${fixed(value)}`
  if (task === 'multiclass') return `class ${classes[winner]}, P ${fixed(value)}`
  if (task === 'regression') return `value ${signed(value)}`
  const share = (value - source.min) / (source.max - source.min)
  return `class ${classes[share >= 0.5 ? 1 : 0]}, P(${classes[1]}) ${fixed(share)}`
}

function truth({ split, target }, { task, classes }) {
  return `${task === 'regression' ? fixed(target) : `class ${classes[target]}`} (${split})`
}
