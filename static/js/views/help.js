/** The page's own tools: help, sharing, the theme. Their elements are in the page from the start. */

import { find, setText } from '../display/element.js'
import { count } from '../display/format.js'
import { setIcon } from '../display/icon.js'

/** @import { Model, Shared } from '../model/state.js' */
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
  const [why, field, file] = [find(fallback, '.share-why'), find(fallback, '.share-link', HTMLInputElement), find(fallback, '.share-file', HTMLAnchorElement)]
  const themes = [...el.querySelectorAll('.theme-input')].filter((input) => input instanceof HTMLInputElement)
  let confirming = 0

  find(el, '[data-tool="help"]').addEventListener('click', open)
  share.addEventListener('click', () => emit('share', handOver))
  for (const input of themes) input.addEventListener('change', () => emit('ui', { key: 'theme', value: input.value }))
  for (const dialog of [help, fallback]) {
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
  }

  function open() {
    if (!help.open) help.showModal()
  }

  /** @param {Shared} shared */
  async function handOver({ link, weights, file: page }) {
    const copied = await copy(link)
    URL.revokeObjectURL(file.href)
    file.hidden = !page
    if (copied && !page) {
      emit('announce', weights ? 'Link copied, with the weights as they are.' : 'Link copied.')
      return confirm()
    }
    const unable = 'This browser does not let the page copy by itself. Copy the link from here:'
    const tooLong = page && `With the weights that you typed, the link would have ${count(page.letters)} letters; at most ${count(page.most)} pass everywhere. This link has the settings alone, the file has the weights too and opens in any browser:`
    setText(why, tooLong ?? unable)
    if (page) file.href = URL.createObjectURL(page.content)
    field.value = link
    fallback.showModal()
    return field.select()
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
