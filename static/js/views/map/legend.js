/** What the map's colors mean: a scale with its ends and middle, or the classes with their symbols. */

import { contextOf, element, setText } from '../../display/element.js'
import { compact, outputName } from '../../display/format.js'
import { CLASS_SYMBOLS, symbolIcon } from '../../display/symbols.js'
import { classColor } from '../../display/theme.js'

/** @import { Palette } from '../../display/theme.js' */
/** @import { Legend } from '../../model/state.js' */
/** @import { Source } from './source.js' */

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
   * @param {Source|null} source
   * @param {Pick<Legend, "task"|"classes"|"range">} about
   * @param {Palette} palette
   * @param {Uint32Array} table colors of the scale
   * @param {boolean} discretize
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
      swatches.replaceChildren(...(about.classes ?? []).map((title, k) => tinted(element('span', { class: 'map-swatch' }, symbolIcon(CLASS_SYMBOLS[k]), title), palette.classCss[k])),
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
    contextOf(bar).putImageData(image, 0, 0)
    ;[min, (min + max) / 2, max].forEach((value, i) => setText(ticks.children[i], compact(value, 2)))
  }

  return { update }
}

/** @param {HTMLElement} node @param {string} color */
function tinted(node, color) {
  node.style.setProperty('--swatch', color)
  return node
}

/** @param {Source|null} source @param {Pick<Legend, "task"|"classes">} about */
function scaleName(source, { task, classes }) {
  if (source?.kind === 'signed') return 'output'
  if (source?.kind === 'share') return `P(class ${classes?.[source.klass]})`
  if (source?.output !== undefined) return outputName(source.output)
  return task === 'binary' ? `P(class ${classes?.[1] ?? 1})` : 'value'
}
