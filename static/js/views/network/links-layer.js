/**
 * Draws the links: blue and solid where the weight is positive, orange and dashed where it is negative, wider the
 * larger it is; while they flow, the dashes and small beads move towards the output. Runs in a worker, so that the
 * page stays free for everything else, or on the page where a worker cannot draw.
 */

export const BUCKETS = 12
const CALM = 320 // above this many links nothing flows
const DASH = [7, 4.5]
const BEADS = 23 // pixels between two
const SPEED = 14 // pixels a second
const FLOW_MS = 60 // between two drawings while they flow

/** 0..1, steep near zero and never quite full, so that one huge weight does not flatten the others. @param {number} w */
const strength = (w) => Math.abs(w) / (Math.abs(w) + 1.5)
/** @param {number} t */
const weightOf = (t) => (1.5 * t) / (1 - t)

/** Which of the widths and shades a weight has; one that is no number any more has the least. @param {number} w */
export const bucketOf = (w) => (Number.isFinite(w) ? Math.min(BUCKETS - 1, Math.floor(strength(w) * BUCKETS)) : 0)

/**
 * @typedef {object} Scene
 * @property {Float32Array[][]} all per sign (negative, positive) and strength the ends of links, four numbers each
 * @property {Float32Array[][]|null} bright those that stand out; the others fade
 * @property {boolean} known whether there are weights to show
 * @property {number} count
 * @property {number} thickness of all links
 * @property {boolean} crowded
 * @property {string[]} colors 256
 * @property {string} bead
 *
 * @typedef {{left: number, top: number, width: number, height: number, scale: number}} Area
 */

/** @typedef {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} Context */

/** @param {HTMLCanvasElement|OffscreenCanvas} canvas @param {(area: Area) => void} onPlaced called when the canvas shows another area */
export function linksLayer(canvas, onPlaced) {
  const context = /** @type {Context} */ (canvas.getContext('2d'))
  /** @type {Scene|null} */
  let scene = null
  /** @type {Area|null} */
  let area = null
  let flow = 0
  let flowing = false
  let drawn = 0
  let waiting = 0

  /** @param {{scene?: Scene, area?: Area, flowing?: boolean}} message */
  function show(message) {
    if (message.scene) scene = message.scene
    const moved = message.area
    if (moved) {
      area = moved
      const width = Math.max(1, Math.round(area.width * area.scale))
      const height = Math.max(1, Math.round(area.height * area.scale))
      if (canvas.width !== width) canvas.width = width
      if (canvas.height !== height) canvas.height = height
    }
    if (message.flowing !== undefined) flowing = message.flowing
    draw()
    if (moved) onPlaced(moved)
    if (flowing && !waiting) waiting = requestAnimationFrame(tick)
  }

  function tick() {
    waiting = flowing && scene && scene.count <= CALM ? requestAnimationFrame(tick) : 0
    if (waiting && performance.now() - drawn >= FLOW_MS) draw()
  }

  function draw() {
    if (!scene || !area) return
    const now = performance.now()
    const moves = flowing && scene.count <= CALM
    if (moves) flow += (Math.min(200, now - drawn) / 1000) * SPEED
    drawn = now
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    context.setTransform(area.scale, 0, 0, area.scale, -area.left * area.scale, -area.top * area.scale)
    const thin = Math.max(0.45, Math.min(1, 1 - (scene.count - 40) / 500)) * scene.thickness
    context.globalAlpha = scene.bright ? 0.16 : scene.count > CALM ? 0.7 : 1
    stroke(scene, scene.all, thin, moves)
    context.globalAlpha = 1
    if (scene.bright) stroke(scene, scene.bright, scene.crowded ? 0.6 : Math.max(0.6, thin), moves)
  }

  /**
   * The weakest first. Each link is a path of its own: one path of many crossing curves takes twice as long.
   * @param {Scene} scene
   * @param {Float32Array[][]} sorted
   * @param {number} thin
   * @param {boolean} moves
   */
  function stroke({ known, colors, bead }, sorted, thin, moves) {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const t = (bucket + 0.5) / BUCKETS
      const shade = Math.round(127 * Math.min(1, weightOf(t) / 1.1))
      const width = known ? (0.9 + 6.6 * t) * thin : 1
      context.lineWidth = width
      for (const sign of [0, 1]) {
        const ends = sorted[sign][bucket]
        context.strokeStyle = colors[known ? (sign ? 128 + shade : 128 - shade) : 128]
        context.setLineDash(sign ? [] : DASH)
        context.lineDashOffset = moves ? -flow : 0
        for (let k = 0; k < ends.length; k += 4) curve(context, ends[k], ends[k + 1], ends[k + 2], ends[k + 3])
        if (!sign || !moves) continue
        context.fillStyle = bead
        for (let k = 0; k < ends.length; k += 4) beads(context, ends[k], ends[k + 1], ends[k + 2], ends[k + 3], flow, Math.max(1.2, width * 0.5))
      }
    }
  }

  return { show }
}

/** @param {Context} context @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
function curve(context, x0, y0, x1, y1) {
  const middle = (x0 + x1) / 2
  context.beginPath()
  context.moveTo(x0, y0)
  context.bezierCurveTo(middle, y0, middle, y1, x1, y1)
  context.stroke()
}

/**
 * What moves along a solid link.
 * @param {Context} context
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1
 * @param {number} flow @param {number} size
 */
function beads(context, x0, y0, x1, y1, flow, size) {
  const length = Math.hypot(x1 - x0, y1 - y0) * 1.05
  for (let at = flow % BEADS; at < length; at += BEADS) {
    const t = at / length
    context.fillRect(x0 + (x1 - x0) * (1.5 * t * (1 - t) + t ** 3) - size / 2, y0 + (y1 - y0) * t * t * (3 - 2 * t) - size / 2, size, size)
  }
}
