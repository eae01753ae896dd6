/** On a phone map and network do not fit at once: a small map stays in sight as long as the network is. */

import { element, find } from '../../display/element.js'

/**
 * @param {HTMLElement} room the map's own place, which stays as large as it is
 * @param {HTMLElement} frame
 */
export function miniMap(room, frame) {
  const back = element('button', { type: 'button', class: 'map-back', 'aria-label': 'Back to the map', hidden: true, click: () => room.scrollIntoView({ block: 'center' }) })
  const seen = new Map()
  const bar = find(document.body, '.topbar')
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) seen.set(target, isIntersecting)
    const mini = phone.matches && seen.get(network) === true && !seen.get(room)
    frame.classList.toggle('mini', mini)
    frame.inert = mini
    back.hidden = !mini
    const scale = back.offsetWidth / frame.offsetWidth
    frame.style.setProperty('--mini', String(mini ? scale : 1))
    document.documentElement.style.setProperty('--bar-bottom', `${bar.getBoundingClientRect().bottom}px`)
  }, { rootMargin: '-250px 0px -120px' })
  const phone = globalThis.matchMedia('(max-width: 720px)')
  const network = find(document.body, '#network')
  room.append(back)
  for (const target of [room, network]) observer.observe(target)
}
