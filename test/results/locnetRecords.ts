// Records of LocNet for tests: real in form, made up in content.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sha256 } from '../../lib/files';
import { readLocNetTable } from '../../lib/results/locnetPaper';
import type { Metric, RunRecord } from '../../lib/results/record';
import { RECORD_COMMON } from './syntheticRecords';

export interface LocNetRun {
  variant: 'baseline' | 'joint' | 'unet';
  seed: number;
  /** Added to every share, in percentage points. */
  gain?: number;
  /** Replaces metrics. */
  metrics?: Readonly<Record<string, number>>;
}

function metric(value: number): Metric {
  return { value, counts: { images: 100 }, interval: [value - 0.05, value + 0.05] };
}

/** A record of the experiment with the given numbers; seeds spread by half a point. */
export function locNetRecord({ variant, seed, gain = 0, metrics = {} }: LocNetRun): RunRecord {
  const raised = (base: number): number => base + (gain + 0.5 * (seed - 2)) / 100;
  const shares: Record<string, number> = { shapeBias: raised(0.3) };
  for (const { set } of readLocNetTable()) {
    shares[`top1.${set}`] = raised(0.4);
    shares[`top5.${set}`] = raised(0.7);
  }
  for (const name of ['camEntropyShallow', 'camAreaShallow', 'camEntropyDeep', 'camAreaDeep']) {
    shares[name] = raised(0.5);
  }
  const depth = variant === 'baseline' ? {} : { depthError: 0.01, depthErrorOfMean: 0.04 };
  const skips =
    variant === 'unet'
      ? { depthErrorSkipsZero: 0.05, depthErrorSkipsExchanged: 0.06 + 0.001 * seed, depthErrorToOther: 0.02 }
      : {};
  const all = { ...shares, ...depth, ...skips, ...metrics };
  return {
    ...RECORD_COMMON,
    experiment: 'locnet',
    paper: 'locnet',
    cell: { id: `${variant}--seed${seed}`, seed, variant },
    config: { epochs: 2 },
    engine: { name: 'native', family: 'native', version: '4.22.0' },
    curves: {
      epoch: [1, 2],
      learningRate: [0.1, 0.05],
      loss: [2.1, 1.5],
      trainingAccuracy: [0.3, 0.6],
      testAccuracy: [0.4, 0.7],
      testCrossEntropy: [2, 1.2],
      ...(variant === 'baseline' ? {} : { testSquaredError: [0.03, 0.01] }),
    },
    metrics: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, metric(value)])),
    command: 'npm run cell -- locnet x --profile tiny',
  };
}

/** Three seeds of each network, where the joint ones gain on the baseline (in percentage points). */
export function locNetGrid({ joint, unet }: { joint: number; unet: number }): RunRecord[] {
  const gains = { baseline: 0, joint, unet };
  return (['baseline', 'joint', 'unet'] as const).flatMap((variant) =>
    [1, 2, 3].map((seed) => locNetRecord({ variant, seed, gain: gains[variant] })),
  );
}

/** The record with these files beside it, by their names, below the folder of all records. */
export function withArtifacts(
  record: RunRecord,
  contents: Readonly<Record<string, string>>,
  folder: string,
): RunRecord {
  const artifacts = Object.entries(contents).map(([name, content]) => {
    const file = path.join('artifacts', `${record.cell.id}-${name}`);
    const whole = path.join(folder, record.profile, record.experiment, file);
    fs.mkdirSync(path.dirname(whole), { recursive: true });
    fs.writeFileSync(whole, content);
    return { file, sha256: sha256(content), bytes: content.length };
  });
  return { ...record, artifacts };
}
