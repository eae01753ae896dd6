/** What the map's colors mean: a scale with its ends and middle, or the classes with their symbols. */

import { compact, outputName } from '../../format.js'
import { CLASS_SYMBOLS } from '../../theme.js'
import { element, setText } from '../element.js'
import { classColor } from './points.js'

/** Each symbol in a box from -8 to 8, as Plotly draws it. */
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

/** A small picture of a marker. @returns {SVGElement} */
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

/** @param {HTMLElement} el */
export function mapLegend(el) {
  const bar = element('canvas', { class: 'map-bar', width: '256', height: '1', 'aria-hidden': 'true' })
  const ticks = element('span', { class: 'map-ticks' }, element('span'), element('span'), element('span'))
  const name = element('span', { class: 'map-scale-name' })
  const ends = [element('span', { class: 'map-end' }), element('span', { class: 'map-end' })]
  const scale = element('div', { class: 'map-scale' }, name, ends[0], element('div', { class: 'map-bar-box' }, bar, ticks), ends[1])
  const swatches = element('div', { class: 'map-swatches' })
  el.append(scale, swatches)
  let shown = ''

  /**
   * @param {import('./source.js').Source|null} source
   * @param {{task: string, classes: string[]|null, range: {min: number, max: number}}} about
   * @param {Uint32Array} table colors of the scale
   */
  function update(source, about, palette, table, discretize) {
    const classes = about.task === 'multiclass' && (!source || source.kind === 'classes')
    const [min, max] = source ? [source.min, source.max] : [about.range.min, about.range.max]
    const key = [palette.theme, about.task, about.classes, source?.kind, source?.klass, source?.output, min, max, discretize].join()
    if (key === shown) return
    shown = key
    scale.hidden = classes
    swatches.hidden = !classes
    if (classes) {
      swatches.replaceChildren(...about.classes.map((title, k) => tinted(element('span', { class: 'map-swatch' }, symbolIcon(CLASS_SYMBOLS[k]), title), palette.classCss[k])),
        element('span', { class: 'map-hint' }, discretize ? '' : 'stronger is surer'))
      return
    }
    const binary = about.task === 'binary' && source?.kind !== 'signed'
    setText(name, scaleName(source, about))
    ends.forEach((end, k) => {
      end.hidden = !binary
      if (binary) end.replaceChildren(tinted(element('span', { class: 'map-swatch' }, symbolIcon(CLASS_SYMBOLS[k])), classColor(k, 'binary', palette)))
    })
    const image = new ImageData(256, 1)
    new Uint32Array(image.data.buffer).set(table)
    bar.getContext('2d').putImageData(image, 0, 0)
    ;[min, (min + max) / 2, max].forEach((value, i) => setText(ticks.children[i], compact(value, 2)))
  }

  return { update }
}

function tinted(node, color) {
  node.style.setProperty('--swatch', color)
  return node
}

function scaleName(source, { task, classes }) {
  if (source?.kind === 'signed') return 'output'
  if (source?.kind === 'share') return `P(class ${classes[source.klass]})`
  if (source?.output !== undefined) return outputName(source.output)
  return task === 'binary' ? `P(class ${classes?.[1] ?? 1})` : 'value'
}
