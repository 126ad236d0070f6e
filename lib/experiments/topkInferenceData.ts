// What the experiment topk-inference reads: Relief-16, stimuli on disk, pretrained weights.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { reliefBenchmark } from '../benchmark/embedded';
import { openDataset, type StimulusSet } from '../benchmark/stimuli';
import { CLASS_NAMES } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { sha256 } from '../files';
import type { Inputs } from './experiment';
import type { TopKInferenceCellConfig } from './topkInferenceConfig';

const STIMULI = 'cue-conflict';
/** Cue-conflict images a class in the papers. */
const PAPER_PER_CLASS = 80;

/** Hash of the drawings, of the stimuli's names and sizes if they are given, and of pretrained weights. Throws when what is needed is missing. */
export function hashInferenceData(config: TopKInferenceCellConfig, inputs: Inputs): string {
  const parts = [...conflictSets(config, inputs)].map(({ name, hash }) => `${name} ${hash}\n`);
  if (config.data.kind === 'pretrained') return sha256(fs.readFileSync(weightsOf(config, inputs)), ...parts);
  return sha256(hashOfDrawings(readPack(), CLASS_NAMES), ...parts.slice(1));
}

/** Of Relief-16 its own, and those on disk where they are given; of pretrained networks those on disk. */
export function conflictSets(
  { data, model, conflictPerClass }: TopKInferenceCellConfig,
  inputs: Inputs,
): StimulusSet[] {
  const given = stimuliOf(inputs);
  if (data.kind === 'relief16') {
    const share = conflictPerClass / PAPER_PER_CLASS;
    const embedded = reliefBenchmark({
      size: model.inputSize as number,
      seed: data.seed,
      datasets: [STIMULI],
      share,
    });
    return given === null ? embedded : [...embedded, given];
  }
  if (given === null) throw new Error(missing(inputs, `${STIMULI}/`));
  return [given];
}

/** The cue-conflict images on disk; null where none are given. */
export function stimuliOf({ data }: Inputs): StimulusSet | null {
  const folder = data === undefined ? null : path.join(data, STIMULI);
  return folder === null || !fs.existsSync(folder) ? null : openDataset(folder, STIMULI);
}

/** The pretrained weights of a cell's network. Throws when they are missing. */
export function weightsOf({ model }: TopKInferenceCellConfig, inputs: Inputs): string {
  const file = path.join(inputs.data ?? '', 'weights', `${model.architecture}.safetensors`);
  if (inputs.data === undefined || !fs.existsSync(file))
    throw new Error(missing(inputs, `weights/${model.architecture}.safetensors`));
  return file;
}

function missing({ data }: Inputs, what: string): string {
  const where = data === undefined ? 'no folder is given' : `${data} lacks ${what}`;
  return `This profile judges pretrained networks on the cue-conflict images of Geirhos et al. (2019), and ${where}. Give a folder with --data <folder>; it holds weights/alexnet.safetensors and weights/vgg16.safetensors (npm run data -- weights vgg16 says where to get them) and cue-conflict/, as in github.com/bethgelab/model-vs-human.`;
}
