/** A reload in the middle of training comes back to the same place, if it is still the same experiment. */

const KEY = 'descent'

/** @param {{checkpoint: object|null, history: object}} run */
export function save(run) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ hash: location.hash, ...run }))
  } catch {
    // No room, or no storage: the reload begins anew.
  }
}

/** @returns {{checkpoint?: object|null, history?: object}} */
export function restore() {
  try {
    const { hash, ...run } = JSON.parse(sessionStorage.getItem(KEY))
    sessionStorage.removeItem(KEY)
    return hash === location.hash ? run : {}
  } catch {
    return {}
  }
}
