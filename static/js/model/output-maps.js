/** Maps of the numbers that are predicted at each point. Pure. */

import { decodeArray } from './arrays.js'

/** @import { Frame, Start } from './state.js' */

/** How many numbers are predicted at each point; 1 for classes. @param {Start} start */
export const outputsOf = ({ task, layers }) => (task === 'regression' ? layers[layers.length - 1].units : 1)

/** @type {WeakMap<object, Uint8Array>} */
const rescaled = new WeakMap()

/**
 * One of several predicted numbers: its map as 0..255 over the range, like the first one's; null if the frame has
 * none.
 * @param {Start} start
 * @param {Frame} frame
 * @param {number} unit
 */
export function outputMap(start, frame, unit) {
  if (unit === 0) return frame.boundary ? { key: frame.boundary, values: decodeArray(frame.boundary.values).data, n: decodeArray(frame.boundary.values).shape[0] } : null
  const large = frame[`unit:${start.layers.length - 1}:${unit}`]
  if (!large) return null
  const { data, shape } = decodeArray(large.values)
  let values = rescaled.get(large)
  if (!values) {
    const { min, max } = start.range
    const [factor, shift] = [((decodeArray(large.scale).data[0] / 127) * 255) / (max - min), (-min * 255) / (max - min)]
    values = Uint8Array.from(data, (v) => Math.max(0, Math.min(255, Math.round(v * factor + shift))))
    rescaled.set(large, values)
  }
  return { key: large, values, n: shape[0] }
}
