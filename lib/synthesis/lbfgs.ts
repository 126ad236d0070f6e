// L-BFGS: minimises a function of many variables from its values and gradients.
import { isFinitePoint, type LinePoint, strongWolfe } from './lineSearch';

/** Value and gradient at x, which it leaves as it is; the gradient is a new array each time. */
export type Objective = (x: Float64Array) => Promise<{ value: number; gradient: Float64Array }>;

export interface LbfgsOptions {
  /** First step along each direction that is tried. Default 1. */
  learningRate?: number;
  /** Pairs of steps and changes of the gradient that stand for the curvature. Default 100. */
  history?: number;
  /** Directions a step. Default 20. */
  iterations?: number;
  /** Evaluations a step after which no further direction is begun. Default: five quarters of the iterations. */
  evaluations?: number;
  /** Done when no component of the gradient is larger. Default 0. */
  gradientTolerance?: number;
  /** Done when no variable, or the value, changes by more. Default 0. */
  changeTolerance?: number;
}

/** A step, and how the gradient changed by it. */
interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
}

/** All that a run needs to go on. */
export interface LbfgsState {
  readonly x: Float64Array;
  readonly iterations: number;
  readonly evaluations: number;
  readonly pairs: readonly Pair[];
  /** The last step, and the gradient before it. */
  readonly last: { readonly step: Float64Array; readonly gradient: Float64Array } | null;
  /** The lowest value so far, and its place. */
  readonly best: { readonly x: Float64Array; readonly value: number } | null;
}

export interface StepReport {
  /** At the end of the step, and the lowest so far. */
  readonly value: number;
  readonly best: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** Why it ended: `limit` of iterations or evaluations, or for good: tolerances are met (`converged`), or values are no longer finite (`diverged`). */
  readonly ended: 'limit' | 'converged' | 'diverged';
}

/** Pairs along which the curvature is smaller tell nothing. */
const LEAST_CURVATURE = 1e-10;

/** Minimises in steps of some iterations each, as `torch.optim.LBFGS(..., line_search_fn = 'strong_wolfe')` in double precision: the same settings take
 *  the same steps. Source: Nocedal and Wright, "Numerical Optimization", 2nd edition, algorithm 7.5. */
export class Lbfgs {
  private readonly settings: Required<LbfgsOptions>;
  private state: LbfgsState;

  /** Starts at x, or goes on from a state. Throws on options that are not positive (the tolerances: negative), and when x is not finite. */
  constructor(from: Float64Array | LbfgsState, options: LbfgsOptions = {}) {
    const { learningRate = 1, history = 100, iterations = 20 } = options;
    const { evaluations = Math.floor((5 * iterations) / 4) } = options;
    const { gradientTolerance = 0, changeTolerance = 0 } = options;
    this.settings = { learningRate, history, iterations, evaluations, gradientTolerance, changeTolerance };
    for (const [name, value] of Object.entries(this.settings)) {
      const isTolerance = name.endsWith('Tolerance');
      if (!(Number.isFinite(value) && (isTolerance ? value >= 0 : value > 0)))
        throw new Error(
          `L-BFGS takes a ${name} that is ${isTolerance ? 'not negative' : 'above 0'}, got ${value}.`,
        );
    }
    this.state =
      from instanceof Float64Array
        ? { x: from.slice(), iterations: 0, evaluations: 0, pairs: [], last: null, best: null }
        : from;
    if (!this.state.x.every(Number.isFinite)) throw new Error('L-BFGS starts at values that are not finite.');
  }

  /** Where it is; with the lowest value so far where values are no longer finite. */
  get x(): Float64Array {
    return this.state.x;
  }

  /** To go on from later. Its arrays are not changed by further steps. */
  snapshot(): LbfgsState {
    return this.state;
  }

