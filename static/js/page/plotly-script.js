/** Plotly takes a second to start on a small machine, so it starts when the network has been drawn. */

const LATEST_MS = 3000

/** @returns {() => void} to be called with the first picture */
export function plotlyScript() {
  setTimeout(load, LATEST_MS)
  return () => afterPaint(load)
}

function load() {
  const preload = document.getElementById('plotly')
  if (!(preload instanceof HTMLLinkElement)) return
  const script = document.createElement('script')
  script.src = preload.href
  preload.replaceWith(script)
}

/** Once what has been set is on the screen; a hidden page does not paint, and need not wait. @param {() => void} task */
const afterPaint = (task) => (document.hidden ? task() : requestAnimationFrame(() => setTimeout(task)))
