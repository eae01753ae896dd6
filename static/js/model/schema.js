/**
 * The settings as the server declares them: what is at a dotted path, its default, and whether a value fits.
 * Reads a JSON Schema with `$defs`; unions are told apart by a constant property ("name" or "type"). Pure.
 */

/** @import { Config } from './config.js' */
/** @import { Task } from './state.js' */

/**
 * @typedef {object} Setting One field of the config, with all that a control needs to know.
 * @property {string} path
 * @property {string} title
 * @property {string} description
 * @property {"number"|"integer"|"boolean"|"enum"|"string"|"array"|"object"} kind
 * @property {boolean} nullable
 * @property {string[]} options of an enum, else empty
 * @property {Record<string, About>} about what there is to say of each option
 * @property {Record<string, string>} [misfits] why options do not fit: "for numbers"
 * @property {number} minimum -Infinity where there is none
 * @property {number} maximum of an array the most items
 * @property {boolean} open the minimum itself is not allowed
 * @property {boolean} openAbove the maximum itself is not allowed
 * @property {boolean} log best stepped 1-3-10
 * @property {string[]} tasks of data that it may be set for; all if empty
 * @property {string} [most] what the maximum is, where it follows from other settings
 * @property {string} [remedy] what to do about a value beyond it
 */

/**
 * @typedef {object} About an option
 * @property {string} title
 * @property {string} description
 * @property {Task["task"][]} [tasks] that a loss is for
 * @property {string[]} [activations] of the output that a loss is for; any if empty
 * @property {number} [least_units] that an activation needs
 */

/**
 * @typedef {Record<string, any>} Node of a JSON Schema
 * @typedef {Node & {$defs: Record<string, Node>}} Schema of the config
 */

/** `components.schemas` of an OpenAPI document as one schema of the config with `$defs`. @param {Node} openapi @returns {Schema} */
export function configSchema(openapi) {
  const all = openapi.components.schemas
  return JSON.parse(JSON.stringify({ ...all.Config, $defs: all }).replaceAll('#/components/schemas/', '#/$defs/'))
}

/** Follow `$ref` and a lone `allOf`; what stands beside the reference wins. @param {Schema} schema @param {Node} node @returns {Node} */
function resolve(schema, node) {
  const { $ref, allOf, ...beside } = node
  if ($ref) return { ...resolve(schema, schema.$defs[$ref.split('/').pop()]), ...beside }
  if (allOf?.length === 1) return { ...resolve(schema, allOf[0]), ...beside }
  return node
}

/**
 * The union at a node: its distinguishing property and its variants by that property's value.
 * @param {Schema} schema
 * @param {Node} node
 * @returns {Union|null} null if it is no such union
 *
 * @typedef {{key: string, variants: Record<string, Node>}} Union
 */
export function unionAt(schema, node) {
  const { discriminator, oneOf } = resolve(schema, node)
  if (!discriminator) return null
  const names = Object.fromEntries(Object.entries(discriminator.mapping).map(([name, $ref]) => [$ref, name]))
  return { key: discriminator.propertyName, variants: Object.fromEntries(oneOf.map((/** @type {Node} */ one) => [names[one.$ref], resolve(schema, one)])) }
}

/** The node itself, or what it is unless it is null. @param {Schema} schema @param {Node} node @returns {Node} */
function present(schema, node) {
  const { anyOf, ...beside } = resolve(schema, node)
  return anyOf ? { ...beside, ...resolve(schema, anyOf.find((/** @type {Node} */ one) => one.type !== 'null')) } : beside
}

/** The object at a node: of a union the variant that `value` names, or its first. @param {Schema} schema @param {Node} node @param {any} value */
function objectAt(schema, node, value) {
  const union = unionAt(schema, node)
  return union ? union.variants[value?.[union.key]] ?? Object.values(union.variants)[0] : present(schema, node)
}

/**
 * Which variant of a union is meant, as a setting: told by the union's label and help, and the variant's own.
 * @param {Node} union
 * @param {Union} of
 * @param {Node} variant
 */
function choice({ title, description = '', options }, { variants }, variant) {
  return { type: 'string', enum: Object.keys(variants), options, title, description: `${description} ${variant.description ?? ''}`.trim() }
}

/** The node at a path, resolved; null if there is no such setting. @param {Schema} schema @param {string} path @param {unknown} [config] @returns {Node|null} */
function lookUp(schema, path, config) {
  /** @type {Node} */
  let node = schema
  let value = /** @type {any} */ (config)
  for (const key of path.split('.')) {
    const union = unionAt(schema, node)
    const here = objectAt(schema, node, value)
    if (union?.key === key) return choice(resolve(schema, node), union, here)
    node = here.type === 'array' ? here.items : here.properties?.[key]
    if (!node) return null
    value = value?.[key]
  }
  return resolve(schema, node)
}

