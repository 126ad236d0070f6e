// Experiment: which measure of bias recovers what a network relies on? Networks whose reliance the training images force.
import type { Cell } from '../results/record';
import type {
  BiasMeasuresCellConfig,
  BiasMeasuresConfig,
  Mixture,
  SuppressionPlan,
} from './biasMeasuresConfig';
import type { Experiment } from './experiment';

/** Shares of texture; the rest is shape. Of classes in steps of a quarter, then of every class's images, where a half would have no best answer. */
const BY_CLASSES = [0, 0.25, 0.5, 0.75, 1].map((texture) => mixture('classes', texture, 0));
const BY_IMAGES = [0.25, 0.75].map((texture) => mixture('images', texture, 0));
/** Colour alone, and colour beside the two: a measure of shape and texture should not see how much of it there is. */
const WITH_COLOUR = [mixture('classes', 0, 1), mixture('classes', 0.25, 0.5)];

function mixture(division: Mixture['division'], texture: number, colour: number): Mixture {
  const percent = (share: number): number => Math.round(100 * share);
  const id = `${division}-t${percent(texture)}${colour === 0 ? '' : `-c${percent(colour)}`}`;
  return { id, division, shares: { texture, colour } };
}

/** Levels of the source's sweeps, from weak to strong; of pairs two. */
export const SUPPRESSION_PLAN: SuppressionPlan = [
  { name: 'patch-shuffle', levels: ['2', '4', '8', '16'] },
  { name: 'patch-rotation', levels: ['2', '4', '8', '16'] },
  { name: 'bilateral', levels: ['d4-s50', 'd8-s110', 'd14-s200'] },
  { name: 'gaussian-blur', levels: ['k3-s0.33', 'k7-s1', 'k11-s1.66', 'k15-s2.33'] },
  { name: 'non-local-means', levels: ['5', '15', '25'] },
  { name: 'grey', levels: ['0.2', '0.6', '1.0'] },
  { name: 'channel-shuffle', levels: ['1'] },
  { name: 'shuffle-and-grey', levels: ['4', '8'] },
  { name: 'bilateral-and-shuffle', levels: ['d8-s110-g6', 'd14-s200-g12'] },
  { name: 'bilateral-and-grey', levels: ['d8-s110', 'd14-s200'] },
];

/** Mixtures of telling cues x seeds. */
export const biasMeasures: Experiment<BiasMeasuresConfig, BiasMeasuresCellConfig> = {
  id: 'bias-measures',
  title: 'What measures of shape bias measure',
  paper: 'bias-measures',
  question: 'Which measure of bias recovers what a network relies on, where it is known?',
  entry: 'lib/experiments/biasMeasuresCell.ts',
  profiles: {
    tiny: {
      budget: { minutes: 60, memory: 1.5, device: 'two CPU cores, native' },
      config: {
        mixtures: [...BY_CLASSES, ...BY_IMAGES, ...WITH_COLOUR],
        seeds: [1, 2, 3, 4, 5],
        // Eight that a narrow network can tell by their outlines, and whose quarters are whole classes.
        classes: ['airplane', 'bicycle', 'bottle', 'car', 'chair', 'clock', 'elephant', 'knife'],
        trainPerClass: 200,
        testPerClass: 35,
        testSeed: 7,
        suppressions: SUPPRESSION_PLAN,
        imageSize: 64,
        width: 16,
        stemStride: 2,
        epochs: 8,
        // Small batches take most steps an image.
        batchSize: 16,
        learningRate: 1e-3,
        smallestCrop: 0.8,
      },
    },
  },
  cells: ({ mixtures, seeds }) =>
    seeds.flatMap((seed) =>
      mixtures.map(({ id, division, shares }): Cell => {
        return {
          id: `${id}--seed${seed}`,
          seed,
          mixture: id,
          division,
          texture: shares.texture,
          colour: shares.colour,
        };
      }),
    ),
  cellConfig,
  async dataHash(config) {
    const { hashBiasMeasuresData } = await import('./biasMeasuresCell');
    return hashBiasMeasuresData(config);
  },
  async run(config, context) {
    const { runBiasMeasuresCell } = await import('./biasMeasuresCell');
    return runBiasMeasuresCell(config, context);
  },
};

function cellConfig(config: BiasMeasuresConfig, cell: Cell): BiasMeasuresCellConfig {
  const { mixtures, seeds: _, imageSize, width, stemStride, ...shared } = config;
  return {
    ...shared,
    mixture: mixtures.find(({ id }) => id === cell.mixture) as Mixture,
    model: {
      architecture: 'resnet18',
      variant: 'code',
      width,
      inputSize: imageSize,
      classes: config.classes.length,
      stemStride,
      activation: 'none',
    },
    seed: cell.seed,
  };
}
