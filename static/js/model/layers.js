/**
 * The layers of a network: what the settings' declarations say of each type, so that a changed architecture shows
 * at once, and what the run's start says of each layer, as soon as it has come. Pure.
 */

import { targetsOf } from './config.js'
import { itemsAt, unionAt } from './schema.js'

/**
 * @typedef {object} LayerType
 * @property {string} title
 * @property {string} description
 * @property {boolean} maps its units have maps
 * @property {{name: string, title: string, kind: "weights"|"bias"|"unit"|"other"}[]} parameters
 * @property {string} note a few words more than the title
 * @property {number|null} most how many a network may have, if not as many as it may have layers
 * @property {string[]} prominent settings that are shown at once
 *
 * @typedef {object} Layer
 * @property {string} type
 * @property {object} settings as the config has them
 * @property {LayerType} about
 * @property {number} inputs
 * @property {number} units
 * @property {{name: string, title: string, kind: string, offset: number}[]|null} parameters where they lie in the flat
 *   vector; null before the run's start has come
 */

/** @type {WeakMap<object, Record<string, LayerType>>} */
const known = new WeakMap()

/** What there is to choose from, in the order of the menu. @returns {Record<string, LayerType>} */
export function layerTypes(schema) {
  if (!known.has(schema)) {
    const items = itemsAt(schema, 'model.layers')
    const { variants } = unionAt(schema, items)
    const described = items.options.map(({ value: type, ...about }) => {
      const { properties } = variants[type]
      return [type, { ...about, prominent: Object.keys(properties).filter((name) => properties[name].prominent) }]
    })
    known.set(schema, Object.fromEntries(described))
  }
  return known.get(schema)
}

/** How many units the output has; null while that is not known. */
const outputsOf = ({ config, datasets }) => targetsOf(config, datasets)?.outputs ?? null

/** What the run's start says of each layer, output included, if it speaks of this architecture; else null. */
export function startedLayers({ start, ...model }) {
  const { config } = model
  if (!start || String(start.config.data.features) !== String(config.data.features)) return null
  const output = start.layers.at(-1).units === (outputsOf(model) ?? start.layers.at(-1).units)
  const hidden = start.layers.slice(0, -1)
  const alike = ({ type, units }, i) => hidden[i].type === type && hidden[i].units === (units ?? hidden[i].units)
  return output && hidden.length === config.model.layers.length && config.model.layers.every(alike) ? start.layers : null
}

/** The hidden layers. @param {import('./state.js').Model} model @returns {Layer[]} */
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

/** Whether the unit that is looked at has a large map. @param {{layer: number, unit: number}} probe */
export function hasMap(model, { layer, unit }) {
  const { layers } = model.config.model
  if (layer === layers.length) return unit < (outputsOf(model) ?? 0)
  const { about, units } = layersOf(model)[layer] ?? {}
  return Boolean(about?.maps) && unit < units
}

/** What a hidden layer is called: "Hidden layer 2" if it weighs its inputs, else by its type, "Dropout layer 3". */
export function layerName(types, layers, index) {
  const linked = ({ type }) => types[type].parameters.some(({ kind }) => kind === 'weights')
  return linked(layers[index]) ? `Hidden layer ${layers.slice(0, index + 1).filter(linked).length}` : `${types[layers[index].type].title} layer ${index + 1}`
}
