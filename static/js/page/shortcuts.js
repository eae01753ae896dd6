/**
 * Shortcuts. They keep away from whatever uses the same key itself: fields, buttons, sliders, menus, dialogs.
 * What was clicked is no longer one of these: after a click, space trains and the right arrow makes a step.
 */

const TEXT = 'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, [contenteditable="true"]'
const TYPES = `${TEXT}, select` // letters choose in a menu
const USES_SPACE = `${TYPES}, button, a[href], summary, [type="checkbox"], [type="radio"]:not(:checked), [role="button"], [role="menuitem"]`
const USES_ARROWS = `${TYPES}, [type="range"], [type="radio"], [role="menu"], [role="grid"]`
const ALWAYS_USES_ARROWS = `${TEXT}, [type="range"]`

/** @param {{run: (action: string) => void, help: () => void}} actions */
export function shortcuts({ run, help }) {
  /** @type {Node|null} */
  let pressed = null // by the pointer, since the last Tab
  /** @type {EventTarget|null} */
  let chosen = null // the menu in which the pointer has chosen; before that, its list is open

  /** Whether the focus came to an element by a click on it or on its label. @param {EventTarget|null} target */
  function clicked(target) {
    if (!(target instanceof HTMLElement) || (target instanceof HTMLSelectElement && target !== chosen)) return false
    const { labels } = /** @type {{labels?: NodeListOf<HTMLLabelElement>}} */ (target)
    return [target, ...(labels ?? [])].some((node) => node.contains(pressed))
  }

  document.addEventListener('pointerdown', ({ target }) => {
    pressed = target instanceof Node ? target : null
    chosen = null
  }, true)
  document.addEventListener('change', ({ target }) => (chosen = target))
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Tab') pressed = null
    else if (clicked(event.target)) handle(event, TEXT, TEXT, ALWAYS_USES_ARROWS)
  }, true) // before the element itself
  document.addEventListener('keydown', (event) => handle(event, TYPES, USES_SPACE, USES_ARROWS))
  document.addEventListener('keyup', (event) => {
    if (event.key === ' ' && clicked(event.target)) event.preventDefault() // where a button is pressed as the key comes up
  }, true)

  /** @param {KeyboardEvent} event @param {string} letters selects what uses letters itself @param {string} space @param {string} arrows */
  function handle(event, letters, space, arrows) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const at = (/** @type {string} */ selector) => event.target instanceof Element && event.target.closest(selector) !== null
    if (document.querySelector('dialog[open]')) return
    if (event.key === ' ' && !at(space)) act(() => run('toggle'))
    else if (event.key === 'ArrowRight' && !at(arrows)) act(() => run('step'))
    else if ((event.key === 'r' || event.key === 'R') && !at(letters)) act(() => run('restart'))
    else if (event.key === '?' && !at(letters)) act(help)
    else if (event.key === 'Escape' && event.eventPhase !== Event.CAPTURING_PHASE && !at(TEXT)) act(() => run('pause'))

    /** @param {() => void} action */
    function act(action) {
      event.preventDefault()
      event.stopPropagation()
      action()
    }
  }
}
