/**
 * The panels: each a view in its place, drawn at most once an animation frame. A view that fails says so in its
 * place while the others go on, and is back as soon as it can draw again.
 */

import { element, setText } from '../display/element.js'

/** @import { Emit, Model } from '../model/state.js' */

/**
 * @typedef {object} View
 * @property {(model: Model) => void} update draws all of it
 * @property {(model: Model) => string[]} [wants] names of the views of a frame that it shows
 *
 * @typedef {object} Options
 * @property {Emit} emit
 * @property {(part: string, task: () => void) => void} attempt for what a view draws outside of `update`
 */

/** A view in its place. @param {HTMLElement} el @param {(el: HTMLElement, options: Options) => View} make @param {Emit} emit */
export function panel(el, make, emit) {
  const problem = element('p', { class: 'notice panel-problem', role: 'alert' })
  const failing = new Set() // parts of the view
  let logged = ''
  /** @type {View|null} */
  let view = null

  /** @type {Options["attempt"]} */
  function attempt(part, task) {
    if (failing.size) el.hidden = false // views measure themselves
    try {
      task()
      failing.delete(part)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      failing.add(part)
      setText(problem, `This panel has a problem: ${message} The rest goes on.`)
      if (logged !== message) console.error(error)
      logged = message
    }
    if (failing.size) {
      el.hidden = true
      if (!problem.isConnected) el.after(problem)
    } else problem.remove()
  }

  attempt('make', () => (view = make(el, { emit, attempt })))
  return {
    /** @param {Model} model */
    update: (model) => view && attempt('update', () => view?.update(model)),
    /** What the server has to draw for it: nothing while it is not to be seen. @param {Model} model */
    wants: (model) => (view?.wants && !el.parentElement?.closest('[hidden]') ? view.wants(model) : []),
  }
}

/** All panels of a page. @param {ReturnType<typeof panel>[]} list @param {(model: Model) => void} onDrawn */
export function panels(list, onDrawn) {
  /** @type {Model} */
  let model
  let scheduled = 0

  function draw() {
    scheduled = 0
    for (const { update } of list) update(model)
    onDrawn(model)
  }

  return {
    /** Draw a model, unless a newer one comes before the next animation frame. @param {Model} newest */
    show(newest) {
      model = newest
      scheduled ||= requestAnimationFrame(draw)
    },
    /** Names of all that the open panels show of a frame. @param {Model} of @returns {string[]} */
    wants: (of) => [...new Set(list.flatMap(({ wants }) => wants(of)))],
  }
}
