// Experiment: do the papers' claims of shape bias stand under every measure? Their networks of Relief-16, measured anew.

import { CATEGORIES } from '../categories';
import type { Cell, JsonObject } from '../results/record';
import type {
  BiasClaimsCellConfig,
  BiasClaimsConfig,
  MeasuredNetwork,
  TrainedSource,
} from './biasClaimsConfig';
import { SUPPRESSION_PLAN } from './biasMeasures';
import { type AnyExperiment, type Experiment, resolveConfig } from './experiment';
import { locNet } from './locnet';
import type { LocNetCellConfig } from './locnetConfig';
import { locNetReflection } from './locnetReflection';
import type { ReflectionCellConfig } from './locnetReflectionConfig';
import type { TopKCellConfig } from './topkConfig';
import { topKInference } from './topkInference';
import type { TopKInferenceCellConfig } from './topkInferenceConfig';
import { topKTraining } from './topkTraining';

/** Experiments whose networks are trained anew: they keep only a few of theirs. */
const TRAINED: readonly AnyExperiment[] = [locNet, topKTraining, locNetReflection];

/** The networks of topk-training, locnet, locnet-reflection and topk-inference under every measure of bias. */
export const biasClaims: Experiment<BiasClaimsConfig, BiasClaimsCellConfig> = {
  id: 'bias-claims',
  title: "The papers' networks under every measure of bias",
  paper: 'bias-measures',
  question: 'Do claims of shape bias depend on how it is measured?',
  entry: 'lib/experiments/biasClaimsCell.ts',
  profiles: {
    tiny: {
      budget: { minutes: 60, memory: 1.5, device: 'two CPU cores, native; locnet on wasm' },
      config: {
        profile: 'tiny',
        // The classes that are hard by shape: one subset with four seeds says more than two with two.
        subsets: ['s1'],
        trained: {
          'topk-training': { variants: ['none', 'topk', 'topk-mean'], seeds: [0, 1, 2, 3] },
          locnet: { variants: ['joint', 'baseline'], seeds: [1, 2, 3, 4, 5] },
          'locnet-reflection': { variants: ['transformer', 'transformer-class'], seeds: [1, 2] },
        },
        seeds: null,
        kept: [1, 0.5, 0.2, 0.1, 0.05],
        images: 240,
        testSeed: 7,
        suppressions: SUPPRESSION_PLAN,
      },
    },
  },
  cells: ({ profile, subsets, trained, seeds, kept }) => [
    ...TRAINED.flatMap((experiment) => {
      const own = trained[experiment.id as TrainedSource];
      return cellsOf(experiment, profile, { ...own, seeds: seeds ?? own.seeds });
    }).filter(({ subset }) => subset === undefined || subsets.includes(String(subset))),
    ...keptNetworks(profile, seeds).flatMap(({ network, seed }) =>
      kept.map((share): Cell => {
        const percent = Math.round(100 * share);
        return {
          id: `${network}-top${percent}--seed${seed}`,
          seed,
          source: 'topk-inference',
          variant: network,
          kept: share,
        };
      }),
    ),
  ],
  cellConfig,
  async dataHash(config) {
    const { hashBiasClaimsData } = await import('./biasClaimsCell');
    return hashBiasClaimsData(config);
  },
  async run(config, context) {
    const { runBiasClaimsCell } = await import('./biasClaimsCell');
    return runBiasClaimsCell(config, context);
  },
};

/** The cells of an experiment, with their own coordinates. */
function cellsOf(experiment: AnyExperiment, profile: string, overrides: JsonObject): Cell[] {
  const cells: Cell[] = experiment.cells(resolveConfig(experiment, profile, overrides));
  return cells.map((cell) => ({ ...cell, id: `${experiment.id}-${cell.id}`, source: experiment.id }));
}

/** The networks that topk-inference keeps, of one seed. */
function keptNetworks(profile: string, seeds: readonly number[] | null): { network: string; seed: number }[] {
  const { models, keptSeed } = resolveConfig(topKInference, profile);
  if (keptSeed === null || seeds?.includes(keptSeed) === false) return [];
  return Object.keys(models).map((network) => ({ network, seed: keptSeed }));
}

function cellConfig(
  { profile, subsets: _, trained: __, seeds: ___, kept: ____, ...shared }: BiasClaimsConfig,
  cell: Cell,
): BiasClaimsCellConfig {
  if (cell.source === 'topk-inference') {
    const own = resolveConfig(topKInference, profile);
    const { model, after } = topKInference.cellConfig(own, {
      ...cell,
      network: cell.variant,
    }) as TopKInferenceCellConfig;
    const network: MeasuredNetwork = {
      kind: 'topk-inference',
      file: `data/records/${profile}/topk-inference/artifacts/${cell.variant}--seed${cell.seed}-network.safetensors`,
      model,
      after,
      kept: cell.kept as number,
    };
    return { ...shared, network, classes: CATEGORIES, imageSize: model.inputSize as number };
  }
  const experiment = TRAINED.find(({ id }) => id === cell.source) as AnyExperiment;
  const config = experiment.cellConfig(resolveConfig(experiment, profile, { seeds: [cell.seed] }), cell) as
    | LocNetCellConfig
    | ReflectionCellConfig
    | TopKCellConfig;
  const id = cell.id.slice(experiment.id.length + 1);
  return {
    ...shared,
    network: { kind: cell.source as TrainedSource, cell: id, config },
    classes: 'classes' in config ? config.classes : CATEGORIES,
    imageSize: config.model.inputSize,
  };
}
