/** Server-sent events, read from text that arrives in pieces. Pure. */

/**
 * A reader of `text/event-stream`. Feed it text as it arrives, cut anywhere; each complete event is handed
 * over at once as `onEvent(name, data)` with its data still as text, so that a reader that falls behind may
 * drop a frame without parsing it.
 * @param {(name: string, data: string) => void} onEvent
 * @returns {{push: (chunk: string) => void}}
 */
export function sseParser(onEvent) {
  let rest = ''
  let name = ''
  /** @type {string[]} */
  let data = []

  /** @param {string} text */
  function line(text) {
    if (text === '') {
      if (data.length) onEvent(name || 'message', data.join('\n'))
      name = ''
      data = []
      return
    }
    const colon = text.indexOf(':')
    if (colon === 0) return // a comment, sent to keep the connection open
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
  }

  /** @param {string} chunk */
  function push(chunk) {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/) // a final "\r" may be half of "\r\n"
    rest = lines.pop() ?? ''
    for (const text of lines) line(text)
  }

  return { push }
}
