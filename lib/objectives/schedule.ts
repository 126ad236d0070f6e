// Learning rates (and other numbers) that change while training.
import { integer, readOptions, real } from '../models/options';
import { unknownName } from '../suggest';

/** A value for each step from 0. A step is whatever the caller counts; the Top-K study steps once an epoch. */
export type Schedule = (step: number) => number;

/** Always the same value. */
export function constant(value: number): Schedule {
  return () => value;
}

/** From `base` down to 0 on half a cosine: `base / 2 * (1 + cos(pi * step / total))`; 0 from `total` on.
 *  As `torch.optim.lr_scheduler.CosineAnnealingLR` with `T_max = total`, up to that step. */
export function cosine(base: number, total: number): Schedule {
  return (step) => (base / 2) * (1 + Math.cos((Math.PI * Math.min(step, total)) / total));
}

/** From `from` to `to` in a straight line over `total` steps, then `to`. */
export function linearRamp(from: number, to: number, total: number): Schedule {
  return (step) => from + (to - from) * Math.min(1, step / total);
}

export interface WarmUpCosineOptions {
  /** Reached at the end of the warm-up. */
  base: number;
  /** What the cosine falls to. Default 0. */
  final?: number;
  /** Where the warm-up begins. Default 0. */
  start?: number;
  /** Steps of the warm-up. */
  warmUp: number;
  /** Steps in all. */
  total: number;
}

/** A straight line from `start` to `base` over the steps of the warm-up, both ends included, then half a cosine from `base` down to `final`,
 *  which is never reached: `final + (base - final) / 2 * (1 + cos(pi * k / K))`, k = 0..K-1. The last value holds on.
 *
 *  Throws when the warm-up is longer than the whole. Source: LocNet, section 2.4 of the spec. */
export function warmUpCosine(options: WarmUpCosineOptions): Schedule {
  const { base, final = 0, start = 0, warmUp, total } = options;
  if (warmUp > total) {
    throw new Error(`The warm-up of ${warmUp} steps is longer than the whole schedule of ${total}.`);
  }
  return (at) => {
    const step = Math.min(at, total - 1);
    if (step < warmUp) return warmUp === 1 ? start : start + ((base - start) * step) / (warmUp - 1);
    const progress = (step - warmUp) / (total - warmUp);
    return final + ((base - final) / 2) * (1 + Math.cos(Math.PI * progress));
  };
}

/** The same schedule, a step ahead: as LocNet's code reads its learning rates, except that it fails at the last step. */
export function oneAhead(schedule: Schedule, total: number): Schedule {
  return (step) => schedule(Math.min(step + 1, total - 1));
}

export interface Phase {
  /** How many steps it lasts; the last phase goes on for ever. */
  readonly steps: number;
  readonly schedule: Schedule;
}

/** One schedule after the other; each counts its own steps from 0. */
export function sequence(phases: readonly Phase[]): Schedule {
  if (phases.length === 0) throw new Error('A sequence of schedules needs at least one phase.');
  return (step) => {
    let start = 0;
    for (const { steps, schedule } of phases.slice(0, -1)) {
      if (step < start + steps) return schedule(step - start);
      start += steps;
    }
    return phases[phases.length - 1].schedule(step - start);
  };
}

/** A schedule as data. */
export type ScheduleSpec =
  | { readonly name: 'constant'; readonly value: number }
  | { readonly name: 'cosine'; readonly base: number; readonly total: number }
  | { readonly name: 'linear'; readonly from: number; readonly to: number; readonly total: number }
  | { readonly name: 'sequence'; readonly phases: readonly PhaseSpec[] };

export interface PhaseSpec {
  readonly steps: number;
  readonly schedule: ScheduleSpec;
}

const RATE = real(0, Number.POSITIVE_INFINITY, { includeLow: true });
const STEPS = integer(1, Number.MAX_SAFE_INTEGER);
const NAMES = ['constant', 'cosine', 'linear', 'sequence'] as const;
const PHASES = { expected: 'a list of phases', test: Array.isArray };

/** The schedule a spec describes, e.g. `{ name: 'cosine', base: 0.1, total: 50 }`. Throws on unknown names, keys and values. */
export function buildSchedule(spec: ScheduleSpec): Schedule {
  const { name, ...given } = spec;
  switch (spec.name) {
    case 'constant':
      readOptions('constant schedule', given, {}, { value: RATE });
      return constant(spec.value);
    case 'cosine':
      readOptions('cosine schedule', given, {}, { base: RATE, total: STEPS });
      return cosine(spec.base, spec.total);
    case 'linear':
      readOptions('linear schedule', given, {}, { from: RATE, to: RATE, total: STEPS });
      return linearRamp(spec.from, spec.to, spec.total);
    case 'sequence':
      readOptions('sequence of schedules', given, {}, { phases: PHASES });
      return sequence(
        spec.phases.map(({ steps, schedule }) => ({ steps, schedule: buildSchedule(schedule) })),
      );
    default:
      throw unknownName('schedule', name, NAMES);
  }
}
