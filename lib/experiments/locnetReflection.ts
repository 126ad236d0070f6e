// Experiment: what LocNet's last section would try next, tried. Each idea is a network trained and measured as LocNet's.
import type { Cell } from '../results/record';
import type { Experiment, Profile } from './experiment';
import { locNet, locNetDataHash, variantsBySeed } from './locnet';
import type { ReflectionCellConfig, ReflectionConfig, ReflectionVariant } from './locnetReflectionConfig';

const IDEAS: readonly ReflectionVariant[] = [
  'baseline',
  'joint',
  'image',
  'dropout',
  'hgru',
  'hgru-class',
  'transformer',
  'transformer-class',
  'unannealed',
];

/** {baseline, joint, and seven ideas} x seeds. */
export const locNetReflection: Experiment<ReflectionConfig, ReflectionCellConfig> = {
  id: 'locnet-reflection',
  title: 'What LocNet would try next',
  paper: 'locnet',
  question: 'Does another task, another encoder or a part of the network do what depth was hoped to do?',
  entry: 'lib/experiments/locnetReflectionCell.ts',
  profiles: {
    tiny: {
      budget: { minutes: 130, memory: 1.5, device: 'two CPU cores, native' },
      config: {
        ...locNet.profiles.tiny.config,
        variants: IDEAS,
        seeds: [1, 2],
        // 600 steps: there are nine networks a seed.
        epochs: 5,
        batchSize: 32,
        rate: { base: 0.02, warmUpEpochs: 1, form: 'paper' },
        optimizer: { momentum: 0.875, weightDecay: 3.05e-5, nesterov: true },
        loss: { ...locNet.profiles.tiny.config.loss, beta: 20 },
        encoderDropout: 0.1,
        hgru: { width: 8, firstRecurrent: 3, steps: 4 },
        transformer: { width: 64, patchSize: 8, blocks: 4, heads: 4, hidden: 128 },
        masks: { epochs: 2, rate: 150, density: 44 },
      },
    },
    paper: paperProfile('paper'),
    'paper-207': paperProfile('paper-207'),
  },
  cells: variantsBySeed,
  cellConfig,
  dataHash: locNetDataHash,
  async run(config, context) {
    const { runReflectionCell } = await import('./locnetReflectionCell');
    return runReflectionCell(config, context);
  },
};

/** The paper names the ideas without a number: data and training are LocNet's, the encoders of a size that such images are used with. */
function paperProfile(profile: 'paper' | 'paper-207'): Profile<ReflectionConfig> {
  const { budget, config } = locNet.profiles[profile];
  return {
    budget: { ...budget, minutes: 8000 },
    config: {
      ...config,
      variants: IDEAS,
      encoderDropout: 0.1,
      hgru: { width: 64, firstRecurrent: 3, steps: 8 },
      transformer: { width: 384, patchSize: 16, blocks: 12, heads: 6, hidden: 1536 },
      masks: { epochs: 20, rate: 150, density: 100 },
    },
  };
}

/** What a variant changes of the joint network's cell. */
type Change = Partial<Pick<ReflectionCellConfig, 'model' | 'paints' | 'loss' | 'masks'>>;

function cellConfig(config: ReflectionConfig, { variant, seed }: Cell): ReflectionCellConfig {
  const { variants: _, seeds: __, keptSeed, imageSize, width, dropout, ...rest } = config;
  const { encoderDropout, hgru, transformer, masks, ...shared } = rest;
  const input = { inputSize: imageSize, classes: 16, dropout };
  const autoencoder = { architecture: 'autoencoder', width, ...input } as const;
  const recurrent = { architecture: 'hgru-autoencoder', ...hgru, ...input } as const;
  const attentive = { architecture: 'transformer-autoencoder', ...transformer, ...input } as const;
  // Weight 0 for the depth and full weight for the class from the start: as the authors made their baseline.
  const classAlone = { ...shared.loss, beta: 0, annealing: 'none', restEpochs: 0 } as const;
  const changes: Record<ReflectionVariant, Change> = {
    baseline: { model: { architecture: 'resnet50', width, ...input }, paints: null },
    joint: { masks },
    unannealed: { loss: { ...shared.loss, annealing: 'none', restEpochs: 0 } },
    image: { model: { ...autoencoder, paints: 'image' }, paints: 'image' },
    dropout: { model: { ...autoencoder, encoderDropout } },
    hgru: { model: recurrent },
    'hgru-class': { model: recurrent, loss: classAlone },
    transformer: { model: attentive },
    'transformer-class': { model: attentive, loss: classAlone },
  };
  return {
    ...shared,
    model: autoencoder,
    paints: 'depth',
    masks: null,
    seed,
    keep: seed === keptSeed,
    ...changes[variant as ReflectionVariant],
  };
}
