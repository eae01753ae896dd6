/** A layer's rarer settings, in a panel beside its head. */

import { choiceControl, controlFor } from '../../controls.js'
import { words } from '../../format.js'
import { icon } from '../../icon.js'
import { settingAt } from '../../schema.js'
import { getIn } from '../../state.js'
import { element } from '../element.js'
import { BETWEEN } from './structure.js'

const IN_THE_HEAD = ['type', 'units', 'activation', 'dropout_rate']

/**
 * @param {{open: Function, close: Function, owns: Function, place: Function}} panel
 * @param {(type: string, detail?: any) => void} emit
 * @param {() => any} latest the model
 */
export function layerSettings(panel, emit, latest) {
  /** @type {Map<string, import('../../controls.js').Control>|null} */
  let controls = null // by path, while open

  function open(column, button) {
    if (panel.owns(button)) return panel.close()
    const { schema, config } = latest()
    const isSwitch = (name) => typeof column.settings[name] === 'boolean'
    const names = Object.keys(column.settings).filter((name) => !IN_THE_HEAD.includes(name)).sort((a, b) => isSwitch(b) - isSwitch(a))
    const paths = names.map((name) => `model.layers.${column.layer}.${name}`)
    const made = new Map(paths.map((path) => [path, control(settingAt(schema, path, config))]))
    const title = column.kind === 'dense' ? `Layer ${column.number}` : BETWEEN[column.kind].title
    const close = element('button', { type: 'button', class: 'net-remove', 'aria-label': 'Close', click: () => panel.close() }, icon('close'))
    panel.open({
      kind: 'layer', below: true, label: button.getAttribute('aria-label'), anchor: () => button.getBoundingClientRect(), owner: button,
      content: [
        element('div', { class: 'net-popover-head' }, element('h4', { class: 'net-popover-title' }, title), close),
        element('div', { class: 'net-settings' }, ...[...made.values()].map(({ node }) => node)),
      ],
      focus: made.get(paths[0]).node.querySelector('input, select'),
    })
    controls = made
    update(latest())
    panel.place()
  }

  function control(setting) {
    const set = (value) => emit('set', { path: setting.path, value })
    if (setting.path.endsWith('.initializer')) return choiceControl(setting.path, set, (name) => (name ? words(name) : 'As the network'))
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

  return { open, update, closed: () => (controls = null) }
}
