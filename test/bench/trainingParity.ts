// Our training against PyTorch's: gradients of the first step, the same batches for a whole run, and trainings of its own on our images.
import { execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { trainTransform } from '../../lib/data/augment';
import { type Batch, batches } from '../../lib/data/batches';
import type { ImageSource } from '../../lib/data/imageSource';
import { type EngineName, inspectEngines, useEngine } from '../../lib/engine/engine';
import type { TopKCellConfig } from '../../lib/experiments/topkConfig';
import { openTopKData, type TopKData } from '../../lib/experiments/topkData';
import { topKTraining } from '../../lib/experiments/topkTraining';
import { fromRoot } from '../../lib/files';
import { buildResNet18 } from '../../lib/models/resnet';
import { exportWeights, readSafetensors, writeSafetensors } from '../../lib/models/weights';
import { classification } from '../../lib/objectives/classification';
import { cosine } from '../../lib/objectives/schedule';
import { sgd } from '../../lib/objectives/sgd';
import { deriveSeed } from '../../lib/random';
import { metricValues } from '../../lib/results/comparisons';
import { readRecords } from '../../lib/results/record';
import { difference, summarise, twoSidedP } from '../../lib/results/statistics';
import { trainStep } from '../../lib/train/step';
import { pythonWith } from '../python';
import type { BenchRow } from './bench';
import { differingMasks, firstStep, largestDifference } from './firstStep';

const SCRIPT = fromRoot('test', 'bench', 'torch_training.py');
const ACTIVATIONS = ['none', 'topk'] as const;
const NAMES = { none: 'plain', topk: 'Top-K 20 %' };
const SEEDS = [0, 1, 2, 3, 4];
const METRICS = ['original', 'stylised', 'shapeBias'] as const;
const TOLERANCE = 1e-5;
/** Over which losses are compared: rounding grows from step to step. */
const STEPS = 20;

type Activation = (typeof ACTIVATIONS)[number];
type Measured = Record<(typeof METRICS)[number], number>;
type Followed = Measured & { losses: number[]; roundedOtherwise: number[] };

export async function trainingParity(): Promise<BenchRow[]> {
  const python = pythonWith('torch, safetensors');
  if (python === undefined)
    return [{ what: 'training parity', measured: 'no PyTorch (set GESTALT_PYTHON)', goal: 'measured' }];
  const folder = fromRoot('.cache', 'training-parity');
  fs.mkdirSync(folder, { recursive: true });
  const config = configOf('none');
  const data = await openTopKData(config, {});
  await exportImages(data, config, folder);
  const rows: BenchRow[] = [];
  for (const activation of ACTIVATIONS)
    for (const engine of await engines())
      rows.push(await gradientRow(python, folder, data, activation, engine));
  for (const activation of ACTIVATIONS) rows.push(await sameBatchesRow(python, folder, data, activation));
  for (const activation of ACTIVATIONS) rows.push(...(await ownTrainingRows(python, folder, activation)));
  return rows;
}

function configOf(activation: Activation, seed = 0): TopKCellConfig {
  const { config } = topKTraining.profiles.tiny;
  const id = `paper-${activation}--s1--seed${seed}`;
  const cell = topKTraining.cells(config).find((candidate) => candidate.id === id);
  if (cell === undefined) throw new Error(`The grid has no cell ${id}.`);
  return topKTraining.cellConfig(config, cell);
}

async function engines(): Promise<EngineName[]> {
  const here = (await inspectEngines()).filter(({ available }) => available).map(({ name }) => name);
  return (['wasm', 'native'] as const).filter((name) => here.includes(name));
}

/** Every set as bytes, row by row, and what PyTorch must know besides. */
async function exportImages(data: TopKData, config: TopKCellConfig, folder: string): Promise<void> {
  const sets: Record<string, ImageSource> = {
    train: data.train,
    original: data.tests.original,
    stylised: data.tests.stylised,
    conflict: data.cueConflict as ImageSource,
  };
  const described: Record<string, { labels: number[]; textures: number[] | null }> = {};
  for (const [name, source] of Object.entries(sets)) {
    const images: Uint8Array[] = [];
    for (let i = 0; i < source.count; i++) images.push(Uint8Array.from((await source.image(i)).data));
    fs.writeFileSync(path.join(folder, `${name}.u8`), Buffer.concat(images));
    const textures = source.textureLabels === undefined ? null : [...source.textureLabels];
    described[name] = { labels: [...source.labels], textures };
  }
  const { epochs, batchSize, learningRate, smallestCrop, classes, model } = config;
  const stepsPerEpoch = Math.ceil(data.train.count / batchSize);
  const recipe = { epochs, batchSize, learningRate, smallestCrop, stepsPerEpoch };
  const meta = { ...recipe, size: model.inputSize, width: model.width, classes, sets: described };
  fs.writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(meta));
}

