/** Typed arrays as the server sends and takes them: in base64, little-endian, in C order. Pure. */

/** @typedef {Uint8Array|Int8Array|Uint16Array|Int16Array|Uint32Array|Int32Array|Float32Array|Float64Array} Numbers */

/** @type {Record<string, {new (buffer: ArrayBuffer): Numbers|BigInt64Array|BigUint64Array}>} */
const TYPES = {
  uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array,
  int32: Int32Array, float32: Float32Array, float64: Float64Array, int64: BigInt64Array, uint64: BigUint64Array,
}

/** @typedef {{dtype: string, shape: number[], data: string}} WireArray little-endian, C order, base64 */
/** @typedef {{data: Numbers, shape: number[]}} DecodedArray `data` in C order; what a picture shows is never 64 bits of integer */

/** @type {WeakMap<WireArray, DecodedArray>} */
const decoded = new WeakMap()

/** The numbers of an array from the wire. Decoded once per object, however many views ask. @param {WireArray} array @returns {DecodedArray} */
export function decodeArray(array) {
  let result = decoded.get(array)
  if (!result) {
    const Type = TYPES[array.dtype]
    if (!Type) throw new TypeError(`Unknown array type "${array.dtype}".`)
    result = { data: /** @type {Numbers} */ (new Type(bytes(array.data).buffer)), shape: array.shape }
    decoded.set(array, result)
  }
  return result
}

/** A typed array as it goes over the wire (the inverse of `decodeArray`). @param {Numbers} typed @param {number[]} [shape] @returns {WireArray} */
export function encodeArray(typed, shape = [typed.length]) {
  const dtype = Object.keys(TYPES).find((name) => typed instanceof TYPES[name])
  if (!dtype) throw new TypeError('Not a typed array of a known type.')
  const view = new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength)
  const parts = []
  for (let i = 0; i < view.length; i += 0x8000) parts.push(String.fromCharCode(...view.subarray(i, i + 0x8000)))
  return { dtype, shape: [...shape], data: btoa(parts.join('')) }
}

/** @param {string} base64 @returns {Uint8Array<ArrayBuffer>} */
function bytes(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64)
  const text = atob(base64)
  const result = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) result[i] = text.charCodeAt(i)
  return result
}

/** An array of parameters with some of them changed. @param {WireArray} params @param {{index: number, value: number}[]} edits */
export function edited(params, edits) {
  const { data, shape } = decodeArray(params)
  const copy = data.slice()
  for (const { index, value } of edits) copy[index] = value
  return encodeArray(copy, shape)
}
