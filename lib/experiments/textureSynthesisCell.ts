// One cell of texture-synthesis: a VGG, trained with max pooling or pretrained, synthesises images with average pooling.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { readSafetensors, type StoredTensor } from '../models/safetensors';
import { buildVgg } from '../models/vgg';
import { exportWeights } from '../models/weights';
import type { Artifact, Metric } from '../results/record';
import { normalisedVgg } from '../synthesis/normalisedVgg';
import { textureNetwork } from '../synthesis/textureNetwork';
import { CELL_THREADS, useCellEngine } from './cellEngine';
import { type CellContext, type CellOutcome, Interrupted } from './experiment';
import { keptNetwork, plainTraining } from './plainTraining';
import type { TextureSynthesisCellConfig } from './textureSynthesisConfig';
import { hashTextureData, targetsOf, weightsOf } from './textureSynthesisData';
import { detailsOf, metricsOf, picturesOf } from './textureSynthesisResults';
import { chooseTargets, synthesiseAll, type Target } from './textureSynthesisRuns';
import { runTrainedCell } from './trainedCell';

/** Trains a network or loads a pretrained one, and synthesises with it. Resumes from the context's checkpoints. Throws `Interrupted` when aborted, and when
 *  weights or images are missing, saying what was expected. */
export async function runTextureSynthesisCell(
  config: TextureSynthesisCellConfig,
  context: CellContext,
): Promise<CellOutcome> {
  const { data, training, model, seed } = config;
  const dataHash = hashTextureData(config, context.inputs);
  const targets = await chooseTargets(await targetsOf(config, context.inputs), config);
  if (data.kind === 'pretrained') return withPretrained(config, targets, dataHash, context);
  if (training === null) throw new Error('A network of Relief-16 needs a training.');
  return runTrainedCell(
    {
      seed,
      dataName: 'Relief-16',
      dataHash,
      build: (weights) => buildVgg(model, weights),
      training: await plainTraining(data, model.inputSize as number, training, context),
      measure: async (trained) =>
        measure(await tensorsOf(trained), 'the trained network', targets, config, context),
    },
    context,
  );
}

async function withPretrained(
  config: TextureSynthesisCellConfig,
  targets: readonly Target[],
  dataHash: string,
  context: CellContext,
): Promise<CellOutcome> {
  const { name, family } = await useCellEngine();
  const file = weightsOf(config, context.inputs);
  return {
    engine: { name, family, version: tf.version_core },
    workers: CELL_THREADS,
    dataName: config.data.kind === 'pretrained' ? config.data.name : 'Relief-16',
    dataHash,
    seeds: {},
    curves: {},
    ...(await measure(readSafetensors(file).tensors, file, targets, config, context)),
  };
}

async function tensorsOf(model: ImageModel): Promise<Map<string, StoredTensor>> {
  return new Map((await exportWeights(model)).map((tensor) => [tensor.name, tensor]));
}

/** Synthesises with a VGG of these weights. */
async function measure(
  weights: ReadonlyMap<string, StoredTensor>,
  source: string,
  targets: readonly Target[],
  config: TextureSynthesisCellConfig,
  context: CellContext,
): Promise<{ metrics: Record<string, Metric>; artifacts: Artifact[] }> {
  const network = await networkOf(weights, source, targets, config);
  try {
    const runs = await synthesiseAll(network, targets, config, context);
    if (context.signal.aborted) throw new Interrupted();
    const artifacts = [context.artifact('syntheses.json', detailsOf(runs))];
    if (config.keep) {
      artifacts.push(context.artifact('pictures.json', await picturesOf(runs, targets, config)));
      // The convolutions alone: no class is asked for.
      const outputs = Array.from({ length: network.spec.classes as number }, (_, i) => `unused ${i}`);
      if (config.training !== null) artifacts.push(await keptNetwork(network, outputs, context));
    }
    return { metrics: metricsOf(runs, config.synthesis), artifacts };
  } finally {
    network.dispose();
  }
}

/** With average pooling; its channels made equally active over the targets where that is asked for. */
async function networkOf(
  weights: ReadonlyMap<string, StoredTensor>,
  source: string,
  targets: readonly Target[],
  { model, normalised }: TextureSynthesisCellConfig,
): Promise<ImageModel> {
  const size = model.inputSize as number;
  const architecture = model.architecture as 'vgg16' | 'vgg19';
  const network = await textureNetwork(weights, source, { architecture, size });
  if (!normalised) return network;
  try {
    const batches = () =>
      targets.map(({ image: { values } }) => ({
        images: values,
        shape: [1, size, size, 3] as [number, number, number, number],
      }));
    return (await normalisedVgg(network, batches)).model;
  } finally {
    network.dispose();
  }
}
