/** A layer's rarer settings, in a panel beside its head; of a normalizing layer its numbers as well. */

import { choiceControl, controlFor, optionTitle } from '../../controls/fields.js'
import { element } from '../../display/element.js'
import { symbol } from '../../display/format.js'
import { icon } from '../../display/icon.js'
import { settingAt } from '../../model/schema.js'
import { getIn } from '../../model/values.js'

/** @import { Control } from '../../controls/fields.js' */
/** @import { Numbers } from '../../model/arrays.js' */
/** @import { Setting } from '../../model/schema.js' */
/** @import { Emit, Model, Parameter } from '../../model/state.js' */
/** @import { Field } from './inspector.js' */
/** @import { Popover } from './popover.js' */
/** @import { LayerColumn } from './structure.js' */

/**
 * @param {Popover} panel
 * @param {Emit} emit
 * @param {() => Model} latest
 * @param {(label: string, index: number, params: Numbers) => Field} field for a parameter
 */
export function layerSettings(panel, emit, latest, field) {
  /** @type {Map<string, Control>|null} */
  let controls = null // by path, while open
  /** @type {Field[]} */
  let fields = [] // of parameters

  /** @param {LayerColumn} column @param {HTMLElement} button @param {Numbers|null} params of the newest frame, if it fits */
  function open(column, button, params) {
    if (panel.owns(button)) return panel.close()
    const { schema, config } = latest()
    const isSwitch = (/** @type {string} */ name) => Number(typeof column.settings[name] === 'boolean')
    const names = Object.keys(column.settings).filter((name) => name !== 'type' && !column.about.prominent.includes(name)).toSorted((a, b) => isSwitch(b) - isSwitch(a))
    const paths = names.map((name) => `model.layers.${column.layer}.${name}`)
    const made = new Map(paths.map((path) => [path, control(settingAt(schema, path, config))]))
    const own = params && column.own.length ? numbers(column, params) : { rows: [], built: [] }
    const close = element('button', { type: 'button', class: 'net-remove', 'aria-label': 'Close', click: () => panel.close() }, icon('close'))
    /** @type {HTMLElement|null|undefined} */
    const first = made.get(paths[0])?.node.querySelector('input, select')
    panel.open({
      kind: 'layer', below: true, label: button.getAttribute('aria-label') ?? '', anchor: () => button.getBoundingClientRect(), owner: button,
      content: [
        element('div', { class: 'net-popover-head' }, element('h4', { class: 'net-popover-title' }, column.title), close),
        element('div', { class: 'net-settings' }, ...[...made.values()].map(({ node }) => node)),
        ...own.rows,
      ],
      focus: first ?? close,
    })
    controls = made
    fields = own.built
    update(latest())
    panel.place()
  }

  /** What belongs to each unit, such as what a normalizing layer multiplies it with and what it adds. @param {LayerColumn} column @param {Numbers} params */
  function numbers({ units, own }, params) {
    /** @type {Field[]} */
    const built = []
    /** @param {Parameter} parameter @param {number} k */
    function input({ title, offset }, k) {
      const one = field(`${title} of unit ${k + 1}`, offset + k, params)
      built.push(one)
      return one.input
    }
    const row = (/** @type {number} */ k) => element('div', { class: 'net-row' }, element('span', {}, `Unit ${k + 1}`), ...own.map((parameter) => input(parameter, k)))
    const head = element('div', { class: 'net-row net-row-head', 'aria-hidden': 'true' }, element('span'), ...own.map(({ title, name }) => element('span', {}, `${title.toLowerCase()} ${symbol(name)}`)))
    return { built, rows: [head, element('div', { class: 'net-rows', tabindex: '-1' }, ...Array.from({ length: units }, (_, k) => row(k)))] }
  }

  /** @param {Setting} setting */
  function control(setting) {
    const set = (/** @type {unknown} */ value) => emit('set', { path: setting.path, value })
    if (setting.kind === 'enum' && setting.nullable) return choiceControl(setting.path, set, (name, about) => (name ? optionTitle(name, about) : 'As the network'))
    return controlFor(setting, set)
  }

  /** Depends on the model alone. @param {Model} model */
  function update({ schema, config, errors }) {
    for (const [path, { update: show }] of controls ?? []) {
      show({
        setting: settingAt(schema, path, config), value: getIn(config, path), usual: getIn(config.training, path.slice(path.lastIndexOf('.') + 1)),
        errors: errors.filter((error) => error.path === path).map(({ message }) => message),
      })
    }
  }

  function closed() {
    controls = null
    fields = []
  }

  /** @param {Numbers} params of a new frame */
  const frame = (params) => fields.forEach(({ show }) => show(params))

  return { open, update, closed, frame }
}
