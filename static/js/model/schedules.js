/**
 * What the learning rate is multiplied with as training goes on, for the picture of a schedule. The server's own
 * rule is the one that counts; a test holds this one to it. Pure.
 */

const SMALL = 0.02 // of an exponential schedule: what is left where its picture ends

const DECAYS = {
  constant: () => 1,
  step: (t, { every, decay_rate: rate }) => rate ** Math.floor(t / every),
  exponential: (t, { decay_rate: rate }) => rate ** t,
  cosine: (t, { over, final }) => final + ((1 - final) * (1 + Math.cos(Math.PI * Math.min(t / over, 1)))) / 2,
}

/** The factor after `t` epochs or steps, whichever the schedule counts. */
export const factor = (schedule, t) =>
  t < schedule.warmup ? (t + 1) / schedule.warmup : DECAYS[schedule.name](t - schedule.warmup, schedule)

/** Whether the factor is ever anything but 1. */
export const varies = ({ name, warmup }) => name !== 'constant' || warmup > 0

/** How far a picture has to reach to show what the schedule does. */
export function span(schedule) {
  const { name, warmup, every, over, decay_rate: rate } = schedule
  const decay = { constant: () => warmup / 2, step: () => 4 * every, exponential: () => Math.log(SMALL) / Math.log(Math.min(rate, 0.9999)), cosine: () => 1.2 * over }
  return Math.max(1, Math.ceil(warmup + decay[name]()))
}
