/**
 * Everything that the page shows is one plain object, the model; each function here returns a new one
 * and leaves the old one as it was. Pure.
 */

import { emptyHistory } from './history.js'
import { IDLE } from './status.js'

/** @import { WireArray } from './arrays.js' */
/** @import { Config, LayerConfig } from './config.js' */
/** @import { History } from './history.js' */
/** @import { Schema } from './schema.js' */
/** @import { Run } from './status.js' */

export const THEMES = ['light', 'dark', 'projector']

/** The page's own settings and the values each may have; the first is the default. @type {Record<keyof Choices, (string|boolean)[]>} */
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
export const UI_DEFAULTS = /** @type {Choices} */ (Object.fromEntries(Object.entries(UI_VALUES).map(([key, values]) => [key, values[0]])))

/**
 * @typedef {object} Model
 * @property {Config} config completed
 * @property {Config} defaults the config with nothing set
 * @property {Notice[]} notices what belongs to no control
 * @property {Schema} schema of the config
 * @property {Start|null} start
 * @property {Frame|null} frame
 * @property {Data|null} data
 * @property {Dataset[]|null} datasets
 * @property {History} history
 * @property {Run} run
 * @property {{path: string, message: string}[]} errors
 * @property {Ui} ui
 */

/**
 * @typedef {object} Shared
 * @property {string} link
 * @property {boolean} weights whether they are in the link
 * @property {{letters: number, most: number, content: Blob}} [file] that has them where a link would be too long
 */

/** @typedef {string|{text: string, details: string[]}} Notice a sentence, perhaps with what there is to say of its parts */

/**
 * @typedef {Choices & {theme: string, probe: Probe|null}} Ui the page's own state
 *
 * @typedef {object} Choices
 * @property {string} speed
 * @property {"epoch"|"batch"} stepBy
 * @property {boolean} showValidation
 * @property {boolean} showTest
 * @property {boolean} discretize
 * @property {boolean} largeMap
 * @property {boolean} logScale
 * @property {string} metric
 *
 * @typedef {{layer?: number, unit?: number, feature?: string}} Probe the unit or the feature that the reader looks at
 */

/** @typedef {{checkpoint?: Checkpoint|null, history?: History, edited?: boolean}} Saved a run; `edited`: some of its weights were typed by hand */

/** @typedef {{get: () => Model, set: (patch: Partial<Model>) => void}} Store holds the newest model */

/**
 * What the server answers; its OpenAPI document says more.
 * @typedef {"train"|"validation"|"test"} Split
 * @typedef {Record<string, number|null>} Metrics null for what is no number any more
 * @typedef {{min: number, max: number}} Range
 * @typedef {{values: WireArray, scale: WireArray}} UnitMap a value is `values / 127 * scale`
 *
 * @typedef {object} Legend
 * @property {"binary"|"multiclass"|"regression"} task
 * @property {string[]|null} classes
 * @property {(Range & {name: string})[]} axes
 * @property {Range} range what 0 and 255 of the decision map mean
 *
 * @typedef {object} Comes What a config comes to.
 * @property {number} n_parameters
 * @property {(LayerConfig & Described)[]} layers
 * @property {string} loss
 * @property {string} output_activation
 * @property {{varies: boolean, unit: "epochs"|"steps", end: number, factors: number[]}} schedule of the learning rate, from 0 to `end`
 *
 * @typedef {{units: number, maps: boolean, parameters: Parameter[], output?: true}} Described what a layer comes to
 * @typedef {{name: string, title: string, kind: "weights"|"bias"|"unit"|"other", offset: number}} Parameter in the flat vector of all
 *
 * @typedef {Legend & Comes & {config: Config, samples: Record<Split, number>, steps_per_epoch: number}} Start
 *
 * @typedef {Legend & Comes & {splits: Record<Split, {x: WireArray, y: WireArray}>, features: Feature[]}} Data
 * @typedef {{name: string, values: WireArray, scale: number}} Feature
 *
 * @typedef {object} Dataset
 * @property {string} name
 * @property {string} title
 * @property {string} description
 * @property {Legend["task"]} task
 * @property {Task[]} tasks the usual one first
 * @property {{x: WireArray, y: WireArray}} points
 * @property {Range} range
 *
 * @typedef {object} Task
 * @property {Legend["task"]} task
 * @property {number|null} n_classes as a config has it
 * @property {number} classes 0 for numbers
 * @property {number} outputs units of the output
 * @property {string} output_activation
 *
 * @typedef {Picture & {[unit: `unit:${number}:${number}`]: UnitMap|undefined}} Frame one complete picture
 * @typedef {object} Picture
 * @property {number} step
 * @property {number} epoch
 * @property {number} position samples of the epoch that have been used
 * @property {Record<Split, Metrics|null>} metrics
 * @property {number} lr
 * @property {{values: WireArray, classes?: WireArray}} [boundary]
 * @property {(UnitMap & {layer: number})[]} [neurons]
 * @property {WireArray} [weights]
 *
 * @typedef {object} Checkpoint goes back to the server as it is, but for parameters that are edited by hand
 * @property {number} step
 * @property {WireArray} params
 * @property {{epoch: number[], best: (number|null)[]}} [early_stopping]
 */

/**
 * What a view reports to the page.
 * @typedef {object} Reports
 * @property {Change & {passing?: boolean}} set
 * @property {{changes: Change[], passing?: boolean}} set-many
 * @property {{action: string}} run
 * @property {{index: number, value: number}} edit-param
 * @property {(shared: Shared) => void} share
 * @property {{key: string, value: string|boolean}} ui
 * @property {Probe|null} probe
 * @property {number} dismiss
 * @property {string} announce
 *
 * @typedef {{path: string, value: unknown}} Change of a setting
 * @typedef {<Type extends keyof Reports>(type: Type, detail: Reports[Type]) => void} Emit
 */

/**
 * Nothing is drawn before the settings are known, so views may count on them.
 * @param {{schema?: any, defaults?: any, ui?: Partial<Ui>}} [known]
 * @returns {Model}
 */
export function initialModel({ schema = null, defaults = null, ui = {} } = {}) {
  return {
    config: defaults, defaults, notices: [], schema, start: null, frame: null, data: null, datasets: null,
    history: emptyHistory(),
    run: { ...IDLE, playing: false, step: 0, epoch: 0, ways: [], slow: '' },
    errors: [],
    ui: { ...UI_DEFAULTS, theme: 'light', probe: null, ...ui },
  }
}