/** The batches of a cell's training, in their order. */
async function* trainingBatches(
  data: TopKData,
  config: TopKCellConfig,
): AsyncGenerator<Batch, void, undefined> {
  const { epochs, batchSize, smallestCrop, model } = config;
  const transform = trainTransform({ size: model.inputSize, scale: [smallestCrop, 1] });
  const seed = deriveSeed(deriveSeed(config.seed, 'training'), 'data');
  for (let epoch = 0; epoch < epochs; epoch++)
    yield* batches({
      source: data.train,
      transform,
      batchSize,
      seed,
      epoch,
      shuffle: true,
      smallestBatch: 2,
    });
}

async function gradientRow(
  python: string,
  folder: string,
  data: TopKData,
  activation: Activation,
  engine: EngineName,
): Promise<BenchRow> {
  await useEngine({ name: engine, quiet: true });
  const config = configOf(activation);
  const first = await trainingBatches(data, config).next();
  const batch = first.value as Batch;
  const seed = deriveSeed(config.seed, 'weights');
  const { initial, gradients, masks } = await firstStep(() => buildResNet18(config.model, seed), batch);
  writeSafetensors(path.join(folder, 'init.safetensors'), initial);
  writeSafetensors(path.join(folder, 'masks.safetensors'), masks);
  writeSafetensors(path.join(folder, 'batch.safetensors'), [
    { name: 'images', shape: batch.shape, data: batch.images },
    { name: 'labels', shape: [batch.shape[0]], data: Float32Array.from(batch.labels) },
  ]);
  const theirs = async (...imposed: string[]) => {
    await promisify(execFile)(python, [SCRIPT, 'gradients', folder, activation, ...imposed]);
    return largestDifference(gradients, readSafetensors(path.join(folder, 'gradients.safetensors')).tensors);
  };
  const own = await theirs();
  const flips = differingMasks(masks, readSafetensors(path.join(folder, 'passed.safetensors')).tensors);
  const imposed = await theirs(path.join(folder, 'masks.safetensors'));
  const shown = ({ difference: size, layer }: typeof own): string => `${size.toExponential(1)} (${layer})`;
  return {
    what: `gradients of the first step, ${NAMES[activation]}, ${engine}: largest difference of a layer, relative to its largest gradient`,
    measured: `${shown(own)}; ${flips.differing} of ${flips.total} activations pass on one side alone; with the same ones passing ${shown(imposed)}`,
    goal: 'at most 1e-5, or with the same activations passing',
    met: own.difference <= TOLERANCE || (flips.differing > 0 && imposed.difference <= TOLERANCE),
  };
}

