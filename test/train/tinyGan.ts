// Two networks small enough for tests.
import * as tf from '@tensorflow/tfjs';
import { buildDiscriminator } from '../../lib/models/fastgan/discriminator';
import { buildGenerator } from '../../lib/models/fastgan/generator';
import { adam } from '../../lib/objectives/adam';
import { averageWeights } from '../../lib/train/averagedWeights';
import type { GanLearners } from '../../lib/train/gan/ganStep';

export const TINY_SIZE = 64;

/** Squared differences stand for a network's distance. */
const distance: GanLearners['distance'] = (a, b) =>
  tf.mean(tf.squaredDifference(a, b), [1, 2, 3]) as tf.Tensor1D;

export function tinyGan({ width = 2 } = {}): GanLearners {
  const generator = buildGenerator(
    {
      architecture: 'fastgan-generator',
      width,
      imageSize: TINY_SIZE,
      latent: 4,
      noise: 'learnt',
      sparsity: '32_5',
    },
    1,
  );
  const discriminator = buildDiscriminator(
    { architecture: 'fastgan-discriminator', width, imageSize: TINY_SIZE, decoderWidth: 2 },
    2,
  );
  const optimizer = adam({ beta1: 0.5 });
  return {
    generator,
    discriminator,
    optimizers: {
      generator: optimizer.start(generator.parameters()),
      discriminator: optimizer.start(discriminator.parameters()),
    },
    average: averageWeights(generator.parameters(), { decay: 0.999 }),
    distance,
  };
}

export function disposeGan({ generator, discriminator, optimizers, average }: GanLearners): void {
  for (const part of [generator, discriminator, optimizers.generator, optimizers.discriminator, average]) {
    part.dispose();
  }
}

/** Weights and buffers of both, and the averages. */
export function weightsOf({ generator, discriminator, average }: GanLearners): number[][] {
  const own = [generator, discriminator].flatMap((model) =>
    [...model.parameters(), ...model.buffers()].map(({ variable }) => Array.from(variable.dataSync())),
  );
  return [...own, ...average.state().map(({ tensor }) => Array.from(tensor.dataSync()))];
}
