/** A run's history as Plotly lines, and the frame around them. Pure. */

import { metricName } from '../../display/format.js'

/** @import { Inks } from '../../display/plotly.js' */
/** @import { Curves, History } from '../../model/history.js' */
/** @import { Split, Ui } from '../../model/state.js' */

/** @typedef {Pick<History, "epoch"|Split>} Course */

/**
 * How each split is drawn: by its dashes, and validation in a color of its own, since it is what one tunes on.
 * @type {{split: Split, title: string, dash: string, ink: "text"|"muted"|"validation", width: number}[]}
 */
export const LINES = [
  { split: 'train', title: 'Train', dash: 'solid', ink: 'text', width: 2 },
  { split: 'validation', title: 'Validation', dash: 'dash', ink: 'validation', width: 2 },
  { split: 'test', title: 'Test', dash: 'dot', ink: 'muted', width: 2 },
]

/** A metric that may be drawn on a logarithmic axis: positive, and worth reading near zero. @param {string} metric */
export const mayBeLog = (metric) => metric === 'loss' || metric === 'rmse'

/** @param {Ui} ui */
export const shownLines = (ui) => LINES.filter(({ split }) => split !== 'test' || ui.showTest)

/** A history with at most `most` points, evenly spread, the first and the last among them. @param {Course} history @param {number} most @returns {Course} */
export function thinned(history, most) {
  const { length } = history.epoch
  if (length <= most) return history
  /** @type {<T>(list: T[]) => T[]} */
  const pick = (list) => Array.from({ length: most }, (_, i) => list[Math.round((i * (length - 1)) / (most - 1))])
  /** @type {(curves: Curves) => Curves} */
  const all = (metrics) => Object.fromEntries(Object.entries(metrics).map(([name, list]) => [name, pick(list)]))
  return { ...history, epoch: pick(history.epoch), train: all(history.train), validation: all(history.validation), test: all(history.test) }
}

/** The lines of a run that has diverged, from their last numbers up beyond the top edge. @param {number[]} epochs @param {(number|null)[]} values */
function exploding(epochs, values) {
  const end = values.findLastIndex((value) => value !== null) + 1
  return { x: [...epochs.slice(0, end), epochs[Math.min(end, epochs.length - 1)]], y: [...values.slice(0, end), Number.MAX_VALUE ** 0.25] }
}

/**
 * What lies between training and validation is filled: that gap is overfitting.
 * @param {Course} history @param {string} metric @param {Ui} ui @param {Inks} ink @param {boolean} diverged @returns {object[]}
 */
export function lineTraces(history, metric, ui, ink, diverged) {
  return shownLines(ui).map(({ split, title, dash, ink: shade, width }) => ({
    type: 'scatter', mode: 'lines', name: title, x: history.epoch, y: history[split]?.[metric] ?? [],
    ...(diverged && mayBeLog(metric) && history[split]?.[metric] && exploding(history.epoch, history[split][metric])),
    line: { color: ink[shade], width: (width * ink.small) / 13, dash }, connectgaps: false,
    ...(split === 'validation' && { fill: 'tonexty', fillcolor: `${ink.validation}24` }),
    hovertemplate: `%{y:${metric === 'accuracy' ? '.1%' : '.4g'}}`,
  }))
}

/**
 * The frame around the lines. Its ranges grow in steps, so that the axes stand still most of the time.
 * @param {Course} history
 * @param {string} metric
 * @param {boolean} log
 * @param {Ui} ui
 * @param {Inks} ink
 * @param {{width: number, height: number, fixed: boolean, diverged: boolean}} place
 * @returns {object} Plotly layout
 */
export function curvesLayout(history, metric, log, ui, ink, { width, height, fixed, diverged }) {
  const axis = {
    showline: true, linecolor: ink.line, gridcolor: ink.line, gridwidth: 1, zeroline: false, ticks: 'outside', ticklen: 3, tickcolor: ink.line,
    tickfont: { size: ink.small - 1, color: ink.muted }, fixedrange: fixed, automargin: false,
  }
  const title = (/** @type {string} */ text, /** @type {number} */ standoff) => ({ text, standoff, font: { size: ink.small, color: ink.muted } })
  const { left, right, top, bottom } = margins(ink.small)
  const range = valueRange(history, metric, log, ui, diverged)
  return {
    width, height, margin: { l: left, r: right, t: top, b: bottom, pad: 0 }, showlegend: false, uirevision: `${metric} ${log}`,
    paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', font: { family: ink.font, size: ink.small - 1, color: ink.text },
    hovermode: 'x unified', dragmode: fixed ? false : 'zoom',
    hoverlabel: { bgcolor: ink.surface, bordercolor: ink.line, font: { family: ink.font, size: ink.small, color: ink.text } },
    xaxis: { ...axis, title: title('Epoch', 2), nticks: 6, range: [0, ceiling(history.epoch.at(-1) ?? 0)], hoverformat: '.5~g', unifiedhovertitle: { text: 'Epoch %{x}' }, showgrid: false },
    yaxis: {
      ...axis, title: title(metricName(metric), 4), type: log ? 'log' : 'linear', nticks: 5, range,
      tickformat: metric === 'accuracy' ? '.0%' : log ? '~g' : '.3~g', ...(log ? { dtick: range[1] - range[0] > 2.5 ? 1 : 'D2' } : {}),
    },
  }
}

/** Room for the axes and, above, for the name of the best epoch. @param {number} small */
export const margins = (small) => ({ left: Math.round(small * 2.9 + 16), right: 8, top: Math.round(small + 6), bottom: Math.round(small * 2.1 + 11) })

const LADDER = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.4, 8, 10]

/** The next number above on a ladder of ten rungs a decade. @param {number} value */
export function ceiling(value) {
  if (!(value > 0)) return 1
  const decade = 10 ** Math.floor(Math.log10(value))
  return decade * (LADDER.find((rung) => rung * decade >= value * (1 - 1e-9)) ?? 10)
}

/** Times the first loss that the axis shows of a run that has diverged. */
const EXPLODED = 4

/**
 * The range of the value axis: from zero for what is good when small, up to one for what is good when large.
 * @param {Course} history
 * @param {string} metric
 * @param {boolean} log
 * @param {Ui} ui
 * @param {boolean} diverged then what is far beyond the first value is out of the picture
 */
function valueRange(history, metric, log, ui, diverged) {
  let low = Infinity
  let high = -Infinity
  for (const { split } of shownLines(ui)) {
    for (const value of history[split]?.[metric] ?? []) {
      if (value === null || (log && value <= 0)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  const first = history.train[metric]?.[0]
  if (diverged && mayBeLog(metric) && first) high = Math.min(high, EXPLODED * first)
  if (low > high) return log ? [-2, 0] : [0, 1]
  if (log) return [Math.floor(5 * Math.log10(low) - 0.2) / 5, Math.ceil(5 * Math.log10(high) + 0.2) / 5]
  if (mayBeLog(metric)) return [0, ceiling(high)]
  const gap = ceiling(1 - Math.max(low, -1)) * 1.05
  return [1 - gap, 1 + gap * 0.03]
}
