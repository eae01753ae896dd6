/** One element with its attributes, listeners and children, in one expression. */

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `class`, `aria-*`, ...; functions become listeners; null is left out
 * @param {...(Node|string|null)} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value)
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? '' : String(value))
  }
  node.append(...children.filter((child) => child !== null))
  return node
}

/** Change a text, an attribute or a flag only where it differs, so that nothing is laid out again for nothing. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value)
}

/** A flag such as `hidden` or `checked`. */
export function setFlag(node, name, on) {
  if (node[name] !== on) node[name] = on
}
