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
  const drawn = new Float64Array(count);
  if (draws === undefined) {
    const random = new Random(seed);
    for (let i = 0; i < count; i++) drawn[i] = random.next();
    return drawn;
  }
  if (draws.length < count) throw new Error(`${count} random numbers are needed, ${draws.length} are given.`);
  for (let i = 0; i < count; i++) drawn[i] = draws[i];
  return drawn;
}
