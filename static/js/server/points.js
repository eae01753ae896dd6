/**
 * The dataset's points: fetched whenever the data settings are others than those of the points on the page, and
 * shown together with the run that learns from them.
 */

import { same } from '../model/values.js'
import { json, patiently } from './requests.js'

/** @import { DataConfig } from '../model/config.js' */
/** @import { Data, Start, Store } from '../model/state.js' */

/** @param {Store} store */
export function pointsLoader({ get, set }) {
  /** @type {DataConfig|null} */
  let shown = null // of the points on the page
  /** @type {DataConfig|null} */
  let wanted = null // of the points asked for
  /** @type {Data|null} */
  let arrived = null

  async function load() {
    const { config } = get()
    if (same(config.data, wanted ?? shown)) return
    wanted = config.data
    arrived = null
    const body = JSON.stringify({ config })
    try {
      const data = await patiently(() => json('api/data', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }), () => wanted === config.data)
      if (wanted !== config.data) return
      arrived = data
      show(get().start)
    } catch {
      // Refused: the request for training is refused as well, and says why.
      if (wanted === config.data) wanted = null
    }
  }

  /** Put the points that have come on the page, once the server trains on them. @param {Start|null} start */
  function show(start) {
    if (!arrived || (start && !same(start.config.data, wanted))) return
    set({ data: arrived })
    shown = wanted
    wanted = arrived = null
  }

  return { load, show }
}
