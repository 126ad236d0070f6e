// All experiments by id.
import { findNamed } from '../findNamed';
import { biasClaims } from './biasClaims';
import { biasMeasures } from './biasMeasures';
import type { AnyExperiment } from './experiment';
import { fewShotGan } from './fewShotGan';
import { locNet } from './locnet';
import { locNetReflection } from './locnetReflection';
import { stimuliTransfer } from './stimuliTransfer';
import { textureSynthesis } from './textureSynthesis';
import { topKInference } from './topkInference';
import { topKTraining } from './topkTraining';

export const EXPERIMENTS: readonly AnyExperiment[] = [
  topKTraining,
  topKInference,
  textureSynthesis,
  fewShotGan,
  stimuliTransfer,
  locNet,
  locNetReflection,
  biasMeasures,
  biasClaims,
];

/** The experiment with this id. Throws with the nearest one. */
export function findExperiment(id: string, among: readonly AnyExperiment[] = EXPERIMENTS): AnyExperiment {
  return findNamed('experiment', id, among, (experiment) => experiment.id);
}
