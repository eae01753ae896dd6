/**
 * The link is the experiment: what differs from the defaults, as readable `key=value` pairs after the "#".
 * Reading a link back gives the same settings exactly; what cannot be read is named, and the rest still counts.
 * Pure.
 */

import { applyChanges } from './config.js'
import { defaultOf, itemsAt, nodeAt, problem, settingAt, unionAt, unionOf } from './schema.js'
import { THEMES, UI_DEFAULTS, UI_VALUES } from './state.js'
import { getIn, same, setIn } from './values.js'

/** @import { Config } from './config.js' */
/** @import { Schema, Setting } from './schema.js' */
/** @import { Choices } from './state.js' */

/** Percent-encoded only where a link would break; x1^2 stays readable. @param {unknown} value */
const escape = (value) => encodeURIComponent(String(value)).replace(/%(?:2C|3A|5E|2F)/g, decodeURIComponent)

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Every leaf of the config as [path, value]; lists count as leaves. @param {unknown} value @returns {[string, unknown][]} */
function leaves(value, path = '') {
  if (!isObject(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
}

/** One item of a list: a name, or the kind of a group and what differs from its defaults, `dense:units=8`. @param {Schema} schema @param {string} path @param {unknown} item */
function writeItem(schema, path, item) {
  const items = itemsAt(schema, path)
  const key = unionAt(schema, items)?.key
  if (!key || !isObject(item)) return escape(item)
  const plain = defaultOf(schema, items, { [key]: item[key] })
  const differing = Object.keys(item).toSorted().filter((name) => !same(item[name], plain[name]))
  return [escape(item[key]), ...differing.map((name) => `${name}=${escape(item[name])}`)].join(':')
}

/** @param {Schema} schema @param {string} path @param {unknown} value */
function write(schema, path, value) {
  if (!Array.isArray(value)) return escape(value)
  return value.map((item) => writeItem(schema, path, item)).join(',') || 'none'
}

/** Text as the value of a setting; a text that is no such value stays text, and is refused as that. @param {Setting} setting @param {string} text */
function read(setting, text) {
  if (setting.nullable && text === 'null') return null
  if (setting.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (setting.kind === 'number' || setting.kind === 'integer') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  return text
}

/** An item as it is written by `writeItem`; throws a sentence if it makes no sense. @param {Schema} schema @param {string} path @param {number} i @param {string} text */
function readItem(schema, path, i, text) {
  const items = itemsAt(schema, path)
  const union = unionAt(schema, items)
  const [first, ...pairs] = text.split(':')
  if (!union) return checked(settingAt(schema, `${path}.${i}`), decodeURIComponent(text))
  const kinds = Object.keys(union.variants)
  if (!kinds.includes(first)) throw new RangeError(`\`${path}.${i}\` must be ${kinds.join(' or ')}; got ${first}.`)
  let item = defaultOf(schema, items, { [union.key]: first })
  for (const pair of pairs) {
    const [name, value = ''] = pair.split('=')
    if (name === union.key || !(name in item)) throw new RangeError(`\`${path}.${i}.${name}\` is not a setting.`)
    const list = [...Array(i).fill(null), item]
    const setting = settingAt(schema, `${path}.${i}.${name}`, setIn({}, path, list))
    item = { ...item, [name]: checked(setting, decodeURIComponent(value)) }
  }
  return item
}

/** A list as it is written by `write`. Of names those that make sense count. @param {Schema} schema @param {string} path @param {string} text @param {Setting} setting @param {(error: unknown) => void} complain */
function readList(schema, path, text, { nullable }, complain) {
  if (nullable && text === 'null') return null
  const named = settingAt(schema, `${path}.0`).kind === 'enum'
  const items = text === 'none' ? [] : text.split(',').flatMap((item, i) => {
    try {
      return [readItem(schema, path, i, item)]
    } catch (error) {
      if (!named) throw error
      complain(error)
      return []
    }
  })
  return named && !items.length ? getIn(defaultOf(schema, schema), path) : items
}

/** Parts of the split that a link leaves out share what is left, as they do by default; throws a sentence if nothing is. @param {Config} config @param {Config} defaults @param {string[]} given */
function completeSplit(config, defaults, given) {
  const parts = Object.keys(config.data.split)
  const others = parts.filter((part) => !given.includes(`data.split.${part}`))
  const sum = (/** @type {string[]} */ names) => names.reduce((total, part) => total + getIn(config.data.split, part), 0)
  if (Math.abs(sum(parts) - 1) < 1e-6) return config
  const left = 1 - sum(parts.filter((part) => !others.includes(part)))
  if (!others.length || left < 0) throw new RangeError(`\`data.split\` must have parts that sum to 1; got ${Number(sum(parts).toPrecision(6))}.`)
  const share = left / others.reduce((total, part) => total + getIn(defaults.data.split, part), 0)
  return others.reduce((next, part) => setIn(next, `data.split.${part}`, Number((share * getIn(defaults.data.split, part)).toPrecision(12))), config)
}

/** @param {Setting} setting @param {string} text */
function checked(setting, text) {
  const value = read(setting, text)
  const wrong = problem(setting, value)
  if (wrong) throw new RangeError(wrong)
  return value
}

/** The defaults, but the numbers of another optimizer or schedule are that one's own. @param {Schema} schema @param {Config} defaults @param {Config} config */
function usual(schema, defaults, config) {
  return leaves(config).reduce((base, [path, name]) => {
    const group = unionOf(schema, path)
    if (!group) return base
    const key = path.slice(group.length + 1)
    return setIn(base, group, { ...defaultOf(schema, nodeAt(schema, group), { [key]: name }), [key]: getIn(defaults, path) })
  }, defaults)
}

/**
 * @param {Config} config
 * @param {Choices} ui
 * @param {{schema: Schema, defaults: Config, theme?: string|null}} known `theme` only if the user chose one
 * @returns {string} without the "#"; empty for the defaults
 */
export function encodeLink(config, ui, { schema, defaults, theme = null }) {
  const base = usual(schema, defaults, config)
  const pairs = leaves(config)
    .filter(([path, value]) => !same(value, getIn(base, path)))
    .map(([path, value]) => `${path}=${write(schema, path, value)}`)
  for (const [key, usually] of Object.entries(UI_DEFAULTS)) if (getIn(ui, key) !== usually) pairs.push(`ui.${key}=${escape(getIn(ui, key))}`)
  if (theme) pairs.push(`ui.theme=${theme}`)
  return pairs.join('&')
}

/** @param {string} hash with or without "#" @param {{schema: Schema, defaults: Config}} known */
export function decodeLink(hash, { schema, defaults }) {
  /** @type {string[]} */
  const problems = []
  /** @param {unknown} error @param {string} path */
  function complain(error, path) {
    if (error instanceof URIError) problems.push(`\`${path}\` cannot be read.`)
    else if (error instanceof RangeError) problems.push(inWords(error.message))
    else throw error
  }
  /** A setting by the name that its control has. @param {string} text */
  const inWords = (text) => text.replace(/`([\w.]+)`/, (quoted, path) => {
    if (text.endsWith('is not a setting.') || path.startsWith('ui.')) return quoted
    const [, list, index, inner] = /^(.*?)\.(\d+)(\..*)?$/.exec(path) ?? []
    const name = list && `${settingAt(schema, list).title} (no. ${Number(index) + 1})`
    return list && !inner ? name : [name ?? [], settingAt(schema, path, config).title].flat().join(': ')
  })
  let ui = UI_DEFAULTS
  /** @type {string|null} */
  let theme = null
  let config = defaults
  const pairs = hash.replace(/^#/, '').split('&').filter((pair) => pair && !pair.startsWith('checkpoint=')).map((pair) => {
    const at = pair.indexOf('=')
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
  })
  // What a variant's own settings are depends on its name, so names come first.
  pairs.sort(([a], [b]) => Number(b.endsWith('.name')) - Number(a.endsWith('.name')))
  for (const [path, text] of pairs) {
    try {
      if (path.startsWith('ui.')) {
        const value = readUi(path.slice(3), decodeURIComponent(text))
        if (path === 'ui.theme') theme = String(value)
        else ui = { ...ui, [path.slice(3)]: value }
        continue
      }
      const setting = exists(config, path) ? settingAt(schema, path, config) : null
      if (!setting || setting.kind === 'object') throw new RangeError(`\`${path}\` is not a setting.`)
      const value = setting.kind === 'array' ? readList(schema, path, text, setting, (error) => complain(error, path)) : checked(setting, decodeURIComponent(text))
      config = applyChanges(config, [{ path, value }], schema, null)
    } catch (error) {
      complain(error, path)
    }
  }
  const given = pairs.map(([path]) => path).filter((path) => path.startsWith('data.split.'))
  try {
    if (given.length) config = completeSplit(config, defaults, given)
  } catch (error) {
    complain(error, 'data.split')
    config = setIn(config, 'data.split', defaults.data.split)
  }
  return { config, ui, theme, problems }
}

/** Whether a config has something at a path: a layer that is there, a setting of the chosen optimizer. @param {Config} config @param {string} path */
const exists = (config, path) => getIn(config, path) !== undefined

/** @param {string} key @param {string} text */
function readUi(key, text) {
  const values = new Map(Object.entries({ ...UI_VALUES, theme: THEMES })).get(key)
  if (!values) throw new RangeError(`\`ui.${key}\` is not a setting.`)
  const value = values.find((v) => String(v) === text)
  if (value === undefined) throw new RangeError(`\`ui.${key}\` must be one of ${values.join(', ')}; got ${text}.`)
  return value
}
