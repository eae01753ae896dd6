/**
 * What travels between server and page: typed arrays in base64, and server-sent events.
 * Pure; knows nothing of the page.
 */

const TYPES = {
  uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array,
  int32: Int32Array, float32: Float32Array, float64: Float64Array, int64: BigInt64Array, uint64: BigUint64Array,
}

/** @typedef {{dtype: string, shape: number[], data: string}} WireArray little-endian, C order, base64 */
/** @typedef {{data: any, shape: number[]}} DecodedArray `data` is a typed array in C order */

/** @type {WeakMap<WireArray, DecodedArray>} */
const decoded = new WeakMap()

/**
 * The numbers of an array from the wire. Decoded once per object, however many views ask.
 * @param {WireArray} array
 * @returns {DecodedArray}
 */
export function decodeArray(array) {
  let result = decoded.get(array)
  if (!result) {
    const Type = TYPES[array.dtype]
    if (!Type) throw new TypeError(`Unknown array type "${array.dtype}".`)
    result = { data: new Type(bytes(array.data).buffer), shape: array.shape }
    decoded.set(array, result)
  }
  return result
}

/**
 * A typed array as it goes over the wire (the inverse of `decodeArray`).
 * @param {any} typed
 * @param {number[]} [shape]
 * @returns {WireArray}
 */
export function encodeArray(typed, shape = [typed.length]) {
  const dtype = Object.keys(TYPES).find((name) => typed instanceof TYPES[name])
  if (!dtype) throw new TypeError('Not a typed array of a known type.')
  const view = new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength)
  const parts = []
  for (let i = 0; i < view.length; i += 0x8000) parts.push(String.fromCharCode(...view.subarray(i, i + 0x8000)))
  return { dtype, shape: [...shape], data: btoa(parts.join('')) }
}

/** @param {string} base64 */
function bytes(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64)
  const text = atob(base64)
  const result = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) result[i] = text.charCodeAt(i)
  return result
}

/**
 * A reader of `text/event-stream`. Feed it text as it arrives, cut anywhere; each complete event is handed
 * over at once as `onEvent(name, data)` with its data still as text, so that a reader that falls behind may
 * drop a frame without parsing it.
 * @param {(name: string, data: string) => void} onEvent
 * @returns {{push: (chunk: string) => void}}
 */
export function sseParser(onEvent) {
  let rest = ''
  let name = ''
  let data = []

  function line(text) {
    if (text === '') {
      if (data.length) onEvent(name || 'message', data.join('\n'))
      name = ''
      data = []
      return
    }
    const colon = text.indexOf(':')
    if (colon === 0) return // a comment, sent to keep the connection open
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
  }

  function push(chunk) {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/) // a final "\r" may be half of "\r\n"
    rest = lines.pop()
    for (const text of lines) line(text)
  }

  return { push }
}
