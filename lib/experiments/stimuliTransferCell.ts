// One cell of the transfer to the stimuli of Geirhos et al.: train on Relief-16, then look at photographs' edges and silhouettes.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { accuracy, shapeBias } from '../benchmark/metrics';
import { saveModel } from '../benchmark/saveModel';
import { openDataset, type StimulusSet } from '../benchmark/stimuli';
import { testTransform, trainTransform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import { CLASS_NAMES } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { relief16 } from '../data/relief16/relief16';
import type { Variant } from '../data/relief16/variants';
import { fromRoot, sha256 } from '../files';
import type { ImageModel } from '../models/model';
import { buildResNet18 } from '../models/resnet';
import { classification } from '../objectives/classification';
import { cosine } from '../objectives/schedule';
import { sgd } from '../objectives/sgd';
import type { Artifact, Metric } from '../results/record';
import { decisions, evaluation, predict } from '../train/evaluate';
import type { CellContext, CellOutcome, Inputs } from './experiment';
import type { StimuliTransferCellConfig } from './stimuliTransferConfig';
import { epochReport, runTrainedCell } from './trainedCell';

/** Name of the metric of each data set of stimuli. */
const STIMULI = {
  edge: 'stimuliEdge',
  silhouette: 'stimuliSilhouette',
  'cue-conflict': 'stimuliCueConflict',
} as const;

/** The same kinds of images from Relief-16, which the network was trained on in their textured form alone. */
const RELIEF_TESTS = {
  original: 'normal',
  edges: 'edges',
  silhouette: 'silhouette',
  cueConflict: 'cue-conflict',
} as const;

/** Trains one network and evaluates it on Relief-16 and on the stimuli. Resumes from the context's checkpoint.
 *  Throws `Interrupted` when aborted, and when the stimuli are missing, saying what was expected. */
export async function runStimuliTransferCell(
  config: StimuliTransferCellConfig,
  context: CellContext,
): Promise<CellOutcome> {
  const { data, epochs, batchSize, learningRate, smallestCrop, network } = config;
  const { inputs, signal } = context;
  const stimuli = openStimuliOf(inputs);
  const size = config.model.inputSize;
  const { textureCue, trainPerClass } = data;
  return runTrainedCell(
    {
      seed: config.seed,
      dataName: 'Relief-16; stimuli of Geirhos et al. (2019)',
      dataHash: hashStimuliTransferData(inputs),
      build: (seed) => buildResNet18(config.model, seed),
      training: {
        objective: classification(),
        optimizer: sgd(config.optimizer),
        schedule: cosine(learningRate, epochs),
        source: await relief16({ split: 'train', size, seed: data.seed, count: trainPerClass, textureCue }),
        transform: trainTransform({ size, scale: [smallestCrop, 1] }),
        epochs,
        batchSize,
        callbacks: [
          evaluation('original', await reliefTest('normal', config), testTransform({ size, resize: 'fit' })),
          epochReport(context, 'originalAccuracy'),
        ],
      },
      measure: async (model) => ({
        metrics: {
          ...(await evaluateRelief(model, config, signal)),
          ...(await evaluateStimuli(model, stimuli, signal)),
        },
        artifacts: network === null ? [] : [await keep(model, network)],
      }),
    },
    context,
  );
}

/** Hash of the drawings and of the names and sizes of the stimuli. Throws when they are missing. */
export function hashStimuliTransferData(inputs: Inputs): string {
  return sha256(
    hashOfDrawings(readPack(), CLASS_NAMES),
    ...openStimuliOf(inputs).map(({ dataset, hash }) => `${dataset.name} ${hash}\n`),
  );
}

function openStimuliOf({ data }: Inputs): StimulusSet[] {
  if (data === undefined) {
    throw new Error(
      'This experiment looks at the stimuli of Geirhos et al. (2019). Give their folder with --data <folder>; it holds edge/, silhouette/ and cue-conflict/, as in github.com/bethgelab/model-vs-human or rgeirhos/texture-vs-shape.',
    );
  }
  return Object.keys(STIMULI).map((name) => openDataset(path.join(data, name), name));
}

function reliefTest(variant: Variant, { data, model }: StimuliTransferCellConfig): Promise<ImageSource> {
  return relief16({
    split: 'test',
    variant,
    size: model.inputSize,
    seed: data.seed,
    count: data.testPerClass,
  });
}

async function evaluateRelief(
  model: ImageModel,
  config: StimuliTransferCellConfig,
  signal: AbortSignal,
): Promise<Record<string, Metric>> {
  const metrics: Record<string, Metric> = {};
  for (const [name, variant] of Object.entries(RELIEF_TESTS)) {
    const source = await reliefTest(variant, config);
    const decided = await decide(model, source, signal);
    metrics[name] = accuracy(decided, source.labels);
    if (source.textureLabels) metrics.shapeBias = shapeBias(decided, source.labels, source.textureLabels);
  }
  return metrics;
}

/** Accuracy on each set of stimuli, and the shape bias on cue-conflict images. */
export async function evaluateStimuli(
  model: ImageModel,
  sets: readonly StimulusSet[],
  signal?: AbortSignal,
): Promise<Record<string, Metric>> {
  const metrics: Record<string, Metric> = {};
  for (const set of sets) {
    const decided = await decide(model, set, signal);
    metrics[STIMULI[set.dataset.name as keyof typeof STIMULI]] = accuracy(decided, set.labels);
    if (set.textureLabels) metrics.stimuliShapeBias = shapeBias(decided, set.labels, set.textureLabels);
  }
  return metrics;
}

async function decide(model: ImageModel, source: ImageSource, signal?: AbortSignal): Promise<Int32Array> {
  const size = model.network.inputs[0].shape[1] as number;
  return decisions(await predict(model, source, testTransform({ size, resize: 'fit' }), { signal }));
}

/** Saves the trained network, from the root of the repository. */
async function keep(model: ImageModel, file: string): Promise<Artifact> {
  await saveModel(fromRoot(file), model, CLASS_NAMES);
  const bytes = fs.readFileSync(fromRoot(file));
  return { file: path.basename(file), sha256: sha256(bytes), bytes: bytes.length };
}
