// One small run, for all tests of the loop.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { trainTransform } from '../../lib/data/augment';
import type { ImageModel, NamedWeight } from '../../lib/models/model';
import { classification } from '../../lib/objectives/classification';
import { cosine } from '../../lib/objectives/schedule';
import { sgd } from '../../lib/objectives/sgd';
import type { TrainOptions } from '../../lib/train/options';
import { colours } from '../data/colours';
import { buildModel, type TinySpec, tinySpec } from './tinyModel';

/** Three epochs of six steps: the 49th image is left out of each, because it would be a batch of one. */
export function tinyRun(options: Partial<TrainOptions> = {}, spec: Partial<TinySpec> = {}): TrainOptions {
  return {
    model: buildModel(tinySpec(spec), 1000),
    objective: classification(),
    optimizer: sgd({ momentum: 0.9, weightDecay: 5e-4 }),
    schedule: cosine(0.05, 3),
    source: colours(49),
    transform: trainTransform({ size: 8, scale: [0.5, 1] }),
    epochs: 3,
    batchSize: 8,
    seed: 2000,
    workers: 1,
    ...options,
  };
}

/** Weights and buffers by name, as plain numbers. */
export function weightsOf(model: ImageModel): Record<string, Float32Array> {
  const weights: NamedWeight[] = [...model.parameters(), ...model.buffers()];
  return Object.fromEntries(
    weights.map(({ name, variable }) => [name, variable.dataSync().slice() as Float32Array]),
  );
}

/** A folder for one test file's outputs. */
export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-train-'));
}
