/**
 * Colours: one table per theme, from a few chosen colors. Orange is negative, blue is positive, and equal steps
 * of a value look like equal steps of color (interpolated in Oklab). Classes have a color and a symbol each,
 * told apart by people with any kind of color vision (after Okabe and Ito). Pure.
 */

/** @import { Numbers } from '../model/arrays.js' */

/** @type {Record<string, {negative: string, neutral: string, positive: string, link: string, wash: string, classes: string[]}>} */
const THEMES = {
  light: {
    negative: '#d9650a', neutral: '#edeff1', positive: '#1a6fb8', link: '#bcc3cb', wash: '#ffffff',
    classes: ['#e08a00', '#1a6fb8', '#12946f', '#b8589a', '#45a9dd', '#b59b00', '#c2410c', '#5f6670'],
  },
  dark: {
    negative: '#ff9a47', neutral: '#2b3038', positive: '#58aef5', link: '#4c545f', wash: '#16191e',
    classes: ['#f0a020', '#4d9fe8', '#2fbf93', '#d87fbc', '#8ad0f5', '#e6d34a', '#f0693a', '#a3abb6'],
  },
  projector: {
    negative: '#c24e00', neutral: '#f6f7f8', positive: '#0057a8', link: '#9aa3ad', wash: '#ffffff',
    classes: ['#d97a00', '#0057a8', '#00805a', '#a03a86', '#2a98d6', '#9c8500', '#a83200', '#474d55'],
  },
}

/** How far a large map is washed out towards the background, so that points stand out from it. */
const MAP_WASH = 0.22

/** @typedef {[number, number, number]} Rgb */

/** @param {string} hex @returns {Rgb} */
export const rgb = (hex) => /** @type {Rgb} */ ([1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)))

/** @param {ArrayLike<number>} color */
export const css = (color) => `rgb(${color[0]}, ${color[1]}, ${color[2]})`

/** @type {(v: number) => number} */
const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
/** @type {(v: number) => number} */
const gamma = (v) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055)

