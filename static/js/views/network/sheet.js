/**
 * The two canvases behind the columns: links, and above them the units' maps. They lie in what is scrolled, a little
 * larger than what is seen, so that they move along with the units and are drawn anew only where they end.
 */

import { contextOf } from '../../display/element.js'
import { linksLayer } from './links-layer.js'

/** @import { Area, Scene } from './links-layer.js' */

const OVER = 240 // pixels beyond each edge, where there is something to scroll to

/** Put a canvas where it belongs. @param {HTMLCanvasElement} canvas @param {Area} area */
function fit(canvas, { left, top, width, height }) {
  Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` })
}

/**
 * The links' canvas, drawn by a worker if the browser can. Its element moves when the drawing has.
 * @param {HTMLCanvasElement} canvas
 * @returns {{show: (message: {scene?: Scene, area?: Area, flowing?: boolean}) => void}}
 */
export function linksCanvas(canvas) {
  const placed = (/** @type {Area} */ area) => fit(canvas, area)
  if (!('transferControlToOffscreen' in canvas) || !('Worker' in globalThis)) return linksLayer(canvas, placed)
  const worker = new Worker(new URL('./links-worker.js', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data }) => placed(data))
  const offscreen = canvas.transferControlToOffscreen()
  worker.postMessage({ canvas: offscreen }, [offscreen])
  return { show: (message) => worker.postMessage(message) }
}

/** The canvas of the maps and bias marks. @param {HTMLCanvasElement} canvas */
export function sheet(canvas) {
  const context = contextOf(canvas)
  /** @type {Area} */
  let area = { left: 0, top: 0, width: 0, height: 0, scale: 1 }

  /** What is seen of the content, and how large that is. @param {HTMLElement} scroller @param {HTMLElement} content */
  function seen(scroller, content) {
    const { scrollLeft: left, scrollTop: top, clientWidth, clientHeight } = scroller
    const { offsetWidth: width, offsetHeight: height } = content
    return { left, top, right: Math.min(width, left + clientWidth), bottom: Math.min(height, top + clientHeight), width, height }
  }

  /** Whether all that is seen lies on the canvas. @param {HTMLElement} scroller @param {HTMLElement} content */
  function covers(scroller, content) {
    const view = seen(scroller, content)
    return area.left <= view.left && area.top <= view.top && area.left + area.width >= view.right && area.top + area.height >= view.bottom
  }

  /** Where it has to be for what is seen now. @param {HTMLElement} scroller @param {HTMLElement} content */
  function place(scroller, content) {
    const scale = Math.min(2, globalThis.devicePixelRatio || 1)
    const view = seen(scroller, content)
    const fits = scale === area.scale && area.left + area.width <= view.width && area.top + area.height <= view.height
    if (fits && covers(scroller, content)) return area
    const left = Math.max(0, view.left - OVER)
    const top = Math.max(0, view.top - OVER)
    area = { scale, left, top, width: Math.min(view.width, view.right + OVER) - left, height: Math.min(view.height, view.bottom + OVER) - top }
    canvas.width = Math.round(area.width * scale)
    canvas.height = Math.round(area.height * scale)
    fit(canvas, area)
    return area
  }

  /** Clear it and draw, in pixels of what is scrolled. @param {(context: CanvasRenderingContext2D) => void} paint */
  function draw(paint) {
    const { left, top, scale } = area
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    context.setTransform(scale, 0, 0, scale, -left * scale, -top * scale)
    paint(context)
  }

  return { place, covers, draw }
}
