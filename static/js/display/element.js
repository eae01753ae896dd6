/** One element with its attributes, listeners and children, in one expression. */

/**
 * @typedef {{[event in keyof HTMLElementEventMap]?: ((event: HTMLElementEventMap[event]) => void)|null}
 *   & {[attribute: string]: Function|string|number|boolean|null|undefined}} Attributes
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] `class`, `aria-*`, ...; functions become listeners; null is left out
 * @param {...(Node|string|null)} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, /** @type {EventListener} */ (value))
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? '' : String(value))
  }
  node.append(...children.filter((child) => child !== null))
  return node
}

/**
 * The element of the page that a view draws into; a page without it is an error, not a picture less.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [type]
 * @returns {T}
 */
export function find(root, selector, type = /** @type {new () => any} */ (HTMLElement)) {
  const node = root.querySelector(selector)
  if (!(node instanceof type)) throw new TypeError(`The page has no ${selector}.`)
  return node
}

/** What draws on a canvas. @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [options] */
export function contextOf(canvas, options) {
  const context = canvas.getContext('2d', options)
  if (!context) throw new TypeError('This browser does not draw on a canvas.')
  return context
}

/** Change a text, an attribute or a flag only where it differs, so that nothing is laid out again for nothing. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** @param {Element} node @param {string} name @param {string} value */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value)
}

/**
 * A flag such as `hidden` or `checked`.
 * @template {string} Name
 * @param {{[name in Name]: unknown}} node
 * @param {Name} name
 * @param {boolean} on
 */
export function setFlag(node, name, on) {
  if (node[name] !== on) node[name] = on
}
