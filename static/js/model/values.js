/** Plain values: what lies at a path, copies with a change, equality. Pure. */

/** The value at a dotted path. */
export const getIn = (object, path) => path.split('.').reduce((value, key) => value?.[key], object)

/** A copy with the value at a dotted path changed; what lies beside the path is shared, not copied. */
export function setIn(object, path, value) {
  const [key, ...rest] = path.split('.')
  const copy = Array.isArray(object) ? [...object] : { ...object }
  copy[key] = rest.length ? setIn(object[key], rest.join('.'), value) : value
  return copy
}

/** Whether two plain values are equal, in whatever order their keys stand. */
export function same(a, b) {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]))
}

/**
 * Whether anything is another than last time; for a view that has nothing to do for most frames.
 * @returns {(...now: any[]) => boolean}
 */
export function changes() {
  let before = []
  return (...now) => {
    const changed = now.some((part, i) => part !== before[i])
    before = now
    return changed
  }
}