/** The node at a path, resolved. @param {Schema} schema @param {string} path @param {unknown} [config] tells which variants are meant on the way */
export function nodeAt(schema, path, config) {
  const node = lookUp(schema, path, config)
  if (!node) throw new RangeError(`\`${path}\` is not a setting.`)
  return node
}

/**
 * The setting at a path such as "training.optimizer.learning_rate".
 * @param {Schema} schema
 * @param {string} path
 * @param {unknown} [config] tells which variants are meant on the way
 * @returns {Setting}
 */
export function settingAt(schema, path, config) {
  const node = nodeAt(schema, path, config)
  /** @type {Node[]} */
  const choices = (node.anyOf ?? [node]).map((/** @type {Node} */ one) => resolve(schema, one))
  const main = choices.find((one) => one.type !== 'null') ?? node
  const options = choices.flatMap((one) => one.enum ?? (typeof one.const === 'string' ? [one.const] : []))
  return {
    path,
    title: node.title ?? main.title ?? path.split('.').pop(),
    description: node.description ?? main.description ?? '',
    kind: options.length ? 'enum' : main.type ?? 'object',
    nullable: choices.some((one) => one.type === 'null'),
    options,
    about: Object.fromEntries(choices.flatMap((one) => (one.options ?? []).map((/** @type {Node} */ option) => [option.value, option]))),
    minimum: main.minimum ?? main.exclusiveMinimum ?? -Infinity,
    maximum: main.maximum ?? main.exclusiveMaximum ?? main.maxItems ?? Infinity,
    open: main.exclusiveMinimum !== undefined,
    openAbove: main.exclusiveMaximum !== undefined,
    log: (node.scale ?? main.scale) === 'log',
    tasks: node.tasks ?? [],
  }
}

/**
 * The default of a node, completed from its properties' defaults; of a union that of the variant `chosen` names,
 * or the one that its own default names.
 * @param {Schema} schema
 * @param {Node} node
 * @param {any} [chosen]
 * @returns {any}
 */
export function defaultOf(schema, node, chosen) {
  const resolved = resolve(schema, node)
  const given = resolved.default
  if (given !== undefined && (given === null || typeof given !== 'object' || Array.isArray(given))) return given
  const union = unionAt(schema, resolved)
  const object = objectAt(schema, resolved, chosen ?? given)
  const result = union && { [union.key]: (chosen ?? given)[union.key] }
  if (!object.properties) return object.const
  const entries = Object.entries(object.properties).filter(([key]) => key !== union?.key)
  const completed = Object.fromEntries(entries.map(([key, property]) => [key, defaultOf(schema, property)]))
  return { ...result, ...completed, ...(chosen ? null : given) }
}

/** The config with nothing set. @param {Schema} schema @returns {Config} */
export const defaultConfig = (schema) => defaultOf(schema, schema)

/** What the items of the list at a path are. @param {Schema} schema @param {string} path @returns {Node} */
export const itemsAt = (schema, path) => present(schema, nodeAt(schema, path)).items

/**
 * A value of the union at a path with nothing but its variant chosen: an optimizer with its own defaults.
 * @param {Schema} schema
 * @param {string} path
 * @param {unknown} name
 */
export function variantAt(schema, path, name) {
  const node = nodeAt(schema, path)
  const union = unionAt(schema, node)
  return union && defaultOf(schema, node, { [union.key]: name })
}

/** Of "training.optimizer.name" the union that it chooses a variant of, "training.optimizer"; else null. @param {Schema} schema @param {string} path */
export function unionOf(schema, path) {
  const at = path.lastIndexOf('.')
  const node = lookUp(schema, path.slice(0, at))
  return node && unionAt(schema, node)?.key === path.slice(at + 1) ? path.slice(0, at) : null
}

/** What is wrong with a value, in the server's words; null if nothing is. @param {Setting} setting @param {unknown} value */
export function problem(setting, value) {
  const { kind, minimum, maximum, open, openAbove, options } = setting
  if (value === null && setting.nullable) return null
  const refuse = (/** @type {string} */ rule, remedy = '') => `\`${setting.path}\` must be ${rule}; got ${JSON.stringify(value)}.${remedy}`
  if (kind === 'enum') return options.some((option) => option === value) ? null : refuse(`one of ${options.join(', ')}`)
  if (kind === 'boolean') return typeof value === 'boolean' ? null : refuse('true or false')
  if (kind !== 'number' && kind !== 'integer') return null
  if (typeof value !== 'number' || !Number.isFinite(value)) return refuse(kind === 'integer' ? 'a whole number' : 'a number')
  if (kind === 'integer' && !Number.isInteger(value)) return refuse('a whole number')
  if (open ? value <= minimum : value < minimum) return refuse(`${open ? 'more than' : 'at least'} ${minimum}`)
  if (openAbove && value >= maximum) return refuse(`less than ${maximum}`)
  if (value > maximum) return refuse(`at most ${setting.most ?? maximum}`, setting.remedy)
  return null
}
