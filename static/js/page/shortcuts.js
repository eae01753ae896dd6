/** Shortcuts. They keep away from whatever uses the same key itself: fields, buttons, sliders, menus, dialogs. */

const TEXT = 'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, [contenteditable="true"]'
const TYPES = `${TEXT}, select` // letters choose in a menu
const USES_SPACE = `${TYPES}, button, a[href], summary, [type="checkbox"], [type="radio"]:not(:checked), [role="button"], [role="menuitem"]`
const USES_ARROWS = `${TYPES}, [type="range"], [type="radio"], [role="menu"], [role="grid"]`

/** @param {{run: (action: string) => void, help: () => void}} actions */
export function shortcuts({ run, help }) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const at = (/** @type {string} */ selector) => event.target instanceof Element && event.target.closest(selector) !== null
    if (document.querySelector('dialog[open]')) return
    if (event.key === ' ' && !at(USES_SPACE)) act(() => run('toggle'))
    else if (event.key === 'ArrowRight' && !at(USES_ARROWS)) act(() => run('step'))
    else if ((event.key === 'r' || event.key === 'R') && !at(TYPES)) act(() => run('restart'))
    else if (event.key === '?' && !at(TYPES)) act(help)
    else if (event.key === 'Escape' && !at(TEXT)) act(() => run('pause'))

    /** @param {() => void} action */
    function act(action) {
      event.preventDefault()
      action()
    }
  })
}
