// Where distortions take their random numbers from: a seed, or numbers that are given.
import { Random } from '../random';

export interface DrawOptions {
  /** Default 0. */
  seed?: number;
  /** Uniform in [0, 1), used in order in place of the seed's: for comparing with another implementation. */
  draws?: ArrayLike<number>;
}

/** `count` numbers, uniform in [0, 1). Throws when fewer are given. */
export function uniformDraws(count: number, { seed = 0, draws }: DrawOptions): Float64Array {
  if (draws !== undefined) return requireDraws(draws, count);
  const random = new Random(seed);
  const drawn = new Float64Array(count);
  for (let i = 0; i < count; i++) drawn[i] = random.next();
  return drawn;
}

/** The first `count` of given numbers. Throws when there are fewer. */
export function requireDraws(draws: ArrayLike<number>, count: number): Float64Array {
  if (draws.length < count) throw new Error(`${count} random numbers are needed, ${draws.length} are given.`);
  return Float64Array.from({ length: count }, (_, i) => draws[i]);
}
