// The initial scales of FastGAN's batch norms.
import * as tf from '@tensorflow/tfjs';
import { BatchNorm2d } from '../../layers/batchNorm2d';
import { deriveSeed, Random } from '../../random';
import type { ImageModel } from '../model';

const DEVIATION = 0.02;

/** Normal scales around 1 for every batch norm, as DCGAN's. */
export function drawNorms(model: Pick<ImageModel, 'network' | 'parameters'>, seed: number): void {
  const norms = new Set(
    model.network.layers.filter((layer) => layer instanceof BatchNorm2d).map(({ name }) => `${name}.weight`),
  );
  for (const { name, variable } of model.parameters()) {
    if (!norms.has(name)) continue;
    const random = new Random(deriveSeed(seed, 'scales', name));
    const scales = Float32Array.from({ length: variable.size }, () => 1 + DEVIATION * random.normal());
    tf.tidy(() => variable.assign(tf.tensor(scales, variable.shape)));
  }
}
