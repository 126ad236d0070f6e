// How a network of LocNet is trained: the class alone, or the class and a map that the network paints.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { saveModel } from '../benchmark/saveModel';
import type { TargetName } from '../data/augment';
import { classification } from '../objectives/classification';
import { jointLoss } from '../objectives/jointLoss';
import type { Objective } from '../objectives/objective';
import { oneAhead, type Schedule, warmUpCosine } from '../objectives/schedule';
import { sgd } from '../objectives/sgd';
import type { Artifact } from '../results/record';
import { type BestNetworkOptions, bestNetwork } from '../train/bestNetwork';
import { stepLog } from '../train/stepLog';
import { validation } from '../train/validation';
import type { CellContext } from './experiment';
import type { LocNetTraining } from './locnetConfig';
import { evaluationTransform, type LocNetImages, trainingTransform } from './locnetData';
import { epochReport, type TrainedCell } from './trainedCell';

/** `paints` is the map that is learnt beside the class; null for none. */
export function trainingOf(
  config: LocNetTraining,
  paints: TargetName | null,
  images: LocNetImages,
  context: CellContext,
): TrainedCell['training'] {
  const { epochs, batchSize } = config;
  const stepsPerEpoch = Math.ceil(images.train.count / batchSize);
  const targets = paints === null ? [] : [paints];
  return {
    objective: objectiveOf(config, paints, stepsPerEpoch),
    optimizer: sgd({ ...config.optimizer, decay: 'kernels' }),
    schedule: rateOf(config, stepsPerEpoch),
    scheduleBy: 'step',
    source: images.train,
    transform: trainingTransform(config, targets),
    epochs,
    batchSize,
    callbacks: [
      validation(images.test, evaluationTransform(config, targets)),
      bestNetwork(path.join(context.checkpoints, 'best.safetensors'), bestOf(config, images.train.classes)),
      stepLog(stepFile(context)),
      epochReport(context, 'testAccuracy'),
    ],
  };
}

/** Every step of the training, as a file beside the record. */
export function keptSteps(context: CellContext): Artifact {
  return context.artifact('steps.csv', fs.readFileSync(stepFile(context)));
}

/** The class alone is learnt all the time: without a map there is nothing to wait for. */
function objectiveOf(
  { loss, epochs }: LocNetTraining,
  paints: TargetName | null,
  stepsPerEpoch: number,
): Objective {
  return paints === null
    ? classification({ smoothing: loss.smoothing })
    : jointLoss({ ...loss, target: paints, epochs, stepsPerEpoch });
}

/** As the authors choose: by the loss on the held-out images, here with its full weights and without smoothing. Records measure the last network. */
function bestOf({ loss: { alpha, beta } }: LocNetTraining, classes: readonly string[]): BestNetworkOptions {
  return {
    loss: ({ testCrossEntropy, testSquaredError = 0 }) => alpha * testCrossEntropy + beta * testSquaredError,
    save: (file, model) => saveModel(file, model, classes),
  };
}

function rateOf({ rate, epochs }: LocNetTraining, stepsPerEpoch: number): Schedule {
  const total = epochs * stepsPerEpoch;
  const schedule = warmUpCosine({ base: rate.base, warmUp: rate.warmUpEpochs * stepsPerEpoch, total });
  return rate.form === 'code' ? oneAhead(schedule, total) : schedule;
}

function stepFile({ checkpoints }: CellContext): string {
  return path.join(checkpoints, 'steps.csv');
}
