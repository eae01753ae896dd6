/** A reload in the middle of training comes back to the same place, if it is still the same experiment. */

/** @import { Saved } from '../model/state.js' */

const KEY = 'descent'

/** @param {Saved} run */
export function save(run) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ hash: location.hash, ...run }))
  } catch {
    // No room, or no storage: the reload begins anew.
  }
}

/** @returns {Saved} */
export function restore() {
  try {
    const { hash, ...run } = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
    sessionStorage.removeItem(KEY)
    return hash === location.hash ? run : {}
  } catch {
    return {}
  }
}
