/** A layer's rarer settings, in a panel beside its head; of a normalizing layer its numbers as well. */

import { choiceControl, controlFor, optionTitle } from '../../controls/fields.js'
import { element } from '../../display/element.js'
import { symbol } from '../../display/format.js'
import { icon } from '../../display/icon.js'
import { settingAt } from '../../model/schema.js'
import { getIn } from '../../model/values.js'

/**
 * @param {{open: Function, close: Function, owns: Function, place: Function}} panel
 * @param {(type: string, detail?: any) => void} emit
 * @param {() => any} latest the model
 * @param {(label: string, index: number, params: ArrayLike<number>) => {input: HTMLElement, show: (params: ArrayLike<number>) => void}} field for a parameter
 */
export function layerSettings(panel, emit, latest, field) {
  /** @type {Map<string, import('../../controls/fields.js').Control>|null} */
  let controls = null // by path, while open
  let fields = [] // of parameters

  /** @param {ArrayLike<number>|null} params of the newest frame, if it fits */
  function open(column, button, params) {
    if (panel.owns(button)) return panel.close()
    const { schema, config } = latest()
    const isSwitch = (name) => typeof column.settings[name] === 'boolean'
    const names = Object.keys(column.settings).filter((name) => name !== 'type' && !column.about.prominent.includes(name)).sort((a, b) => isSwitch(b) - isSwitch(a))
    const paths = names.map((name) => `model.layers.${column.layer}.${name}`)
    const made = new Map(paths.map((path) => [path, control(settingAt(schema, path, config))]))
    const own = params && column.own.length ? numbers(column, params) : { rows: [], built: [] }
    const close = element('button', { type: 'button', class: 'net-remove', 'aria-label': 'Close', click: () => panel.close() }, icon('close'))
    panel.open({
      kind: 'layer', below: true, label: button.getAttribute('aria-label'), anchor: () => button.getBoundingClientRect(), owner: button,
      content: [
        element('div', { class: 'net-popover-head' }, element('h4', { class: 'net-popover-title' }, column.title), close),
        element('div', { class: 'net-settings' }, ...[...made.values()].map(({ node }) => node)),
        ...own.rows,
      ],
      focus: made.get(paths[0])?.node.querySelector('input, select') ?? close,
    })
    controls = made
    fields = own.built
    update(latest())
    panel.place()
  }

  /** What belongs to each unit, such as what a normalizing layer multiplies it with and what it adds. */
  function numbers({ units, own }, params) {
    const built = []
    const input = ({ title, offset }, k) => {
      built.push(field(`${title} of unit ${k + 1}`, offset + k, params))
      return built.at(-1).input
    }
    const row = (k) => element('div', { class: 'net-row' }, element('span', {}, `Unit ${k + 1}`), ...own.map((parameter) => input(parameter, k)))
    const head = element('div', { class: 'net-row net-row-head', 'aria-hidden': 'true' }, element('span'), ...own.map(({ title, name }) => element('span', {}, `${title.toLowerCase()} ${symbol(name)}`)))
    return { built, rows: [head, element('div', { class: 'net-rows', tabindex: '-1' }, ...Array.from({ length: units }, (_, k) => row(k)))] }
  }

  function control(setting) {
    const set = (value) => emit('set', { path: setting.path, value })
    if (setting.kind === 'enum' && setting.nullable) return choiceControl(setting.path, set, (name, about) => (name ? optionTitle(name, about) : 'As the network'))
    return controlFor(setting, set)
  }

  /** Depends on the model alone. */
  function update({ schema, config, errors }) {
    for (const [path, { update: show }] of controls ?? []) {
      const name = path.split('.').pop()
      show({
        setting: settingAt(schema, path, config), value: getIn(config, path), usual: config.training[name],
        errors: errors.filter((error) => error.path === path).map(({ message }) => message),
      })
    }
  }

  function closed() {
    controls = null
    fields = []
  }

  return { open, update, closed, frame: (params) => fields.forEach(({ show }) => show(params)) }
}
