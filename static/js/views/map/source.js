/**
 * What the large map shows: the decision, or one unit's output while the reader looks at that unit; and what its
 * values mean. Pure.
 */

import { outputName } from '../../display/format.js'
import { decodeArray } from '../../model/arrays.js'
import { layerName, layerTypes } from '../../model/layers.js'
import { outputMap, outputsOf } from '../../model/output-maps.js'
import { settingAt } from '../../model/schema.js'

/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Schema } from '../../model/schema.js' */
/** @import { Feature, Frame, Model, Probe, Range, Start } from '../../model/state.js' */

/**
 * @typedef {object} Shown
 * @property {object} key changes exactly when there is something else to paint
 * @property {number} n the map is n x n
 * @property {Numbers} values
 * @property {Numbers} [winners] the most probable class of each cell
 * @property {number} [klass] whose probability it is
 * @property {number} [output] which of several numbers a scalar is
 * @property {number} offset where the map begins in `values`
 * @property {number} min what the lowest color means
 * @property {number} max
 * @property {string} caption
 *
 * @typedef {Shown & ({kind: "scalar"}|{kind: "signed"}|{kind: "classes", winners: Numbers}|{kind: "share", klass: number})} Source
 */

/** @param {Model} model @returns {Source|null} null while there is no frame */
export function mapSource({ start, frame, ui, data, schema }) {
  const feature = ui.probe?.feature && data?.features.find(({ name }) => name === ui.probe?.feature)
  if (feature) return featureSource(schema, feature)
  if (!start || !frame?.boundary) return null
  return (ui.probe && unitSource(schema, start, frame, ui.probe)) || decision(start, frame.boundary)
}

/** @param {Start} start @param {NonNullable<Frame["boundary"]>} boundary @returns {Source} */
function decision(start, boundary) {
  const { data, shape } = decodeArray(boundary.values)
  const base = { key: boundary, n: shape[0], values: data, offset: 0 }
  if (boundary.classes) {
    return { ...base, kind: 'classes', winners: decodeArray(boundary.classes).data, min: 0, max: 1, caption: 'Most probable class' }
  }
  const several = outputsOf(start) > 1
  const caption = start.task === 'binary' ? 'Prediction of the network' : several ? `Predicted ${outputName(0)}` : 'Predicted value'
  return { ...base, kind: 'scalar', min: start.range.min, max: start.range.max, caption, ...(several && { output: 0 }) }
}

/** @param {Schema} schema @param {Feature} feature @returns {Source} */
function featureSource(schema, feature) {
  const { data, shape } = decodeArray(feature.values)
  return { key: feature, kind: 'signed', n: shape[1], values: data, offset: 0, min: -feature.scale, max: feature.scale, caption: `Feature ${settingAt(schema, 'data.features.0').about[feature.name].title}` }
}

/**
 * The large map of a unit if the frame has it, else its tile's small one.
 * @param {Schema} schema
 * @param {Start} start
 * @param {Frame} frame
 * @param {Probe} probe
 * @returns {Source|null}
 */
function unitSource(schema, start, frame, { layer = -1, unit = -1 }) {
  const described = start.layers[layer]
  if (!described?.maps || unit >= described.units) return null
  const large = frame[`unit:${layer}:${unit}`]
  if (described.output && outputsOf(start) > 1) {
    const map = outputMap(start, frame, unit)
    return map && { ...map, kind: 'scalar', offset: 0, output: unit, min: start.range.min, max: start.range.max, caption: `Output ${outputName(unit)}: predicted value` }
  }
  if (described.output) {
    if (start.task !== 'multiclass' || !large) return null
    const { data, shape } = decodeArray(large.values)
    return { key: large, kind: 'share', klass: unit, n: shape[0], values: data, offset: 0, min: 0, max: 1, caption: `Probability of class ${start.classes?.[unit]}` }
  }
  const caption = `${layerName(layerTypes(schema), start.layers, layer)}, unit ${unit + 1}`
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
 * @param {Range[]} axes
 * @param {number} x
 * @param {number} y
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
