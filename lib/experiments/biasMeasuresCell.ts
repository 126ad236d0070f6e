// One cell of the experiment on measures of bias: a network whose reliance is known, and what every measure says of it.

import { answerMeasures, type MeasurePlan } from '../benchmark/measures/answers';
import { biasMetrics } from '../benchmark/measures/metrics';
import { reliefMeasureImages } from '../benchmark/measures/reliefMeasureImages';
import { accuracy } from '../benchmark/metrics';
import { type Transform, testTransform, trainTransform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import type { ClassName } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { CUES, type TellingCueSet, tellingCueSet } from '../data/relief16/tellingCue';
import type { ImageModel } from '../models/model';
import { buildResNet18 } from '../models/resnet';
import { adam } from '../objectives/adam';
import { classification } from '../objectives/classification';
import { warmUpCosine } from '../objectives/schedule';
import { deriveSeed } from '../random';
import type { Artifact, Metric } from '../results/record';
import { decisions, evaluation, predict } from '../train/evaluate';
import type { BiasMeasuresCellConfig } from './biasMeasuresConfig';
import type { CellContext, CellOutcome } from './experiment';
import { epochReport, runTrainedCell } from './trainedCell';

/** Trains and measures one network. Resumes from the context's checkpoint. Throws `Interrupted` when aborted. */
export async function runBiasMeasuresCell(
  config: BiasMeasuresCellConfig,
  context: CellContext,
): Promise<CellOutcome> {
  const { epochs, batchSize, learningRate, smallestCrop, model } = config;
  const train = await toldImages(config, 'train');
  const heldOut = await toldImages(config, 'test');
  const steps = Math.ceil(train.count / batchSize);
  return runTrainedCell(
    {
      seed: config.seed,
      dataName: 'Relief-16',
      dataHash: hashBiasMeasuresData(config),
      build: (seed) => buildResNet18(model, seed),
      training: {
        objective: classification(),
        optimizer: adam(),
        schedule: warmUpCosine({ base: learningRate, warmUp: steps, total: epochs * steps }),
        scheduleBy: 'step',
        source: train,
        transform: trainTransform({ size: model.inputSize, scale: [smallestCrop, 1] }),
        epochs,
        batchSize,
        callbacks: [
          evaluation('toldApart', heldOut, evaluationTransform(config)),
          epochReport(context, 'toldApartAccuracy'),
        ],
      },
      measure: (network) => measure(network, heldOut, config, context),
    },
    context,
  );
}

/** Hash of the drawings; how they are rendered is a matter of configuration and code, which a record's key covers. */
export function hashBiasMeasuresData({ classes }: Pick<BiasMeasuresCellConfig, 'classes'>): string {
  return hashOfDrawings(readPack(), classes as ClassName[]);
}

/** Images whose class one cue tells, as the cell's mixture says; held-out ones are divided as those of the training are. */
function toldImages(config: BiasMeasuresCellConfig, split: 'train' | 'test'): Promise<TellingCueSet> {
  const { mixture, classes, trainPerClass, testPerClass, model, seed } = config;
  return tellingCueSet({
    split,
    size: model.inputSize,
    classes: classes as ClassName[],
    count: split === 'train' ? trainPerClass : testPerClass,
    seed: deriveSeed(seed, 'images'),
    shares: mixture.shares,
    division: mixture.division,
    divisionSeed: seed,
  });
}

function evaluationTransform({ model }: BiasMeasuresCellConfig): Transform {
  return testTransform({ size: model.inputSize, resize: 'fit' });
}

async function measure(
  network: ImageModel,
  heldOut: TellingCueSet,
  config: BiasMeasuresCellConfig,
  { signal, artifact }: CellContext,
): Promise<{ metrics: Record<string, Metric>; artifacts: Artifact[] }> {
  const { classes, testPerClass, testSeed, suppressions, model } = config;
  const transform = evaluationTransform(config);
  const answer = async (source: ImageSource): Promise<Float32Array> =>
    (await predict(network, source, transform, { signal })).logits;
  const images = await reliefMeasureImages({
    size: model.inputSize,
    classes: classes as ClassName[],
    count: testPerClass,
    seed: testSeed,
    hues: true,
  });
  const plan = { suppressions, seed: testSeed } as MeasurePlan;
  const answers = await answerMeasures(answer, images, plan);
  const told = decisions(await predict(network, heldOut, transform, { signal }));
  const metrics: Record<string, Metric> = { toldApart: accuracy(told, heldOut.labels) };
  for (const [place, cue] of CUES.entries()) {
    const own = [...heldOut.telling.keys()].filter((image) => heldOut.telling[image] === place);
    if (own.length === 0) continue;
    metrics[`toldApart.${cue}`] = accuracy(
      own.map((image) => told[image]),
      own.map((image) => heldOut.labels[image]),
    );
  }
  if (answers.conflict !== null && images.conflictHues !== null) {
    metrics.hueDecisions = accuracy(answers.conflict.decisions, images.conflictHues);
  }
  return {
    metrics: { ...metrics, ...biasMetrics(answers) },
    artifacts: [artifact('answers.json', `${JSON.stringify(answers)}\n`)],
  };
}
