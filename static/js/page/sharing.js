/**
 * A run in a link: weights that were typed by hand do not follow from the settings, so the link carries the checkpoint,
 * compressed.
 */

/** @import { Saved, Shared } from '../model/state.js' */

/** Longer ones are cut or refused by what links are sent with. */
const LONGEST = 8000
const PART = /[#&]checkpoint=([\w-]+)/

/** Bytes through a stream. @param {Blob} blob @param {CompressionStream|DecompressionStream} through */
const piped = (blob, through) => new Response(blob.stream().pipeThrough(through))

/** @param {unknown} value @returns {Promise<string>} letters that a link may have */
async function packed(value) {
  const bytes = new Uint8Array(await piped(new Blob([JSON.stringify(value)]), new CompressionStream('deflate-raw')).arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** @param {string} text */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
  return piped(new Blob([bytes]), new DecompressionStream('deflate-raw')).json()
}

/** The link of an experiment. @param {string} address @param {Saved} saved @returns {Promise<Shared>} */
export async function share(address, { checkpoint, edited }) {
  const plain = address.replace(PART, '')
  if (!edited || !checkpoint) return { link: plain, weights: false }
  const link = `${plain}${plain.includes('#') ? '&' : '#'}checkpoint=${await packed(checkpoint)}`
  if (link.length <= LONGEST) return { link, weights: true }
  return { link: plain, weights: false, file: { letters: link.length, most: LONGEST, content: forwarding(link) } }
}

/** A page that opens the link: browsers take longer ones than mails and chats do. @param {string} link */
const forwarding = (link) => new Blob(
  ['<!doctype html><title>Descent</title><meta http-equiv="refresh" content="0; url=', link.replaceAll('&', '&amp;'), '">'], { type: 'text/html' },
)

/** Whether the address says that it carries a run. */
export const hasRun = () => PART.test(location.hash)

/** The run that the address carries, if it does; undefined also if it cannot be read. @returns {Promise<Saved|undefined>} */
export async function sharedRun() {
  const text = PART.exec(location.hash)?.[1]
  return text ? unpacked(text).then((checkpoint) => ({ checkpoint, edited: true }), () => undefined) : undefined
}
