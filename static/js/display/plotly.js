/** Plotly arrives after the page: four megabytes that nothing else waits for. */

/**
 * @typedef {object} Plotly the part of the library that the page uses
 * @property {(el: HTMLElement, traces: object[], layout: object, config: object) => Promise<unknown>} react
 * @property {(el: HTMLElement, changes: Record<string, number[]>) => Promise<unknown>} relayout
 *
 * @typedef {Record<string, number[]|number>} Relayout what has moved: "xaxis.range[0]": 3, or "xaxis.range": [3, 5]
 * @typedef {{range: number[]}} Axis
 * @typedef {{on: (event: string, use: (moved: Relayout) => void) => void, layout: {xaxis: Axis, yaxis: Axis}}} Plotted
 */

/** What Plotly adds to an element once it has drawn into it. @param {HTMLElement} el */
export const plotted = (el) => /** @type {HTMLElement & Plotted} */ (el)

/** The new range of an axis; undefined if it has not moved. @param {Relayout} moved @param {"xaxis"|"yaxis"} axis */
export function rangeOf(moved, axis) {
  const low = moved[`${axis}.range[0]`]
  return /** @type {number[]|undefined} */ (low === undefined ? moved[`${axis}.range`] : [low, moved[`${axis}.range[1]`]])
}

/** Call `use` as soon as Plotly is there: at once, or when its script has run. @param {(plotly: Plotly) => void} use */
export function whenPlotly(use) {
  const page = /** @type {{Plotly?: Plotly}} */ (globalThis)
  if (page.Plotly) return use(page.Plotly)
  const wait = setInterval(() => {
    if (!page.Plotly) return
    clearInterval(wait)
    use(page.Plotly)
  }, 50)
}

/** @typedef {{text: string, muted: string, line: string, surface: string, validation: string, font: string, small: number}} Inks */

/** The page's own colors and type, for a plot that has to be told. @param {HTMLElement} el @returns {Inks} */
export function inks(el) {
  const style = getComputedStyle(el)
  const of = (/** @type {string} */ name) => style.getPropertyValue(name).trim()
  return { text: of('--text'), muted: of('--muted'), line: of('--line'), surface: of('--surface'), validation: of('--validation'), font: style.fontFamily, small: parseFloat(style.fontSize) - 1 }
}
