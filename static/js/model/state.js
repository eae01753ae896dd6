/**
 * Everything that the page shows is one plain object, the model; each function here returns a new one
 * and leaves the old one as it was. Pure.
 */

import { emptyHistory } from './history.js'
import { IDLE } from './status.js'

export const THEMES = ['light', 'dark', 'projector']

/** The page's own settings and the values each may have; the first is the default. */
export const UI_VALUES = {
  speed: ['50', 'slow', '1', '10', '200', 'max'], // epochs a second; "slow" is one step a second
  stepBy: ['epoch', 'batch'],
  showValidation: [false, true],
  showTest: [false, true],
  discretize: [false, true],
  largeMap: [false, true],
  logScale: [false, true],
  metric: ['loss', 'accuracy', 'r2', 'rmse'],
}
export const UI_DEFAULTS = Object.fromEntries(Object.entries(UI_VALUES).map(([key, values]) => [key, values[0]]))

/**
 * @typedef {object} Model
 * @property {object} config completed
 * @property {object} defaults the config with nothing set
 * @property {string[]} notices sentences that belong to no control
 * @property {object} schema JSON Schema of the config, with `$defs`
 * @property {object|null} start
 * @property {object|null} frame
 * @property {object|null} data
 * @property {object[]|null} datasets
 * @property {ReturnType<typeof emptyHistory>} history
 * @property {{status: "idle"|"connecting"|"running"|"waiting"|"ended", reason: string|null, message: string,
 *   playing: boolean, step: number, epoch: number, slow: string}} run `playing` is what the student asked for, `status` what happens,
 *   `slow` why there are fewer pictures than usual
 * @property {{path: string, message: string}[]} errors
 * @property {object} ui
 */

/** @returns {Model} */
export function initialModel({ schema = null, defaults = null, ui = {} } = {}) {
  return {
    config: defaults, defaults, notices: [], schema, start: null, frame: null, data: null, datasets: null,
    history: emptyHistory(),
    run: { ...IDLE, playing: false, step: 0, epoch: 0, slow: '' },
    errors: [],
    ui: { ...UI_DEFAULTS, theme: 'light', probe: null, ...ui },
  }
}
