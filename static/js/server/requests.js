/** Short requests to the server. */

const RETRY_MS = 2000

/** The server refused, for good. */
class Refusal extends Error {}

/** @param {string} url @param {RequestInit} [options] @returns {Promise<any>} the answer's JSON; fails if there is none */
export async function json(url, options) {
  const response = await fetch(url, options)
  if (response.status >= 400 && response.status < 500) throw new Refusal(`${url} answered ${response.status}.`)
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`)
  return response.json()
}

/**
 * Ask until the server answers or refuses.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {() => boolean} [wanted] whether the answer is still of use
 * @param {() => void} [onWaiting]
 * @returns {Promise<T>}
 */
export async function patiently(ask, wanted = () => true, onWaiting = () => {}) {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (error instanceof Refusal || !wanted()) throw error
      onWaiting()
      await new Promise((done) => setTimeout(done, RETRY_MS))
    }
  }
}
