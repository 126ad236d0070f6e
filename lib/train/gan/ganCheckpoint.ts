// Both networks of a GAN, their optimizers and the averaged weights in one file, from which a run goes on as if it had never stopped.
import * as fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../models/safetensors';
import type { NamedTensor } from '../../objectives/optimizer';
import { type RunConfig, readState, requireSameConfig, restoreState, type Trained } from '../checkpoint';
import type { GanLearners } from './ganStep';

const FORMAT = 'gestalt-gan-1';
const AVERAGE = 'average.';

/** Replaces the checkpoint: the file holds the previous one or this one, never a part. */
export async function saveGan(
  file: string,
  learners: GanLearners,
  config: RunConfig,
  progress: object,
): Promise<void> {
  const tensors: StoredTensor[] = [];
  for (const [part, learner] of Object.entries(partsOf(learners))) {
    tensors.push(
      ...(await readState(learner)).map((tensor) => ({ ...tensor, name: `${part}.${tensor.name}` })),
    );
  }
  for (const { name, tensor } of learners.average.state()) {
    tensors.push({ name: AVERAGE + name, shape: tensor.shape, data: (await tensor.data()) as Float32Array });
  }
  writeSafetensors(file, tensors, {
    format: FORMAT,
    config: JSON.stringify(config),
    progress: JSON.stringify(progress),
  });
}

/** Reads a checkpoint into the learners and returns its progress; `undefined` when there is no file. Throws when it is damaged, no checkpoint of a GAN, or of
 *  another configuration, naming what differs. */
export function loadGan<Progress>(
  file: string,
  learners: GanLearners,
  config: RunConfig,
): Progress | undefined {
  if (!fs.existsSync(file)) return undefined;
  try {
    const { tensors, metadata } = readSafetensors(file);
    if (metadata.format !== FORMAT) throw new Error('it is no checkpoint of a GAN of this version');
    requireSameConfig(JSON.parse(metadata.config), config);
    const stored = [...tensors.values()];
    for (const [part, learner] of Object.entries(partsOf(learners)))
      restoreState(learner, within(stored, `${part}.`));
    loadAverage(learners, within(stored, AVERAGE));
    return JSON.parse(metadata.progress) as Progress;
  } catch (error) {
    throw new Error(
      `Cannot resume from ${file}: ${(error as Error).message.replace(/\.$/, '')}. Delete the file to start afresh.`,
    );
  }
}

function partsOf({ generator, discriminator, optimizers }: GanLearners): Record<string, Trained> {
  return {
    generator: { model: generator, optimizer: optimizers.generator },
    // Only weights are read and written: how a network is called does not matter.
    discriminator: {
      model: discriminator as unknown as Trained['model'],
      optimizer: optimizers.discriminator,
    },
  };
}

function loadAverage({ average }: GanLearners, stored: readonly StoredTensor[]): void {
  const state = stored.map(
    ({ name, shape, data }): NamedTensor => ({ name, tensor: tf.tensor(data, [...shape]) }),
  );
  try {
    average.load(state);
  } finally {
    tf.dispose(state.map(({ tensor }) => tensor));
  }
}

function within(tensors: readonly StoredTensor[], prefix: string): StoredTensor[] {
  return tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}
