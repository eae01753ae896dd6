/** What was changed in the middle of a run, in words. Pure. */

import { compact, lower, words } from '../display/format.js'
import { layerName, layerTypes } from './layers.js'
import { settingAt } from './schema.js'
import { getIn, same } from './values.js'

/** @import { Config } from './config.js' */
/** @import { Schema } from './schema.js' */

/**
 * @typedef {{path: string, title: string, from: string, to: string}} Changed a setting
 * @typedef {{epoch: number, step: number, losses: string[], settings: Changed[]}} Mark what was changed after a step, and by which losses the network was judged before and after
 */

/** @param {any} value */
const isGroup = (value) => value !== null && typeof value === 'object' && !(Array.isArray(value) && typeof value[0] !== 'object')

/** Paths at which two values differ; of two variants of a union what both have. @param {any} before @param {any} after @returns {string[]} */
function differences(before, after, path = '') {
  if (same(before, after)) return []
  if (!isGroup(before) || !isGroup(after)) return [path]
  return Object.keys(after).filter((key) => key in before).flatMap((key) => differences(before[key], after[key], path ? `${path}.${key}` : key))
}

/** @param {Schema} schema @param {string} path @param {Config} config */
function valueText(schema, path, config) {
  const value = getIn(config, path)
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return compact(value)
  if (value === null) return 'off'
  return Array.isArray(value) ? value.map((one) => compact(one)).join(', ') : settingAt(schema, path, config).about[value]?.title ?? words(value)
}

/** The settings that differ between two configs whose runs go on from each other. @param {Schema} schema @param {Config} before @param {Config} after @returns {Changed[]} */
export function changedSettings(schema, before, after) {
  return differences(before, after).map((path) => {
    const [, layer] = /^model\.layers\.(\d+)/.exec(path) ?? []
    const { title } = settingAt(schema, path, after)
    const where = layer === undefined ? '' : ` of ${lower(layerName(layerTypes(schema), after.model.layers, Number(layer)))}`
    return { path, title: `${title}${where}`, from: valueText(schema, path, before), to: valueText(schema, path, after) }
  })
}

/** Several changes, one after the other, as one; what is as it was is none. @param {Changed[]} changes */
export function combined(changes) {
  /** @type {Map<string, Changed>} */
  const all = new Map()
  for (const change of changes) all.set(change.path, { ...change, from: all.get(change.path)?.from ?? change.from })
  return [...all.values()].filter(({ from, to }) => from !== to)
}

/** "learning rate 0.03 → 0.1, L2 0 → 0.001". @param {Changed[]} settings */
export const changesText = (settings) => settings.map(({ title, from, to }) => `${/^[A-Z]{2}|^\p{L}\d/u.test(title) ? title : lower(title)} ${from} → ${to}`).join(', ')
