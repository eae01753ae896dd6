/**
 * The layers of a network: what the settings' declarations say of each type, so that a changed architecture shows
 * at once, and what the run's start says of each layer, as soon as it has come. Pure.
 */

import { targetsOf } from './config.js'
import { itemsAt, unionAt } from './schema.js'

/** @import { LayerConfig } from './config.js' */
/** @import { Node, Schema } from './schema.js' */
/** @import { Model, Parameter, Probe } from './state.js' */

/**
 * @typedef {object} LayerType
 * @property {string} title
 * @property {string} description
 * @property {boolean} maps its units have maps
 * @property {Omit<Parameter, "offset">[]} parameters
 * @property {string} note a few words more than the title
 * @property {number|null} most how many a network may have, if not as many as it may have layers
 * @property {string[]} prominent settings that are shown at once
 *
 * @typedef {object} Layer
 * @property {string} type
 * @property {LayerConfig} settings as the config has them
 * @property {LayerType} about
 * @property {number} inputs
 * @property {number} units
 * @property {Parameter[]|null} parameters where they lie in the flat vector; null before the run's start has come
 */

/** @type {WeakMap<object, Record<string, LayerType>>} */
const known = new WeakMap()

/** What there is to choose from, in the order of the menu. @param {Schema} schema @returns {Record<string, LayerType>} */
export function layerTypes(schema) {
  let types = known.get(schema)
  if (!types) {
    const items = itemsAt(schema, 'model.layers')
    const variants = unionAt(schema, items)?.variants ?? {}
    types = Object.fromEntries(items.options.map((/** @type {Node} */ { value: type, ...about }) => {
      const { properties } = variants[type]
      return [type, { ...about, prominent: Object.keys(properties).filter((name) => properties[name].prominent) }]
    }))
    known.set(schema, types)
  }
  return types
}

/** How many units the output has; null while that is not known. @param {Pick<Model, "config"|"datasets">} model */
const outputsOf = ({ config, datasets }) => targetsOf(config, datasets)?.outputs ?? null

/** What the run's start says of each layer, output included, if it speaks of this architecture; else null. @param {Model} model */
export function startedLayers(model) {
  const { config, start } = model
  if (!start || String(start.config.data.features) !== String(config.data.features)) return null
  const last = start.layers[start.layers.length - 1]
  const output = last.units === (outputsOf(model) ?? last.units)
  const hidden = start.layers.slice(0, -1)
  const alike = (/** @type {LayerConfig} */ { type, units }, /** @type {number} */ i) => hidden[i].type === type && hidden[i].units === (units ?? hidden[i].units)
  return output && hidden.length === config.model.layers.length && config.model.layers.every(alike) ? start.layers : null
}

/** The hidden layers. @param {Model} model @returns {Layer[]} */
export function layersOf(model) {
  const { config, schema } = model
  const started = startedLayers(model)
  let inputs = config.data.features.length
  return config.model.layers.map((settings, i) => {
    const units = started?.[i].units ?? settings.units ?? inputs
    const layer = { type: settings.type, settings, about: layerTypes(schema)[settings.type], inputs, units, parameters: started?.[i].parameters ?? null }
    inputs = units
    return layer
  })
}

/** Whether the unit that is looked at has a large map. @param {Model} model @param {Probe} probe */
export function hasMap(model, { layer = -1, unit = -1 }) {
  if (layer === model.config.model.layers.length) return unit < (outputsOf(model) ?? 0)
  const described = layersOf(model)[layer]
  return Boolean(described?.about.maps) && unit < described.units
}

/**
 * What a hidden layer is called: "Hidden layer 2" if it weighs its inputs, else by its type, "Dropout layer 3".
 * @param {Record<string, LayerType>} types
 * @param {{type: string}[]} layers
 * @param {number} index
 */
export function layerName(types, layers, index) {
  const linked = (/** @type {{type: string}} */ { type }) => types[type].parameters.some(({ kind }) => kind === 'weights')
  return linked(layers[index]) ? `Hidden layer ${layers.slice(0, index + 1).filter(linked).length}` : `${types[layers[index].type].title} layer ${index + 1}`
}
