// One cell of the experiment on the papers' claims: one of their networks, and what every measure says of it.
import * as fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { answerMeasures, type MeasurePlan } from '../benchmark/measures/answers';
import { biasMetrics } from '../benchmark/measures/metrics';
import { reliefMeasureImages } from '../benchmark/measures/reliefMeasureImages';
import { testTransform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import type { ClassName } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { sha256 } from '../files';
import type { ImageModel } from '../models/model';
import type { Artifact, Metric } from '../results/record';
import { predict } from '../train/evaluate';
import type { BiasClaimsCellConfig } from './biasClaimsConfig';
import { keptFile, openNetwork } from './biasClaimsNetworks';
import { CELL_THREADS, useCellEngine } from './cellEngine';
import { type CellContext, type CellOutcome, Interrupted } from './experiment';

/** Trains or reads one network, and measures it. Resumes from the context's checkpoint. Throws `Interrupted` when aborted. */
export async function runBiasClaimsCell(
  config: BiasClaimsCellConfig,
  context: CellContext,
): Promise<CellOutcome> {
  const { name, family } = await useCellEngine();
  const { model, trained } = await openNetwork(config.network, context);
  try {
    return {
      engine: { name, family, version: tf.version_core },
      workers: CELL_THREADS,
      dataName: 'Relief-16',
      dataHash: hashBiasClaimsData(config),
      seeds: trained?.seeds ?? {},
      curves: trained?.curves ?? {},
      ...(await measure(model, config, context)),
    };
  } catch (error) {
    throw error === context.signal.reason ? new Interrupted() : error;
  } finally {
    model.dispose();
  }
}

/** Hash of the drawings, and of the network where it is read. Throws when it is missing. */
export function hashBiasClaimsData({ network, classes }: BiasClaimsCellConfig): string {
  const drawings = hashOfDrawings(readPack(), classes as ClassName[]);
  return network.kind === 'topk-inference' ? sha256(drawings, fs.readFileSync(keptFile(network))) : drawings;
}

async function measure(
  model: ImageModel,
  { classes, imageSize, images: wanted, testSeed, suppressions }: BiasClaimsCellConfig,
  { signal, artifact }: CellContext,
): Promise<{ metrics: Record<string, Metric>; artifacts: Artifact[] }> {
  const images = await reliefMeasureImages({
    size: imageSize,
    classes: classes as ClassName[],
    count: Math.ceil(wanted / classes.length),
    seed: testSeed,
  });
  const transform = testTransform({ size: imageSize, resize: 'fit' });
  const answer = async (source: ImageSource): Promise<Float32Array> =>
    (await predict(model, source, transform, { signal })).logits;
  const answers = await answerMeasures(answer, images, { suppressions, seed: testSeed } as MeasurePlan);
  return {
    metrics: biasMetrics(answers),
    artifacts: [artifact('answers.json', `${JSON.stringify(answers)}\n`)],
  };
}
