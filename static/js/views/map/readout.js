/**
 * The place that the reader points at: a cross on the map for those who use keys, and below the map what the
 * network is given there, what it answers, and what is true if a point lies there.
 */

import { element, setText } from '../../display/element.js'
import { axisName, fixed, outputName, signed } from '../../display/format.js'
import { nearestPoint } from './points.js'
import { valueAt } from './source.js'

/** @import { Legend, Model } from '../../model/state.js' */
/** @import { Place } from './cursor.js' */
/** @import { Source } from './source.js' */

const REACH = 10 // pixels from a point that still mean it

/** @param {HTMLElement} el */
export function readout(el) {
  const [input, prediction, target] = ['Input', 'Prediction', 'True value'].map((text) => {
    const name = element('dt', {}, text)
    const value = element('dd', {}, '–')
    el.append(element('div', {}, name, value))
    return { name, value }
  })

  /**
   * @param {Place|null} place
   * @param {Source|null} source
   * @param {Model} model
   * @param {number} unit axis units a pixel
   * @returns {string} the same as a sentence
   */
  function update(place, source, model, unit) {
    const about = model.start ?? model.data
    const point = place && model.data && nearestPoint(model.data, model.ui, place, { x: REACH * unit, y: REACH * unit })
    const at = point ?? place
    const names = about ? about.axes.map(({ name }) => axisName(name)) : []
    setText(input.name, ['Input', names.join(', ')].join(' '))
    setText(input.value, at ? `${signed(at.x)}, ${signed(at.y)}` : 'Point at the map to read it.')
    el.classList.toggle('nowhere', !at)
    setText(prediction.value, at && source && about ? answer(valueAt(source, about.axes, at.x, at.y), source, about) : '–')
    setText(target.name, point ? `True, ${point.split}` : 'True value')
    setText(target.value, point && model.data ? truth(point.targets, model.data, source) : '–')
    if (!at) return ''
    return `${names[0]} ${fixed(at.x)}, ${names[1]} ${fixed(at.y)}. Prediction ${prediction.value.textContent}.${point ? ` True value ${target.value.textContent}, ${point.split}.` : ''}`
  }

  return { update }
}

/** What the map says there, in words that fit its kind. @param {ReturnType<typeof valueAt>} answered @param {Source} source @param {Legend} legend */
function answer(answered, source, { classes }) {
  if (!answered) return '–'
  const { value, winner } = answered
  if (source.kind === 'signed') return `output ${signed(value)}`
  if (source.kind === 'share') return `P(class ${classes?.[source.klass]}) ${fixed(value)}`
  if (winner !== null) return `class ${classes?.[winner]}, P ${fixed(value)}`
  if (!classes) return `${source.output === undefined ? 'value' : outputName(source.output)} ${signed(value)}`
  const share = (value - source.min) / (source.max - source.min)
  return `class ${classes[share >= 0.5 ? 1 : 0]}, P(${classes[1]}) ${fixed(share)}`
}

/**
 * The true class, or the true number; of several the one that the map shows.
 * @param {ArrayLike<number>} targets
 * @param {Legend} legend
 * @param {Source|null} source
 */
function truth(targets, { classes }, source) {
  if (classes) return `class ${classes[targets[0]]}`
  return targets.length === 1 ? fixed(targets[0]) : `${outputName(source?.output ?? 0)} ${fixed(targets[source?.output ?? 0])}`
}
