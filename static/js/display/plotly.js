/** Plotly arrives after the page: four megabytes that nothing else waits for. */

/**
 * Call `use(plotly)` as soon as Plotly is there: at once, or when its script has run.
 * @param {any} plotly the library, a promise of it, or nothing for the page's own script
 * @param {(plotly: any) => void} use
 */
export function whenPlotly(plotly, use) {
  const given = plotly ?? globalThis.Plotly
  if (given?.then) given.then(use)
  else if (given) use(given)
  else {
    const wait = setInterval(() => {
      if (!globalThis.Plotly) return
      clearInterval(wait)
      use(globalThis.Plotly)
    }, 50)
  }
}

/** The page's own colors and type, for a plot that has to be told. @param {HTMLElement} el */
export function inks(el) {
  const style = getComputedStyle(el)
  const of = (name) => style.getPropertyValue(name).trim()
  return { text: of('--text'), muted: of('--muted'), line: of('--line'), surface: of('--surface'), validation: of('--validation'), font: style.fontFamily, small: parseFloat(style.fontSize) - 1 }
}
