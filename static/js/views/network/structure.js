/**
 * The columns of the network, read off the config, so that a changed architecture shows at once and not only when
 * the server answers; where its parameters lie comes with the answer. Pure.
 */

import { outputActivation, targetsOf } from '../../model/config.js'
import { layerName, layersOf, layerTypes, startedLayers } from '../../model/layers.js'
import { settingAt } from '../../model/schema.js'

/** @import { LayerConfig } from '../../model/config.js' */
/** @import { LayerType } from '../../model/layers.js' */
/** @import { Schema } from '../../model/schema.js' */
/** @import { Model, Parameter } from '../../model/state.js' */

/**
 * @typedef {object} Column
 * @property {"features"|"hidden"|"between"|"output"} kind hidden: with units of its own; between: passes those before it on
 * @property {string} id stays the same while units come and go
 * @property {number} layer index in `config.model.layers`; the output is one past the end; features -1
 * @property {number} number of a layer with weights of its own, from 1 on; of the others that of the one before; features 0
 * @property {string} name "Hidden layer 2", "Dropout layer 3"
 * @property {string} title "Layer 2", "Dropout"
 * @property {string} [after] "hidden layer 2": what it follows
 * @property {number} units
 * @property {number} inputs
 * @property {string} [activation]
 * @property {string} [activationTitle]
 * @property {LayerConfig} [settings] of its layer, as the config has them
 * @property {LayerType} [about]
 * @property {Column|null} source the column its links come from; null without links
 * @property {number} W where its weights begin in the flat parameters, input by input; NaN before the run's start
 * @property {boolean} biased whether its units have biases
 * @property {number} b where they begin
 * @property {Parameter[]} own further parameters of each unit
 *
 * @typedef {Column & {settings: LayerConfig, about: LayerType}} LayerColumn
 */

/**
 * @typedef {object} Structure
 * @property {string} key equal for two configs whose parameters mean the same
 * @property {Column[]} columns
 * @property {string[]} allFeatures
 * @property {Record<string, {title: string, description: string}>} aboutFeatures how they are written and read aloud
 * @property {string[]} features active ones
 * @property {number[]} activeRows their rows among all
 * @property {string[]|null} classes
 * @property {string} task
 * @property {number} outputs
 * @property {boolean} started whether the newest frame belongs to it, so that its maps and weights may be drawn
 */

/** Where the parameters of each kind begin. @param {Parameter[]|null} [parameters] */
function offsets(parameters) {
  const of = (/** @type {Parameter["kind"]} */ kind) => (parameters ?? []).filter((parameter) => parameter.kind === kind)
  return { W: of('weights')[0]?.offset ?? NaN, b: of('bias')[0]?.offset ?? NaN, own: of('unit') }
}

/** @param {Model} model @returns {Structure} */
export function describe(model) {
  const { config, schema } = model
  const { task, classes, units: answers } = outputs(model)
  const { options: all, about: aboutFeatures } = settingAt(schema, 'data.features.0')
  const { features } = config.data
  const started = startedLayers(model)
  /** @type {(path: string, option: string|undefined) => string|undefined} */
  const titleAt = (path, option) => (option === undefined ? undefined : settingAt(schema, path, config).about[option]?.title)
  const types = layerTypes(schema)
  /** @type {Column[]} */
  const columns = [{ kind: 'features', id: 'features', layer: -1, number: 0, name: 'Features', title: 'Features', units: all.length, inputs: 0, biased: false, source: null, ...offsets(null) }]
  let last = columns[0] // with units
  let number = 0
  layersOf(model).forEach(({ type, settings, about, inputs, units, parameters }, layer) => {
    const [linked, biased] = ['weights', 'bias'].map((kind) => about.parameters.some((parameter) => parameter.kind === kind))
    const kind = about.maps || linked || units !== inputs ? 'hidden' : 'between'
    if (linked) number += 1
    const names = { name: layerName(types, config.model.layers, layer), title: linked ? `Layer ${number}` : about.title }
    const after = number ? `hidden layer ${number}` : 'the features'
    columns.push({ kind, id: `${type}-${layer}`, layer, number, ...names, after, units, inputs, activation: settings.activation, activationTitle: titleAt(`model.layers.${layer}.activation`, settings.activation), settings, about, biased, source: linked ? last : null, ...offsets(parameters) })
    if (kind === 'hidden') last = columns[columns.length - 1]
  })
  const activation = outputActivation(model)
  const inputs = columns.length > 1 ? columns[columns.length - 1].units : features.length
  columns.push({
    kind: 'output', id: 'output', layer: config.model.layers.length, number: number + 1, name: 'Output', title: 'Output', units: answers, inputs,
    activation, activationTitle: titleAt('model.output_activation', activation), biased: true, source: last, ...offsets(started?.at(-1)?.parameters),
  })
  const key = [features, columns.slice(1).map(({ id, units: many }) => `${id} ${many}`)].join('|')
  return {
    key, columns, allFeatures: all, aboutFeatures, features, activeRows: features.map((f) => all.indexOf(f)), classes, task, outputs: answers,
    started: started !== null && model.frame !== null,
  }
}

/** What kind of output the config's data asks for: from the gallery's description, else from what the server last said. @param {Model} model */
function outputs({ config, datasets, start, data }) {
  const targets = targetsOf(config, datasets)
  if (targets) {
    const { task, classes: k, outputs: units } = targets
    if (!k) return { task, classes: null, units }
    const known = [data, start].find((answer) => answer?.classes?.length === k)
    return { task, units, classes: known?.classes ?? Array.from({ length: k }, (_, i) => String(i)) }
  }
  const { task, classes } = data ?? start ?? { task: 'binary', classes: null }
  return { task, classes, units: classes && task === 'multiclass' ? classes.length : start?.layers.at(-1)?.units ?? 1 }
}

/**
 * A new layer with its usual settings, put before position `at`; like its nearest neighbor of the same type, as far
 * as that shows at once.
 * @param {Schema} schema
 * @param {LayerConfig[]} layers
 * @param {number} at
 * @param {string} type
 * @param {LayerConfig} usual
 */
export function insertLayer(schema, layers, at, type, usual) {
  const near = [...layers.slice(0, at).toReversed(), ...layers.slice(at)].find((layer) => layer.type === type)
  const like = near ? layerTypes(schema)[type].prominent.map((name) => [name, near[name]]) : []
  return [...layers.slice(0, at), { ...usual, ...Object.fromEntries(like) }, ...layers.slice(at)]
}

/** @param {LayerConfig[]} layers @param {number} at */
export const removeLayer = (layers, at) => layers.filter((_, i) => i !== at)

/** Why another layer of this type cannot be added, or null. @param {Schema} schema @param {LayerConfig[]} layers @param {string} type */
export function fullReason(schema, layers, type) {
  const { maximum } = settingAt(schema, 'model.layers')
  const { most, title } = layerTypes(schema)[type]
  if (layers.length >= maximum) return `A network has at most ${maximum} layers.`
  return layers.filter((layer) => layer.type === type).length >= (most ?? Infinity) ? `A network has at most ${most} ${title.toLowerCase()} layers.` : null
}

/** The active features with one toggled, in their fixed order; null if none would be left. @param {string[]} all @param {string[]} active @param {string} name */
export function toggleFeature(all, active, name) {
  const next = all.filter((f) => (f === name ? !active.includes(f) : active.includes(f)))
  return next.length ? next : null
}
