// Experiment: does Top-K in a generator help it to learn from a hundred images, and does noise? The Top-K report, Sections 2.2 and 3.4.
import { deriveSeed } from '../random';
import type { Cell } from '../results/record';
import type { Experiment, Inputs, Profile } from './experiment';
import type {
  FewShotGanCellConfig,
  FewShotGanConfig,
  NoiseVariant,
  SparsityVariant,
} from './fewShotGanConfig';

/** The report's "32_5" and "32_15". */
const SPARSITY: Readonly<Record<SparsityVariant, string>> = { none: '', top5: '32_5', top15: '32_15' };
const NOISE = { off: 'none', on: 'learnt' } as const satisfies Record<NoiseVariant, string>;

const SMALL: Omit<FewShotGanConfig, 'data' | 'sets' | 'sparsities' | 'noises' | 'seeds'> = {
  networks: { kind: 'own' },
  keptSeed: 1,
  imageSize: 64,
  width: 8,
  decoderWidth: 4,
  latent: 64,
  iterations: 240,
  batchSize: 8,
  // Five times the report's: narrow networks, and few iterations.
  learningRate: 1e-3,
  averageDecay: 0.98,
  everyIterations: 80,
  patience: null,
  measurement: { during: 100, atEnd: 300 },
};

/** One plain generator, for so long that its images are worth looking at. */
const LONG = {
  ...SMALL,
  sparsities: ['none'],
  noises: ['off'],
  seeds: [1],
  iterations: 1500,
  everyIterations: 150,
} as const;

/** {no Top-K, 5 %, 15 %} x {noise off, on} x data sets x seeds: the report has no network with noise and without Top-K. */
export const fewShotGan: Experiment<FewShotGanConfig, FewShotGanCellConfig> = {
  id: 'few-shot-gan',
  title: 'Images from a hundred images',
  paper: 'topk',
  question: 'Does a generator with Top-K learn more from a hundred images, and what does noise add?',
  entry: 'lib/experiments/fewShotGanCell.ts',
  profiles: {
    tiny: {
      budget: { minutes: 102, memory: 1.5, device: 'two CPU cores, wasm' },
      config: {
        ...SMALL,
        data: { kind: 'relief16', images: 100, seed: 1 },
        sets: ['bear', 'car', 'truck'],
        sparsities: ['none', 'top5', 'top15'],
        noises: ['off', 'on'],
        seeds: [1, 2, 3],
      },
    },
    long: longProfile(),
    photographs: photographs(),
    paper: paper(),
  },
  cells: ({ sets, sparsities, noises, seeds }) =>
    seeds.flatMap((seed) =>
      sets.flatMap((set) =>
        sparsities.flatMap((sparsity) =>
          noises.map(
            (noise): Cell => ({
              id: `${set}--${sparsity}--noise-${noise}--seed${seed}`,
              seed,
              subset: set,
              sparsity,
              noise,
            }),
          ),
        ),
      ),
    ),
  cellConfig,
  async dataHash(config, inputs: Inputs) {
    if (config.data.kind === 'image-folders' && inputs.data === undefined) return null;
    const { hashFewShotData } = await import('./fewShotGanData');
    return hashFewShotData(config, inputs);
  },
  async run(config, context) {
    const { runFewShotGanCell } = await import('./fewShotGanCell');
    return runFewShotGanCell(config, context);
  },
};

function longProfile(): Profile<FewShotGanConfig> {
  return {
    budget: { minutes: 18, memory: 1.5, device: 'one CPU core, wasm' },
    config: { ...LONG, data: { kind: 'relief16', images: 100, seed: 1 }, sets: ['truck'] },
  };
}

/** The same on real photographs. Its record is committed, so it keeps no pictures: they are not ours. */
function photographs(): Profile<FewShotGanConfig> {
  return {
    budget: { minutes: 20, memory: 1.5, device: 'one CPU core, wasm' },
    config: {
      ...LONG,
      data: { kind: 'image-folders', name: 'photographs of the authors' },
      sets: ['jeep'],
      keptSeed: null,
    },
  };
}

/** The report's settings: its script's 100,000 iterations at 256 pixels, 3,000 generated images, back to the best state after ten evaluations. */
function paper(): Profile<FewShotGanConfig> {
  return {
    budget: { minutes: 60000, memory: 16, device: 'one GPU' },
    config: {
      data: { kind: 'image-folders', name: 'few-shot photographs' },
      networks: {
        kind: 'files',
        vgg: 'vgg16.safetensors',
        heads: 'lpips-vgg16.safetensors',
        features: 'inception-2015.safetensors',
        featuresSize: 299,
      },
      sets: ['jeep', 'fish', 'railway', 'table', 'in-s1-5', 'in-s3-1'],
      sparsities: ['none', 'top5', 'top15'],
      noises: ['off', 'on'],
      seeds: [1, 2, 3],
      keptSeed: 1,
      imageSize: 256,
      width: 64,
      decoderWidth: 32,
      latent: 256,
      iterations: 100_000,
      batchSize: 8,
      learningRate: 2e-4,
      averageDecay: 0.999,
      everyIterations: 1000,
      patience: 10,
      measurement: { during: 3000, atEnd: 3000 },
    },
  };
}

function cellConfig(config: FewShotGanConfig, cell: Cell): FewShotGanCellConfig {
  const {
    data,
    networks,
    sets,
    sparsities: _,
    noises: __,
    seeds: ___,
    keptSeed,
    measurement,
    ...training
  } = config;
  const { subset, sparsity, noise, seed } = cell;
  const keep = seed === keptSeed;
  return {
    data,
    networks,
    set: String(subset),
    sparsity: SPARSITY[sparsity as SparsityVariant],
    noise: NOISE[noise as NoiseVariant],
    training,
    measurement,
    // Of its own for each cell: runs of one seed are no more alike than others, so that means over data sets are means of independent runs.
    seed: deriveSeed(seed, subset, sparsity, noise),
    keep,
    // One is enough to be looked into.
    keepGenerator: keep && subset === sets[0] && sparsity === 'none' && noise === 'off',
  };
}
