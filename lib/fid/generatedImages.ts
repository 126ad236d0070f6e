// Images from a generator, as they are judged.
import * as tf from '@tensorflow/tfjs';
import type { ByteImage, ImageSource } from '../data/imageSource';
import { pillowResize } from '../data/pillowResize';
import { sha256 } from '../files';
import type { ImageModel } from '../models/model';
import { normalNoise } from '../ops/noise';
import { deriveSeed } from '../random';

/** Which statistics batch norms use: those gathered for these very weights, or those of the batch that is made, as where a generator is never told that
 *  training is over. */
export type NormStatistics = 'gathered' | 'batch';

export interface GenerateOptions {
  count: number;
  /** Latent numbers and noise follow from it. */
  seed: number;
  norms: NormStatistics;
  /** Default 8, the report's. With `batch` the images depend on it. */
  batchSize?: number;
}

/** Passes over which statistics are averaged: 400 images at the usual batch. */
const GATHERING_PASSES = 50;

/** `count x size x size x 3`, meant to lie in [-1, 1], unbounded. */
export interface GeneratedImages {
  readonly values: Float32Array;
  readonly count: number;
  readonly size: number;
}

/** New images; with `gathered` by the statistics that the generator holds: `withNorms` gathers them. The generator is afterwards as it was before.
 *
 *  Throws on fewer than one image, on a last batch of one with `batch`, which has no statistics, and when a pixel is not finite. */
export async function generateImages(
  generator: ImageModel,
  { count, seed, norms, batchSize = 8 }: GenerateOptions,
): Promise<GeneratedImages> {
  if (!(Number.isInteger(count) && count >= 1))
    throw new Error(`One image or more can be made, not ${count}.`);
  if (norms === 'batch' && count % batchSize === 1) {
    throw new Error(
      `${count} images in batches of ${batchSize} leave one alone, which has no statistics of its batch.`,
    );
  }
  return withBuffersKept(generator, async () => {
    const size = generator.spec.imageSize as number;
    const values = new Float32Array(count * size * size * 3);
    for (let start = 0; start < count; start += batchSize) {
      const images = forward(generator, Math.min(batchSize, count - start), {
        training: norms === 'batch',
        seed: deriveSeed(seed, 'batch', start),
      });
      values.set(await images.data(), start * size * size * 3);
      images.dispose();
    }
    if (!values.every(Number.isFinite)) {
      throw new Error('The generator makes pixels that are not finite: its weights are damaged.');
    }
    return { values, count, size };
  });
}

/** Runs with what the norms need: statistics gathered for the present weights, or nothing. The generator is afterwards as it was before. */
export function withNorms<T>(
  generator: ImageModel,
  { norms, seed, batchSize = 8 }: Pick<GenerateOptions, 'norms' | 'seed' | 'batchSize'>,
  run: () => Promise<T>,
): Promise<T> {
  return withBuffersKept(generator, () => {
    if (norms === 'gathered')
      gatherStatistics(generator, { batchSize, seed: deriveSeed(seed, 'statistics') });
    return run();
  });
}

async function withBuffersKept<T>(generator: ImageModel, run: () => Promise<T>): Promise<T> {
  const buffers = generator.buffers().map(({ variable }) => tf.clone(variable));
  try {
    return await run();
  } finally {
    for (const [i, { variable }] of generator.buffers().entries()) {
      tf.tidy(() => variable.assign(tf.clone(buffers[i])));
    }
    tf.dispose(buffers);
  }
}

/** Puts the means of the batch statistics over many batches in place of the running ones: averaged weights have none of their own. */
export function gatherStatistics(
  generator: ImageModel,
  { batchSize, seed }: { batchSize: number; seed: number },
): void {
  const norms = generator.buffers().filter(({ name }) => /\.running_(mean|var)$/.test(name));
  const shares = norms.map(({ name }) => {
    const layer = generator.network.getLayer(name.replace(/\.running_(mean|var)$/, ''));
    return layer.getConfig().momentum as number;
  });
  let means: tf.Tensor[] = norms.map(({ variable }) => tf.zerosLike(variable));
  for (let pass = 0; pass < GATHERING_PASSES; pass++) {
    const before = norms.map(({ variable }) => tf.clone(variable));
    forward(generator, batchSize, { training: true, seed: deriveSeed(seed, 'pass', pass) }).dispose();
    const next = tf.tidy(() =>
      norms.map(({ variable }, i) => {
        // What the batch added to the running statistic.
        const batch = tf.div(tf.sub(variable, tf.mul(before[i], 1 - shares[i])), shares[i]);
        return tf.add(means[i], tf.div(batch, GATHERING_PASSES));
      }),
    );
    tf.dispose([before, means]);
    means = next;
  }
  for (const [i, { variable }] of norms.entries()) tf.tidy(() => variable.assign(tf.clone(means[i])));
  tf.dispose(means);
}

function forward(
  generator: ImageModel,
  count: number,
  { training, seed }: { training: boolean; seed: number },
): tf.Tensor4D {
  return tf.tidy(() => {
    const shape: [number, number, number, number] = [count, 1, 1, generator.spec.latent as number];
    const latents = normalNoise<tf.Tensor4D>(shape, deriveSeed(seed, 'latents'));
    return generator.forward(latents, { training, seed: deriveSeed(seed, 'noise') }).big as tf.Tensor4D;
  });
}

/** From what a byte of a judged picture is made. `half`: the map from [-1, 1] to [0, 1] is applied once more to what lies in [0, 1] already, as the report's
 *  code does, so that pictures lie in the upper half of the bytes. */
export type Contrast = 'full' | 'half';

/** Pictures as they would be saved: whole bytes, what lies beyond is cut. With `half`, pixels below -1 come out below the middle, as in the report's code. */
export function picturesOf(
  { values, count, size }: GeneratedImages,
  contrast: Contrast = 'full',
): ImageSource {
  const byteOf = BYTES[contrast];
  const data = Uint8Array.from(values, byteOf);
  const pixels = size * size * 3;
  return {
    name: 'generated images',
    classes: ['image'],
    count,
    labels: new Int32Array(count),
    hash: sha256(data),
    image: async (index) => ({
      width: size,
      height: size,
      channels: 3,
      data: data.subarray(index * pixels, (index + 1) * pixels),
    }),
  };
}

const BYTES: Readonly<Record<Contrast, (value: number) => number>> = {
  full: (value) => byte((value + 1) / 2),
  half: (value) => byte(clamp((value + 1) / 2, -1) / 2 + 0.5),
};

function byte(share: number): number {
  return Math.round(255 * clamp(share, 0));
}

function clamp(value: number, low: number): number {
  return Math.min(1, Math.max(low, value));
}

/** Real images at the size of generated ones, so that sharpness alone does not tell them apart; and in their contrast. */
export function realPictures(source: ImageSource, size: number, contrast: Contrast = 'full'): ImageSource {
  return {
    name: source.name,
    classes: source.classes,
    count: source.count,
    labels: source.labels,
    hash: sha256(source.hash, ` ${size} ${contrast}`),
    async image(index): Promise<ByteImage> {
      const image = pillowResize(await source.image(index), size, size);
      // In 0..1 already, so that the second map has no part below 0 to cut.
      return contrast === 'full'
        ? image
        : { ...image, data: image.data.map((value) => Math.round((value + 255) / 2)) };
    },
  };
}
