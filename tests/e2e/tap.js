/**
 * Listens in on the page's talk with the server: what it asked for and what came back, and each step that it showed.
 * Installed before the page's own scripts; changes nothing of what they see.
 */
{
  const tap = (window.tap = { asked: [], frames: [], frame: null, checkpoint: null, start: null, ends: [], data: null, steps: [], open: 0 })
  const fetched = window.fetch

  /** Keep of every frame its counts and metrics, of the newest everything. */
  function hear(name, text, request) {
    const value = JSON.parse(text)
    if (name === 'start') tap.start = value
    else if (name === 'checkpoint') tap.checkpoint = value
    else if (name === 'end') tap.ends.push({ ...value, request })
    else if (name === 'frame') {
      const { step, epoch, position, metrics } = value
      tap.frames.push({ step, epoch, position, metrics, request })
      tap.frame = { ...value, request }
    }
  }

  async function listen(stream, request) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const events = (rest + part.value).split('\n\n')
        rest = events.pop()
        for (const event of events) {
          const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event)
          hear(name, data, request)
        }
      }
    } catch {
      // The page hung up, or the line was cut: the page sees that too.
    }
    tap.open--
  }

  window.fetch = async (url, options) => {
    const path = String(url)
    if (path.endsWith('api/data')) {
      const response = await fetched(url, options)
      if (response.ok) tap.data = { asked: JSON.parse(options.body), answer: await response.clone().json() }
      return response
    }
    if (!path.endsWith('api/train')) return fetched(url, options)
    const request = tap.asked.push(JSON.parse(options.body)) - 1
    tap.open++
    const response = await fetched(url, options).catch((error) => {
      tap.open--
      throw error
    })
    if (!response.ok) {
      tap.open--
      return response
    }
    const [one, other] = response.body.tee()
    listen(other, request)
    return new Response(one, { status: response.status, headers: response.headers })
  }

  document.addEventListener('DOMContentLoaded', () => {
    const counter = document.querySelector('[data-counter="step"]')
    if (!counter) return
    new MutationObserver(() => tap.steps.push(Number(counter.textContent.replaceAll(',', ''))))
      .observe(counter, { childList: true, characterData: true, subtree: true })
  })

  /** The pixels of part of a canvas, in pixels of the page; also of one that is drawn by a worker. */
  function pixels(canvas, { left, top, width, height }) {
    const box = canvas.getBoundingClientRect()
    const across = canvas.width / box.width
    const down = canvas.height / box.height
    const copy = new OffscreenCanvas(Math.round(width * across), Math.round(height * down))
    const context = copy.getContext('2d', { willReadFrequently: true })
    context.drawImage(canvas, Math.round((box.left - left) * across), Math.round((box.top - top) * down))
    return context.getImageData(0, 0, copy.width, copy.height).data
  }

  /** What is painted on all canvases inside an element, as a short text that differs where they differ. */
  tap.picture = (element, { left, top, width, height } = element.getBoundingClientRect()) => {
    let hash = 0
    for (const canvas of element.querySelectorAll('canvas')) {
      for (const byte of pixels(canvas, { left, top, width, height })) hash = (Math.imul(hash, 31) + byte) | 0
    }
    return String(hash)
  }

  /** Red, green and blue of a canvas at a share of its width and height. */
  tap.color = (selector, across, down) => {
    const canvas = document.querySelector(selector)
    const { left, top, width, height } = canvas.getBoundingClientRect()
    const all = pixels(canvas, { left, top, width, height })
    const at = 4 * (Math.floor(down * canvas.height) * canvas.width + Math.floor(across * canvas.width))
    return Array.from(all.subarray(at, at + 3))
  }

  /** What is painted where each unit's tile is, by "layer:unit". */
  tap.tiles = () => {
    const network = document.querySelector('#network')
    const tiles = [...network.querySelectorAll('.net-tile:not([data-feature])')]
    return Object.fromEntries(tiles.map((tile) => {
      const { left, top, width, height } = tile.getBoundingClientRect()
      const inside = { left: left + 2, top: top + 2, width: width - 4, height: height - 4 }
      return [`${tile.dataset.layer}:${tile.dataset.unit}`, tap.picture(network, inside)]
    }))
  }

  /** The newest value beside the curves, a percentage as a share. */
  tap.value = (split) => {
    const text = document.querySelector(`.curves-values [data-split="${split}"] dd`).textContent.trim().replace('\u2212', '-')
    return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text)
  }

  /** Write down each text that an element shows from now on. */
  tap.hear = (selector, texts) => {
    const node = document.querySelector(selector)
    new MutationObserver(() => texts.at(-1) !== node.textContent && texts.push(node.textContent))
      .observe(node, { childList: true, characterData: true, subtree: true })
  }

  /** Write down whatever moves, or has moved, without having been touched: by how much, and what. */
  tap.watchShifts = (buffered = false) => {
    tap.shifts = []
    const name = ({ node }) => (node?.outerHTML ?? node?.textContent ?? '').slice(0, 80)
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries()) {
        if (!hadRecentInput) tap.shifts.push([value, ...sources.map(name)])
      }
    }).observe({ type: 'layout-shift', buffered })
  }
}