  /** Some iterations. When a value or gradient is not finite, x goes back to the lowest value so far, and the step says `diverged`. */
  async step(objective: Objective): Promise<StepReport> {
    const { settings } = this;
    let now = await this.evaluate(objective, this.state.x);
    let iterations = 0;
    let evaluations = 1;
    let ended: StepReport['ended'] = isFinitePoint(now) ? 'limit' : 'diverged';
    if (ended === 'limit' && largest(now.gradient) <= settings.gradientTolerance) ended = 'converged';
    while (ended === 'limit' && iterations < settings.iterations && evaluations < settings.evaluations) {
      iterations++;
      const move = await this.iterate(objective, now);
      if (move === null) {
        ended = 'converged';
        break;
      }
      evaluations += move.evaluations;
      if (!isFinitePoint(move.point)) ended = 'diverged';
      else if (this.isDone(now, move)) ended = 'converged';
      now = move.point;
    }
    if (ended === 'diverged')
      this.state = { ...this.state, x: this.state.best?.x ?? this.state.x, pairs: [], last: null };
    const best = this.state.best?.value ?? Number.NaN;
    return { value: now.value, best, iterations, evaluations, ended };
  }

  private async iterate(
    objective: Objective,
    now: LinePoint,
  ): Promise<{ point: LinePoint; evaluations: number; length: number } | null> {
    const { learningRate, changeTolerance, history } = this.settings;
    const { x, iterations } = this.state;
    const pairs = updated(this.state, now.gradient, history);
    const direction = descent(pairs, now.gradient);
    const slope = dot(now.gradient, direction);
    this.state = { ...this.state, pairs, iterations: iterations + 1 };
    if (slope > -changeTolerance || slope === 0) return null;
    const first = iterations === 0 ? Math.min(1, 1 / absoluteSum(now.gradient)) * learningRate : learningRate;
    const extent = largest(direction);
    const at = async (t: number): Promise<LinePoint> => {
      const point = await this.evaluate(objective, moved(x, direction, t));
      return { ...point, t, slope: dot(point.gradient, direction) };
    };
    const { point, evaluations } = await strongWolfe({ ...now, t: 0, slope }, { first, extent, at });
    const step = direction.map((value) => value * point.t);
    this.state = { ...this.state, x: moved(x, direction, point.t), last: { step, gradient: now.gradient } };
    return { point, evaluations, length: extent * Math.abs(point.t) };
  }

  private isDone(before: LinePoint, { point, length }: { point: LinePoint; length: number }): boolean {
    const { gradientTolerance, changeTolerance } = this.settings;
    if (largest(point.gradient) <= gradientTolerance || length <= changeTolerance) return true;
    return Math.abs(point.value - before.value) < changeTolerance;
  }

  private async evaluate(objective: Objective, x: Float64Array): Promise<LinePoint> {
    const { value, gradient } = await objective(x);
    if (gradient.length !== x.length)
      throw new Error(
        `The objective gives a gradient of ${gradient.length} values for ${x.length} variables.`,
      );
    const { best, evaluations } = this.state;
    const isBetter = Number.isFinite(value) && (best === null || value < best.value);
    this.state = { ...this.state, evaluations: evaluations + 1, best: isBetter ? { x, value } : best };
    return { t: 0, value, gradient, slope: Number.NaN };
  }
}

/** The pairs with the last step's, if its curvature is positive. */
function updated({ pairs, last }: LbfgsState, gradient: Float64Array, history: number): readonly Pair[] {
  if (last === null) return pairs;
  const { step } = last;
  const change = gradient.map((value, i) => value - last.gradient[i]);
  if (dot(change, step) <= LEAST_CURVATURE) return pairs;
  return [...pairs, { step, change }].slice(-history);
}

/** Minus the inverse curvature, as far as the pairs tell it, times the gradient: the loop over them there and back. */
function descent(pairs: readonly Pair[], gradient: Float64Array): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change } = pairs[i];
    shares[i] = dot(step, direction) / dot(change, step);
    add(direction, change, -shares[i]);
  }
  const last = pairs.at(-1);
  const scale = last === undefined ? 1 : dot(last.change, last.step) / dot(last.change, last.change);
  for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  for (const [i, { step, change }] of pairs.entries()) {
    add(direction, step, shares[i] - dot(change, direction) / dot(change, step));
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function add(target: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * other[i];
}

function moved(x: Float64Array, direction: Float64Array, t: number): Float64Array {
  return x.map((value, i) => value + t * direction[i]);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function absoluteSum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}