/** Björn Ottosson's Oklab. @param {Rgb} color */
function oklab(color) {
  const [r, g, b] = color.map((v) => linear(v / 255))
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** @param {number[]} lab @returns {Rgb} */
function fromOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return /** @type {Rgb} */ ([
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((v) => Math.round(255 * gamma(Math.min(1, Math.max(0, v))))))
}

/** The color a share `t` of the way from one to another. @param {Rgb} from @param {Rgb} to @param {number} t */
export function mix(from, to, t) {
  const a = oklab(from)
  const b = oklab(to)
  return fromOklab(a.map((v, i) => v + t * (b[i] - v)))
}

/** 256 colors: `negative` at 0, `neutral` at 128, `positive` at 255. @param {Rgb} negative @param {Rgb} neutral @param {Rgb} positive */
function ramp(negative, neutral, positive) {
  const table = new Uint8ClampedArray(256 * 4)
  for (let i = 0; i < 256; i++) {
    const t = i < 128 ? 1 - i / 128 : (i - 128) / 127
    table.set([...mix(neutral, i < 128 ? negative : positive, t), 255], i * 4)
  }
  return table
}

/** Per class 256 colors: from `neutral` (probability 0) to the class's own (probability 1). @param {Rgb} neutral @param {Rgb[]} classes */
function classRamps(neutral, classes) {
  const table = new Uint8ClampedArray(classes.length * 256 * 4)
  classes.forEach((color, k) => {
    for (let i = 0; i < 256; i++) table.set([...mix(neutral, color, i / 255), 255], (k * 256 + i) * 4)
  })
  return table
}

/** @param {Uint8ClampedArray} table */
const words32 = (table) => new Uint32Array(table.buffer)

/**
 * @typedef {object} Palette
 * @property {string} theme
 * @property {Uint8ClampedArray} diverging 256 RGBA colors; 0 negative, 128 neutral, 255 positive
 * @property {Uint32Array} tile the same, one word a pixel: for units' maps
 * @property {Uint32Array} map softer: for the large map under the points
 * @property {Uint32Array} classMap softer, 8 x 256: class k at probability p/255 is entry 256 k + p
 * @property {string[]} links 256 CSS colors for weights; the middle is grey enough to be seen on the page
 * @property {string[]} divergingCss 256 CSS colors
 * @property {Rgb[]} classes
 * @property {string[]} classCss
 * @property {string} bead what moves along a solid link
 * @property {string} negative
 * @property {string} neutral
 * @property {string} positive
 */

/** @type {Map<string, Palette>} */
const cache = new Map()

/** All color tables of a theme ("light", "dark", "projector"); made once. @param {string} theme @returns {Palette} */
export function palettes(theme) {
  const found = cache.get(theme)
  if (found) return found
  const base = THEMES[theme]
  if (!base) throw new RangeError(`Unknown theme "${theme}".`)
  const [negative, neutral, positive, link, wash] = [base.negative, base.neutral, base.positive, base.link, base.wash].map(rgb)
  const classes = base.classes.map(rgb)
  const soft = (/** @type {Rgb} */ color) => mix(color, wash, MAP_WASH)
  const diverging = ramp(negative, neutral, positive)
  const cssList = (/** @type {Uint8ClampedArray} */ table) => Array.from({ length: 256 }, (_, i) => css(table.subarray(i * 4, i * 4 + 3)))
  const palette = {
    theme,
    diverging,
    tile: words32(diverging),
    map: words32(ramp(soft(negative), neutral, soft(positive))),
    classMap: words32(classRamps(neutral, classes.map(soft))),
    links: cssList(ramp(negative, link, positive)),
    divergingCss: cssList(diverging),
    classes,
    classCss: base.classes,
    bead: `${base.wash}b8`,
    negative: base.negative,
    neutral: base.neutral,
    positive: base.positive,
  }
  cache.set(theme, palette)
  return palette
}

/** The color of class `k`: of two the negative and the positive, of more its own. @param {number} k @param {string} task @param {Palette} palette */
export const classColor = (k, task, palette) => (task === 'binary' ? [palette.negative, palette.positive][k] : palette.classCss[k])

/** Where a value in [-limit, limit] lies in a diverging table; values beyond are drawn as the limit. @type {(value: number, limit: number) => number} */
export const level = (value, limit) => Math.round(128 + 127 * Math.max(-1, Math.min(1, value / limit)))

/**
 * Paint one square map into an image. Row 0 of the values is the smallest x2, so rows are turned upside down.
 * @param {ImageData} image n x n
 * @param {Numbers} values at least n*n bytes from `offset`; signed ones count from the middle
 * @param {Uint32Array} table 256 colors
 */
export function paintScalar(image, values, table, offset = 0) {
  const n = image.width
  const pixels = new Uint32Array(image.data.buffer)
  const zero = values instanceof Int8Array ? 128 : 0
  for (let row = 0, out = 0; row < n; row++) {
    let at = offset + (n - 1 - row) * n
    for (const end = out + n; out < end; out++, at++) pixels[out] = table[values[at] + zero]
  }
}

/**
 * Paint a map of winning classes, each shaded by its probability.
 * @param {ImageData} image n x n
 * @param {Numbers} winners
 * @param {Numbers} values the winner's probability, 0..255
 * @param {Uint32Array} table of 8 x 256 colors (`classMap`)
 * @param {number} [only] paint this class alone; elsewhere its probability counts as 0
 */
export function paintClasses(image, winners, values, table, only = -1) {
  const n = image.width
  const pixels = new Uint32Array(image.data.buffer)
  for (let row = 0, out = 0; row < n; row++) {
    let at = (n - 1 - row) * n
    for (const end = out + n; out < end; out++, at++) {
      const k = winners[at]
      pixels[out] = only < 0 || k === only ? table[k * 256 + values[at]] : table[only * 256]
    }
  }
}
