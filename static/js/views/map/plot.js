/**
 * The plot over the map: axes, points and zoom are Plotly's, its background is clear. Until Plotly is there
 * the place of the axes is kept free, so nothing moves when it comes.
 */

import { axisName } from '../../display/format.js'
import { plotted, rangeOf } from '../../display/plotly.js'

/** @import { Inks, Plotly, Relayout } from '../../display/plotly.js' */
/** @import { Legend } from '../../model/state.js' */

/**
 * @typedef {{x: number[], y: number[]}} Ranges of the axes
 * @typedef {{left: number, right: number, top: number, bottom: number}} Margins
 */

/** Room for the axes around the map, for type of a size. @param {number} small @returns {Margins} */
export const margins = (small) => ({ left: Math.round(small * 1.8 + 12), right: Math.round(small * 0.45), top: 6, bottom: Math.round(small * 2.1 + 11) })

/** @param {HTMLElement} el @param {{onRange: (range: Ranges|null) => void, fixed: boolean}} options */
export function mapPlot(el, { onRange, fixed }) {
  /** @type {Plotly|null} */
  let plotly = null
  /** @type {Ranges|null} */
  let range = null // as zoomed; null is all of it
  /** @type {Ranges} */
  let whole = { x: [], y: [] } // what shows all
  let bound = false

  /**
   * Draw points and axes. Only when data, theme, size or what is shown changed.
   * @param {Plotly} library
   * @param {object[]} traces
   * @param {Legend["axes"]} axes
   * @param {number} side
   * @param {Margins} margin
   * @param {Inks} ink
   */
  function draw(library, traces, axes, side, margin, ink) {
    plotly = library
    whole = { x: [axes[0].min, axes[0].max], y: [axes[1].min, axes[1].max] }
    const width = side + margin.left + margin.right
    const height = side + margin.top + margin.bottom
    const axis = (/** @type {number} */ i, /** @type {"x"|"y"} */ name) => ({
      range: range?.[name] ?? [axes[i].min, axes[i].max], title: { text: axisName(axes[i].name), standoff: 2, font: { size: ink.small, color: ink.muted } },
      showgrid: false, zeroline: false, showline: false, ticks: 'outside', ticklen: 4, tickcolor: ink.muted, nticks: 7,
      ticklabeloverflow: 'allow', tickfont: { size: ink.small - 1, color: ink.muted }, fixedrange: fixed,
    })
    const layout = {
      width, height, margin: { l: margin.left, r: margin.right, t: margin.top, b: margin.bottom, pad: 0 },
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', showlegend: false,
      hovermode: false, dragmode: fixed ? false : 'zoom', font: { family: ink.font, size: ink.small - 1, color: ink.text },
      xaxis: axis(0, 'x'), yaxis: { ...axis(1, 'y'), tickangle: 0 },
    }
    const done = plotly.react(el, traces, layout, { displayModeBar: false, doubleClick: false, responsive: false, showTips: false })
    if (!bound) {
      bound = true
      done.then(() => {
        plotted(el).on('plotly_relayout', moved)
        plotted(el).on('plotly_relayouting', moved)
        plotted(el).on('plotly_doubleclick', () => zoom(null))
      })
    }
  }

  /** @param {Relayout} event */
  function moved(event) {
    const x = rangeOf(event, 'xaxis')
    const y = rangeOf(event, 'yaxis')
    if (!x && !y) return
    const { layout } = plotted(el)
    range = { x: (x ?? layout.xaxis.range).map(Number), y: (y ?? layout.yaxis.range).map(Number) }
    if (String([range.x, range.y]) === String([whole.x, whole.y])) range = null
    onRange(range)
  }

  /** Show a part of the axes, or all again. @param {Ranges|null} newRange */
  function zoom(newRange) {
    range = newRange
    const { x, y } = newRange ?? whole
    plotly?.relayout(el, { 'xaxis.range': [...x], 'yaxis.range': [...y] })
    onRange(range)
  }

  return { draw, zoom, range: () => range }
}
