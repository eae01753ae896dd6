/** The links' worker: takes their canvas, then whatever is to be shown on it. */

import { linksLayer } from './links-layer.js'

/** @type {ReturnType<typeof linksLayer>|null} */
let layer = null

onmessage = ({ data }) => {
  if (data.canvas) layer = linksLayer(data.canvas, (area) => postMessage(area))
  else layer?.show(data)
}
