/** The page's own tools: help, sharing, the theme. Their elements are in the page from the start. */

import { find, setText } from '../display/element.js'
import { setIcon } from '../display/icon.js'

/** @import { Model } from '../model/state.js' */
/** @import { Options } from '../page/panels.js' */

const CONFIRM_MS = 2500

/** Copy a text, where the page may: pages that come over plain http have no clipboard of their own. @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'visually-hidden'
    area.setAttribute('aria-hidden', 'true')
    document.body.append(area)
    const focused = document.activeElement
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    if (focused instanceof HTMLElement) focused.focus()
    return done
  }
}

/** @param {HTMLElement} el the tools of the page's head @param {Options} options */
export function helpView(el, { emit }) {
  const [help, fallback] = ['#help', '#share'].map((id) => find(document, id, HTMLDialogElement))
  const share = find(el, '[data-tool="share"]')
  const [label, icon] = [find(share, '.tools-label'), find(share, '.icon', SVGElement)]
  const field = find(fallback, '.share-link', HTMLInputElement)
  const themes = [...el.querySelectorAll('.theme-input')].filter((input) => input instanceof HTMLInputElement)
  let confirming = 0

  find(el, '[data-tool="help"]').addEventListener('click', open)
  share.addEventListener('click', copyLink)
  for (const input of themes) input.addEventListener('change', () => emit('ui', { key: 'theme', value: input.value }))
  for (const dialog of [help, fallback]) {
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
  }

  function open() {
    if (!help.open) help.showModal()
  }

  async function copyLink() {
    if (await copy(location.href)) {
      emit('announce', 'Link copied.')
      confirm()
    } else {
      field.value = location.href
      fallback.showModal()
      field.select()
    }
  }

  function confirm() {
    setText(label, 'Copied')
    setIcon(icon, 'check')
    clearTimeout(confirming)
    confirming = setTimeout(() => {
      setText(label, 'Share')
      setIcon(icon, 'link')
    }, CONFIRM_MS)
  }

  /** Depends on the model alone. @param {Model} model */
  function update({ ui }) {
    document.documentElement.dataset.theme = ui.theme
    for (const input of themes) input.checked = input.value === ui.theme
  }

  return { update }
}