/** Both train from the same weights on the same batches to the end. */
async function sameBatchesRow(
  python: string,
  folder: string,
  data: TopKData,
  activation: Activation,
): Promise<BenchRow> {
  await useEngine({ name: 'wasm', quiet: true });
  const config = configOf(activation);
  const model = buildResNet18(config.model, deriveSeed(config.seed, 'weights'));
  writeSafetensors(path.join(folder, 'init.safetensors'), await exportWeights(model));
  const peer = spawn(python, [SCRIPT, 'follow', folder, activation], { stdio: ['pipe', 'pipe', 'inherit'] });
  const output: Buffer[] = [];
  peer.stdout.on('data', (part: Buffer) => output.push(part));
  const ended = new Promise((resolve) => peer.on('close', resolve));
  const optimizer = sgd(config.optimizer).start(model.parameters());
  const learner = { model, objective: classification(), optimizer };
  const schedule = cosine(config.learningRate, config.epochs);
  const stepsPerEpoch = Math.ceil(data.train.count / config.batchSize);
  const losses: number[] = [];
  for await (const batch of trainingBatches(data, config)) {
    const bytes = [batch.labels, batch.images].map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    );
    for (const part of bytes)
      if (!peer.stdin.write(part)) await new Promise((resolve) => peer.stdin.once('drain', resolve));
    const rate = schedule(Math.floor(losses.length / stepsPerEpoch));
    losses.push((await trainStep(learner, batch, { learningRate: rate })).terms.crossEntropy);
  }
  peer.stdin.end();
  await ended;
  optimizer.dispose();
  model.dispose();
  const theirs = JSON.parse(Buffer.concat(output).toString()) as Followed;
  const apart = (others: readonly number[], steps: number): number =>
    Math.max(...theirs.losses.slice(0, steps).map((loss, i) => Math.abs(loss - others[i])));
  const last = (values: readonly number[]): number =>
    values.slice(-stepsPerEpoch).reduce((sum, value) => sum + value, 0) / stepsPerEpoch;
  const [first, own, rounded] = [
    apart(losses, 1),
    apart(losses, STEPS),
    apart(theirs.roundedOtherwise, STEPS),
  ];
  return {
    what: `the same weights and batches for ${losses.length} steps, ${NAMES[activation]}, wasm: losses`,
    measured: `${first.toExponential(1)} apart in the first step, at most ${own.toExponential(1)} in the first ${STEPS}, PyTorch from itself with weights rounded otherwise ${rounded.toExponential(1)}; mean of the last epoch ${last(losses).toFixed(3)}, PyTorch ${last(theirs.losses).toFixed(3)} and ${last(theirs.roundedOtherwise).toFixed(3)}`,
    goal: 'first step at most 1e-5; then no more than three times as far as rounding takes PyTorch from itself',
    met: first <= 1e-5 && own <= 3 * rounded,
  };
}

/** PyTorch's own trainings on our images, its weights, order and augmentation, beside the committed records. */
async function ownTrainingRows(python: string, folder: string, activation: Activation): Promise<BenchRow[]> {
  const measured: Measured[] = [];
  for (const seed of SEEDS) {
    const { stdout } = await promisify(execFile)(python, [SCRIPT, 'train', folder, activation, String(seed)]);
    measured.push(JSON.parse(stdout));
  }
  const records = readRecords({ experiment: 'topk-training', profile: 'tiny' });
  return METRICS.map((metric) => {
    const theirs = measured.map((run) => 100 * run[metric]);
    const ours = metricValues(records, metric, { spec: 'paper', variant: activation, subset: 's1' });
    const found = difference(summarise(theirs), summarise(ours));
    const p = found === null ? null : twoSidedP(found);
    return {
      what: `${metric}, ${NAMES[activation]}, Paper-Spec on s1, ${ours.length} seeds and PyTorch's ${theirs.length} (%)`,
      measured: `ours ${spread(ours)}; PyTorch ${spread(theirs)}: ${theirs.map((value) => value.toFixed(1)).join(', ')}; Welch p ${p?.toFixed(2)}`,
      goal: 'p above 0.05',
      met: p !== null && p > 0.05,
    };
  });
}

function spread(values: readonly number[]): string {
  const { mean, deviation } = summarise(values);
  return `${mean.toFixed(1)} ± ${deviation?.toFixed(1)}`;
}
