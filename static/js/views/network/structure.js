/**
 * The columns of the network, read off the config alone, so that a changed architecture shows at once and not
 * only when the server answers. Pure.
 */

import { targetsOf } from '../../model/config.js'

export const FEATURES = ['x1', 'x2', 'x1^2', 'x2^2', 'x1*x2', 'sin(x1)', 'sin(x2)', 'cos(x1)', 'cos(x2)']
export const LIMITS = { dense: 8, layers: 16 }

/** Layers without links of their own: what they are called, and their numbers for each unit in the parameters. */
export const BETWEEN = {
  dropout: { title: 'Dropout', parameters: 0 },
  batch_norm: { title: 'Batch norm', parameters: 2 },
  layer_norm: { title: 'Layer norm', parameters: 2 },
}

/**
 * @typedef {object} Column
 * @property {"features"|"dense"|"dropout"|"batch_norm"|"layer_norm"|"output"} kind
 * @property {string} id stays the same while units come and go
 * @property {number} layer index in `config.model.layers`; the output is one past the end; features -1
 * @property {number} number dense hidden layers counted from 1
 * @property {number} units
 * @property {number} inputs
 * @property {string} [activation]
 * @property {object} [settings] of its layer, as the config has them
 * @property {number} W where its weights begin in the flat parameters, input by input
 * @property {number} b where its biases begin
 * @property {number} [gamma] of a normalizing layer, where what it multiplies each unit with begins
 * @property {number} [beta] where what it adds begins
 * @property {Column|null} source the column its links come from
 */

/**
 * @typedef {object} Structure
 * @property {string} key equal for two configs whose parameters mean the same
 * @property {Column[]} columns
 * @property {string[]} features active ones
 * @property {number[]} activeRows their rows among all
 * @property {string[]|null} classes
 * @property {string} task
 * @property {number} outputs
 * @property {number} parameters
 */

/** @returns {Structure} */
export function describe(model) {
  const { config } = model
  const { task, classes, units } = outputs(model)
  const features = config.data.features
  /** @type {Column[]} */
  const columns = [{ kind: 'features', id: 'features', layer: -1, number: 0, units: FEATURES.length, inputs: 0, W: 0, b: 0, source: null }]
  let source = columns[0]
  let inputs = features.length
  let at = 0
  let number = 0
  const dense = (column) => {
    columns.push({ ...column, inputs, W: at, b: at + inputs * column.units, source })
    source = columns[columns.length - 1]
    at = source.b + source.units
    inputs = column.units
  }
  config.model.layers.forEach((layer, i) => {
    if (layer.type === 'dense') {
      dense({ kind: 'dense', id: `dense-${i}`, layer: i, number: ++number, units: layer.units, activation: layer.activation, settings: layer })
    } else {
      columns.push({ kind: layer.type, id: `${layer.type}-${i}`, layer: i, number, units: inputs, inputs, W: 0, b: 0, source: null, settings: layer, gamma: at, beta: at + inputs })
      at += BETWEEN[layer.type].parameters * inputs
    }
  })
  dense({
    kind: 'output', id: 'output', layer: config.model.layers.length, number: number + 1,
    units, activation: outputActivation(model, task),
  })
  const key = [features, config.model.layers.map((l) => `${l.type} ${l.units ?? ''}`), inputs].join('|')
  return { key, columns, features, activeRows: features.map((f) => FEATURES.indexOf(f)), classes, task, outputs: units, parameters: at }
}

/** What kind of output the config's data asks for: from the gallery's description, else from what the server last said. */
function outputs({ config, datasets, start, data }) {
  const targets = targetsOf(config, datasets)
  if (targets) {
    const { task, classes: k, outputs: units } = targets
    if (task === 'regression') return { task, classes: null, units }
    const known = [data, start].find((answer) => answer?.classes?.length === k)
    return { task, units, classes: known?.classes ?? Array.from({ length: k }, (_, i) => String(i)) }
  }
  const { task = 'binary', classes = null } = data ?? start ?? {}
  return { task, classes, units: task === 'multiclass' ? classes.length : start?.layers.at(-1).units ?? 1 }
}

function outputActivation({ config, start }, task) {
  if (config.model.output_activation !== 'auto') return config.model.output_activation
  if (start?.task === task && start.output_activation) return start.output_activation
  return { binary: 'sigmoid', multiclass: 'softmax', regression: 'linear' }[task]
}

/** Whether the newest frame belongs to this structure, so that its maps and weights may be drawn. */
export function fits(structure, { start, frame }) {
  if (!start || !frame || start.n_parameters !== structure.parameters) return false
  const layers = structure.columns.slice(1)
  return (
    String(start.config.data.features) === String(structure.features) &&
    start.layers.length === layers.length &&
    layers.every((column, i) => start.layers[i].units === column.units && start.layers[i].type === (column.kind === 'output' ? 'dense' : column.kind))
  )
}

/**
 * A new layer with its usual settings, put before position `at`; a dense one like its neighbor.
 * @param {(type: string) => object} usual
 */
export function insertLayer(layers, at, type, usual) {
  const near = [...layers.slice(0, at).reverse(), ...layers.slice(at)].find((layer) => layer.type === 'dense')
  const like = type === 'dense' && near ? { units: near.units, activation: near.activation } : {}
  const layer = { ...usual(type), ...like }
  return [...layers.slice(0, at), layer, ...layers.slice(at)]
}

export const removeLayer = (layers, at) => layers.filter((_, i) => i !== at)

/** Why another layer of this type cannot be added, or null. */
export function fullReason(layers, type) {
  if (layers.length >= LIMITS.layers) return `A network has at most ${LIMITS.layers} layers.`
  const dense = layers.filter((layer) => layer.type === 'dense').length
  return type === 'dense' && dense >= LIMITS.dense ? `A network has at most ${LIMITS.dense} dense layers.` : null
}

/** The active features with one toggled, in their fixed order; null if none would be left. */
export function toggleFeature(active, name) {
  const next = FEATURES.filter((f) => (f === name ? !active.includes(f) : active.includes(f)))
  return next.length ? next : null
}
