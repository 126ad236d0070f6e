// All experiments by id.
import { unknownName } from '../suggest';
import type { Experiment } from './experiment';
import { stimuliTransfer } from './stimuliTransfer';
import { topKTraining } from './topkTraining';

// A registry holds experiments of different configurations; each one's functions only ever see its own.
// biome-ignore lint/suspicious/noExplicitAny: a list over different type arguments has no common one.
export type AnyExperiment = Experiment<any, any>;

export const EXPERIMENTS: readonly AnyExperiment[] = [topKTraining, stimuliTransfer];

/** The experiment with this id. Throws with the nearest one. */
export function findExperiment(id: string, among: readonly AnyExperiment[] = EXPERIMENTS): AnyExperiment {
  const found = among.find((experiment) => experiment.id === id);
  if (found === undefined)
    throw unknownName(
      'experiment',
      id,
      among.map((experiment) => experiment.id),
    );
  return found;
}
