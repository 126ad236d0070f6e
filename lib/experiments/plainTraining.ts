// How experiments train the networks that they then look into: to tell the classes of Relief-16, and nothing else.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { saveModel } from '../benchmark/saveModel';
import { testTransform, trainTransform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import { relief16 } from '../data/relief16/relief16';
import type { ImageModel } from '../models/model';
import { classification } from '../objectives/classification';
import { warmUpCosine } from '../objectives/schedule';
import { sgd } from '../objectives/sgd';
import type { Artifact } from '../results/record';
import { evaluation } from '../train/evaluate';
import type { CellContext } from './experiment';
import type { PlainTraining } from './plainTrainingConfig';
import type { ReliefData } from './topkConfig';
import { epochReport, type TrainedCell } from './trainedCell';

/** Images that a network is trained on, or held-out ones. */
export function reliefOf(data: ReliefData, size: number, split: 'train' | 'test'): Promise<ImageSource> {
  const { seed, textureCue, trainPerClass, testPerClass } = data;
  return split === 'train'
    ? relief16({ split, size, seed, count: trainPerClass, textureCue })
    : relief16({ split, size, seed, count: testPerClass });
}

/** The training of a cell; its curve holds `originalAccuracy`, on held-out images. */
export async function plainTraining(
  data: ReliefData,
  size: number,
  { epochs, batchSize, learningRate, warmUpEpochs, optimizer, smallestCrop }: PlainTraining,
  context: CellContext,
): Promise<TrainedCell['training']> {
  const source = await reliefOf(data, size, 'train');
  const steps = Math.ceil(source.count / batchSize);
  const test = await reliefOf(data, size, 'test');
  return {
    objective: classification(),
    optimizer: sgd(optimizer),
    schedule: warmUpCosine({ base: learningRate, warmUp: warmUpEpochs * steps, total: epochs * steps }),
    scheduleBy: 'step',
    source,
    transform: trainTransform({ size, scale: [smallestCrop, 1] }),
    epochs,
    batchSize,
    callbacks: [
      evaluation('original', test, testTransform({ size, resize: 'fit' })),
      epochReport(context, 'originalAccuracy'),
    ],
  };
}

/** A network as an artifact of its cell, `network.safetensors`. */
export async function keptNetwork(
  model: ImageModel,
  outputs: readonly string[],
  { checkpoints, artifact }: CellContext,
): Promise<Artifact> {
  const file = path.join(checkpoints, 'network.safetensors');
  await saveModel(file, model, outputs);
  return artifact('network.safetensors', fs.readFileSync(file));
}
