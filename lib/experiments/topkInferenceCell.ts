// One cell of topk-inference: a network trained without Top-K, or a pretrained one, judged with a part of its activations.
import * as tf from '@tensorflow/tfjs';
import { accuracy } from '../benchmark/metrics';
import { testTransform } from '../data/augment';
import { endPreparation } from '../data/preparation/preparation';
import { CLASS_NAMES } from '../data/relief16/classes';
import { buildAlexNet } from '../models/alexnet';
import { fitWeights } from '../models/fitWeights';
import type { ImageModel } from '../models/model';
import { readSafetensors } from '../models/safetensors';
import { sparsified } from '../models/sparsified';
import { buildVgg } from '../models/vgg';
import { loadWeights } from '../models/weights';
import type { Artifact, Metric } from '../results/record';
import { decisions, predict } from '../train/evaluate';
import { CELL_THREADS, useCellEngine } from './cellEngine';
import { type CellContext, type CellOutcome, Interrupted } from './experiment';
import { keptNetwork, plainTraining, reliefOf } from './plainTraining';
import type { ReliefData } from './topkConfig';
import { answerUnder, metricsUnder } from './topkInferenceAnswers';
import type { TopKInferenceCellConfig } from './topkInferenceConfig';
import { conflictSets, hashInferenceData, stimuliOf, weightsOf } from './topkInferenceData';
import { runTrainedCell } from './trainedCell';

const BUILDERS = { alexnet: buildAlexNet, vgg16: buildVgg };

/** Trains a network, or loads a pretrained one, and judges it under all conditions. Resumes from the context's checkpoint. Throws `Interrupted` when aborted,
 *  and when weights or stimuli are missing, saying what was expected. */
export async function runTopKInferenceCell(
  config: TopKInferenceCellConfig,
  context: CellContext,
): Promise<CellOutcome> {
  const dataHash = hashInferenceData(config, context.inputs);
  const { data, training, model } = config;
  if (training === null) return judgePretrained(config, dataHash, context);
  if (data.kind !== 'relief16') throw new Error('Networks of this experiment are trained on Relief-16 only.');
  const given = stimuliOf(context.inputs);
  return runTrainedCell(
    {
      seed: config.seed,
      dataName: given === null ? 'Relief-16' : 'Relief-16; stimuli of Geirhos et al. (2019)',
      dataHash,
      build: (seed) => build(config, seed),
      training: await plainTraining(data, model.inputSize as number, training, context),
      measure: (trained) => measure(trained, config, context),
    },
    context,
  );
}

async function judgePretrained(
  config: TopKInferenceCellConfig,
  dataHash: string,
  context: CellContext,
): Promise<CellOutcome> {
  const { name, family } = await useCellEngine();
  const file = weightsOf(config, context.inputs);
  const model = build(config, 0);
  try {
    loadWeights(model, fitWeights(model, readSafetensors(file).tensors, file), file);
    return {
      engine: { name, family, version: tf.version_core },
      workers: CELL_THREADS,
      dataName: config.data.kind === 'pretrained' ? config.data.name : 'Relief-16',
      dataHash,
      seeds: {},
      curves: {},
      ...(await measure(model, config, context)),
    };
  } catch (error) {
    throw error === context.signal.reason ? new Interrupted() : error;
  } finally {
    model.dispose();
  }
}

function build({ model }: TopKInferenceCellConfig, seed: number): ImageModel {
  return BUILDERS[model.architecture as keyof typeof BUILDERS](model, seed);
}

async function measure(
  model: ImageModel,
  config: TopKInferenceCellConfig,
  context: CellContext,
): Promise<{ metrics: Record<string, Metric>; artifacts: Artifact[] }> {
  const { signal, artifact } = context;
  const networks = conditionsOf(model, config);
  const size = model.network.inputs[0].shape[1] as number;
  const resize = config.data.kind === 'relief16' ? 'fit' : 'shorter-side';
  const metrics: Record<string, Metric> = {};
  const answers: Record<string, unknown> = {};
  try {
    for (const [place, set] of conflictSets(config, context.inputs).entries()) {
      // Photographs' stimuli beside the embedded ones have names of their own.
      const prefix = place === 0 ? '' : 'stimuli.';
      const found = await answerUnder(networks, set, { size, resize, signal });
      answers[`${prefix}cue-conflict`] = found;
      for (const [name, metric] of Object.entries(metricsUnder(found))) metrics[prefix + name] = metric;
    }
    if (config.data.kind === 'relief16')
      Object.assign(metrics, await onOriginals(networks, config.data, size, signal));
  } finally {
    await endPreparation();
    for (const [condition, network] of Object.entries(networks)) if (condition !== 'all') network.dispose();
  }
  const artifacts = [artifact('answers.json', `${JSON.stringify(answers, null, 1)}\n`)];
  if (config.keep) artifacts.push(await keptNetwork(model, CLASS_NAMES, context));
  return { metrics, artifacts };
}

/** The network itself under `all`, with its strongest activations under `top50`, ..., without them under `rest50`, ... . */
function conditionsOf(
  model: ImageModel,
  { after, fractions }: TopKInferenceCellConfig,
): Record<string, ImageModel> {
  const networks: Record<string, ImageModel> = { all: model };
  for (const fraction of fractions) {
    const percent = Math.round(100 * fraction);
    networks[`top${percent}`] = sparsified(model, { after, fraction });
    networks[`rest${percent}`] = sparsified(model, { after, fraction, reverse: true });
  }
  return networks;
}

async function onOriginals(
  networks: Readonly<Record<string, ImageModel>>,
  data: ReliefData,
  size: number,
  signal: AbortSignal,
): Promise<Record<string, Metric>> {
  const source = await reliefOf(data, size, 'test');
  const metrics: Record<string, Metric> = {};
  for (const [condition, network] of Object.entries(networks)) {
    const found = await predict(network, source, testTransform({ size, resize: 'fit' }), { signal });
    metrics[`original.${condition}`] = accuracy(decisions(found), source.labels);
  }
  return metrics;
}
