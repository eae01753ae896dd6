/** The classes' symbols: as Plotly names them, and as small pictures. */

/** Plotly's symbol of each class; the same index as the class colors. */
export const CLASS_SYMBOLS = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'x', 'star', 'triangle-down']

/** Each symbol in a box from -8 to 8, as Plotly draws it. @type {Record<string, string>} */
const SHAPES = {
  circle: 'M0-6A6 6 0 1 1 0 6A6 6 0 1 1 0-6Z',
  square: 'M-5.5-5.5H5.5V5.5H-5.5Z',
  diamond: 'M0-7.5L7.5 0L0 7.5L-7.5 0Z',
  'triangle-up': 'M0-7L7 5H-7Z',
  cross: 'M-2.5-7H2.5V-2.5H7V2.5H2.5V7H-2.5V2.5H-7V-2.5H-2.5Z',
  x: 'M0-3.5L3.5-7L7-3.5L3.5 0L7 3.5L3.5 7L0 3.5L-3.5 7L-7 3.5L-3.5 0L-7-3.5L-3.5-7Z',
  star: 'M0-7.5L1.9-2.3L7.3-2.3L3 1L4.6 6.3L0 3.2L-4.6 6.3L-3 1L-7.3-2.3L-1.9-2.3Z',
  'triangle-down': 'M0 7L7-5H-7Z',
}
const SVG = 'http://www.w3.org/2000/svg'

/** A small picture of a marker. @param {string} symbol */
export function symbolIcon(symbol, kind = '') {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '-9 -9 18 18')
  svg.setAttribute('class', `map-symbol ${kind}`)
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', SHAPES[symbol])
  svg.append(path)
  if (kind === 'test') {
    const dot = document.createElementNS(SVG, 'circle')
    dot.setAttribute('r', '2')
    svg.append(dot)
  }
  return svg
}
