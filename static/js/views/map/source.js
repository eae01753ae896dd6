/**
 * What the large map shows: the decision, or one unit's output while the reader looks at that unit; and what its
 * values mean. Pure.
 */

import { feature as label, outputName } from '../../display/format.js'
import { decodeArray } from '../../model/arrays.js'
import { outputMap, outputsOf } from '../../model/output-maps.js'

/**
 * @typedef {object} Source
 * @property {object} key changes exactly when there is something else to paint
 * @property {"scalar"|"signed"|"classes"|"share"} kind share: one class's probability
 * @property {number} n the map is n x n
 * @property {any} values
 * @property {any} [winners] the most probable class of each cell
 * @property {number} [klass] of a share
 * @property {number} [output] which of several numbers a scalar is
 * @property {number} offset where the map begins in `values`
 * @property {number} min what the lowest color means
 * @property {number} max
 * @property {string} caption
 */

/** @returns {Source|null} null while there is no frame */
export function mapSource({ start, frame, ui, data }) {
  const feature = ui.probe?.feature && data?.features.find(({ name }) => name === ui.probe.feature)
  if (feature) return featureSource(feature)
  if (!start || !frame?.boundary) return null
  return (ui.probe && unitSource(start, frame, ui.probe)) || decision(start, frame)
}

function decision(start, frame) {
  const { data, shape } = decodeArray(frame.boundary.values)
  const base = { key: frame.boundary, n: shape[0], values: data, offset: 0 }
  if (start.task === 'multiclass') {
    return { ...base, kind: 'classes', winners: decodeArray(frame.boundary.classes).data, min: 0, max: 1, caption: 'Most probable class' }
  }
  const several = outputsOf(start) > 1
  const caption = start.task === 'binary' ? 'Prediction of the network' : several ? `Predicted ${outputName(0)}` : 'Predicted value'
  return { ...base, kind: 'scalar', min: start.range.min, max: start.range.max, caption, ...(several && { output: 0 }) }
}

function featureSource(feature) {
  const { data, shape } = decodeArray(feature.values)
  return { key: feature, kind: 'signed', n: shape[1], values: data, offset: 0, min: -feature.scale, max: feature.scale, caption: `Feature ${label(feature.name)}` }
}

/** The large map of a unit if the frame has it, else its tile's small one. */
function unitSource(start, frame, { layer, unit }) {
  const described = start.layers[layer]
  if (!described || described.type !== 'dense' || unit >= described.units) return null
  const large = frame[`unit:${layer}:${unit}`]
  if (described.output && outputsOf(start) > 1) {
    const map = outputMap(start, frame, unit)
    return map && { ...map, kind: 'scalar', offset: 0, output: unit, min: start.range.min, max: start.range.max, caption: `Output ${outputName(unit)}: predicted value` }
  }
  if (described.output) {
    if (start.task !== 'multiclass' || !large) return null
    const { data, shape } = decodeArray(large.values)
    return { key: large, kind: 'share', klass: unit, n: shape[0], values: data, offset: 0, min: 0, max: 1, caption: `Probability of class ${start.classes[unit]}` }
  }
  const number = start.layers.slice(0, layer + 1).filter((l) => l.type === 'dense').length
  const caption = `Hidden layer ${number}, unit ${unit + 1}`
  if (large) {
    const { data, shape } = decodeArray(large.values)
    const scale = decodeArray(large.scale).data[0]
    return { key: large, kind: 'signed', n: shape[0], values: data, offset: 0, min: -scale, max: scale, caption }
  }
  const small = frame.neurons?.find((entry) => entry.layer === layer)
  if (!small) return null
  const { data, shape } = decodeArray(small.values)
  const scale = decodeArray(small.scale).data[unit]
  return { key: small, kind: 'signed', n: shape[1], values: data, offset: unit * shape[1] * shape[1], min: -scale, max: scale, caption }
}

/**
 * What the map says at a place.
 * @param {Source} source
 * @param {{min: number, max: number}[]} axes
 * @returns {{value: number, winner: number|null}|null} null outside the map
 */
export function valueAt(source, axes, x, y) {
  const { n, values, winners, offset, min, max, kind } = source
  const column = Math.floor(((x - axes[0].min) / (axes[0].max - axes[0].min)) * n)
  const row = Math.floor(((y - axes[1].min) / (axes[1].max - axes[1].min)) * n)
  if (column < 0 || row < 0 || column >= n || row >= n) return null
  const at = offset + row * n + column
  if (kind === 'signed') return { value: (values[at] / 127) * max, winner: null }
  if (kind === 'share') return { value: Math.max(0, values[at]) / 127, winner: null }
  return { value: min + (values[at] / 255) * (max - min), winner: winners ? winners[at] : null }
}
