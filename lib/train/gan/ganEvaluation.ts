// What is measured of a generator while it learns, and the report's way back to its best state.
import * as tf from '@tensorflow/tfjs';
import { deriveSeed, Random } from '../../random';
import type { RunConfig } from '../checkpoint';
import { loadGan, saveGan } from './ganCheckpoint';
import type { GanLearners } from './ganStep';

/** Measured numbers by name, e.g. `{ frechet: 41 }`. */
export type GanScores = Readonly<Record<string, number>>;

/** Scores behind so many iterations; 0 is the untrained generator. */
export interface GanScoreRow {
  readonly iteration: number;
  readonly scores: GanScores;
}

export interface GanRollback {
  /** The score that should fall. */
  by: string;
  /** Evaluations without a lower one before both networks, the averages and both optimizers go back to where it was lowest. Default 10. */
  patience?: number;
  /** The generator's weights are then moved by uniform numbers of at most so much. Default 1e-4. */
  jitter?: number;
}

export interface GanEvaluation {
  everyIterations: number;
  /** Called with the averaged weights in the generator; what it does to the generator's buffers must be undone. May throw the signal's reason. */
  measure: (iteration: number) => Promise<GanScores>;
  /** Default: none. The report's code also sets its count of iterations back, so that a run may never end; here it counts the work done. */
  rollback?: GanRollback;
}

/** What an evaluation adds to a run's progress. */
export interface EvaluationProgress {
  rows: GanScoreRow[];
  /** The lowest of the score that should fall. */
  best: number | null;
  /** Evaluations since it, or since the last way back. */
  since: number;
  rollbacks: number;
}

export const NO_EVALUATION: EvaluationProgress = { rows: [], best: null, since: 0, rollbacks: 0 };

/** Measures once and, where that is asked for, keeps the best state beside the checkpoint or goes back to it. Returns the new progress. Throws on a score that is
 *  not measured or not finite. */
export async function evaluateGan(
  learners: GanLearners,
  { measure, rollback }: GanEvaluation,
  progress: EvaluationProgress,
  { iteration, seed, config, file }: { iteration: number; seed: number; config: RunConfig; file?: string },
): Promise<EvaluationProgress> {
  const scores = await learners.average.during(() => measure(iteration));
  const rows = [...progress.rows, { iteration, scores }];
  if (rollback === undefined) return { ...progress, rows };
  const { by, patience = 10, jitter = 1e-4 } = rollback;
  const score = scores[by];
  if (!Number.isFinite(score)) {
    throw new Error(
      `The score "${by}" after iteration ${iteration} is ${score}; measured are ${Object.keys(scores).join(', ')}.`,
    );
  }
  const best = `${file}.best`;
  if (progress.best === null || score < progress.best) {
    await saveGan(best, learners, config, { iteration });
    return { ...progress, rows, best: score, since: 0 };
  }
  if (progress.since + 1 < patience) return { ...progress, rows, since: progress.since + 1 };
  if (loadGan(best, learners, config) === undefined) throw new Error(`The best state, ${best}, is missing.`);
  shake(learners, jitter, deriveSeed(seed, 'rollback', progress.rollbacks));
  return { ...progress, rows, since: 0, rollbacks: progress.rollbacks + 1 };
}

function shake({ generator }: GanLearners, jitter: number, seed: number): void {
  for (const { name, variable } of generator.parameters()) {
    const random = new Random(deriveSeed(seed, name));
    const moves = Float32Array.from({ length: variable.size }, () => jitter * (2 * random.next() - 1));
    tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(moves, variable.shape))));
  }
}
