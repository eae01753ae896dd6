/** A symbol of the template's sprite. Icons are decoration: whatever bears one has a name of its own. */

const SVG = 'http://www.w3.org/2000/svg'

/** @param {string} name such as "play" for `#icon-play` */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  svg.append(document.createElementNS(SVG, 'use'))
  setIcon(svg, name)
  return svg
}

/** Show another symbol. @param {Element} svg @param {string} name */
export function setIcon(svg, name) {
  const use = svg.firstElementChild
  if (use?.getAttribute('href') !== `#icon-${name}`) use?.setAttribute('href', `#icon-${name}`)
}
