/** Plain values: what lies at a path, copies with a change, equality. Pure. */

/** The value at a dotted path. @param {any} object @param {string} path */
export const getIn = (object, path) => path.split('.').reduce((value, key) => value?.[key], object)

/**
 * A copy with the value at a dotted path changed; what lies beside the path is shared, not copied.
 * @template T
 * @param {T} object
 * @param {string} path
 * @param {unknown} value
 * @returns {T}
 */
export function setIn(object, path, value) {
  const [key, ...rest] = path.split('.')
  const copy = /** @type {any} */ (Array.isArray(object) ? [...object] : { ...object })
  copy[key] = rest.length ? setIn(getIn(object, key), rest.join('.'), value) : value
  return copy
}

/** Whether two plain values are equal, in whatever order their keys stand. @param {any} a @param {any} b @returns {boolean} */
export function same(a, b) {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]))
}

/**
 * Runs a task only if anything is another than when it last succeeded; for a view that has nothing to do for most frames.
 * @returns {(now: unknown[], task: () => void) => void}
 */
export function whenChanged() {
  /** @type {unknown[]|null} */
  let before = null
  return (now, task) => {
    if (before && now.every((part, i) => part === before?.[i])) return
    before = null
    task()
    before = now
  }
}
