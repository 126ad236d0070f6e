// One iteration of FastGAN: the discriminator learns from real and generated images, then the generator from the discriminator.
import * as tf from '@tensorflow/tfjs';
import type { Discriminator, ImagePair } from '../../models/fastgan/discriminator';
import { QUARTERS, quarterOf } from '../../models/fastgan/discriminator';
import type { ImageModel, NamedWeight } from '../../models/model';
import { discriminatorHinge, drawMargins, generatorHinge } from '../../objectives/hinge';
import type { Optimizer } from '../../objectives/optimizer';
import { diffAugment, drawAugment } from '../../ops/diffAugment';
import { normalNoise } from '../../ops/noise';
import { deriveSeed, Random } from '../../random';
import type { AveragedWeights } from '../averagedWeights';
import { requireFinite } from '../step';

/** Distance of each of N images `[N, H, W, 3]` in [-1, 1] from another: `[N]`. Differentiable in the first. */
export type ImageDistance = (painted: tf.Tensor4D, target: tf.Tensor4D) => tf.Tensor1D;

/** The two learners and what they need. */
export interface GanLearners {
  readonly generator: ImageModel;
  readonly discriminator: Discriminator;
  readonly optimizers: { readonly generator: Optimizer; readonly discriminator: Optimizer };
  /** Of the generator's weights. */
  readonly average: AveragedWeights;
  /** How far a real image is from what the discriminator paints of it. */
  readonly distance: ImageDistance;
}

export interface GanStepSettings {
  readonly learningRate: number;
  /** Steps done before. */
  readonly step: number;
  /** Latent numbers, noise, augmentation, margins and quarters follow from it and the step. */
  readonly seed: number;
}

/** Terms of one iteration, on the host. */
export interface GanTerms {
  /** Hinge losses of the discriminator. */
  readonly real: number;
  readonly generated: number;
  /** Sums over the batch of the distances between real images and what was painted of them. */
  readonly paintedBig: number;
  readonly paintedSmall: number;
  readonly paintedPart: number;
  /** The generator's loss: minus its images' mean logit, after the discriminator has learnt. */
  readonly generator: number;
}

/** Updates both networks and the average once, on real images `[N, S, S, 3]` in [-1, 1].
 *
 *  Real images are augmented once; the large and the small generated ones by draws of their own, which both networks see. Throws, before the weights
 *  of the network change whose loss it is, when a term is not finite. Leaves no tensors. Source: spec, section 5. */
export async function ganStep(
  learners: GanLearners,
  real: tf.Tensor4D,
  { learningRate, step, seed }: GanStepSettings,
): Promise<GanTerms> {
  const { generator, discriminator, optimizers, average } = learners;
  const draw = (name: string): number => deriveSeed(seed, name, step);
  const [count] = real.shape;
  const latents = normalNoise<tf.Tensor4D>([count, 1, 1, generator.spec.latent as number], draw('latents'));
  const generate = (): ImagePair => augmentedPair(generator, latents, draw);
  // The generator's pass is made again for its gradient; buffers that it moves start from where they were, so that both are the same pass.
  const buffers = copies(generator.buffers());
  try {
    const generated = tf.tidy(() => ({ ...generate() }));
    const judged = await descend(discriminator.parameters(), optimizers.discriminator, learningRate, () =>
      discriminatorTerms(learners, real, generated, draw),
    ).finally(() => tf.dispose(Object.values(generated)));
    restore(generator.buffers(), buffers);
    const made = await descend(generator.parameters(), optimizers.generator, learningRate, () => ({
      generator: generatorHinge(discriminator.judge(generate(), { training: true })),
    }));
    average.update();
    return { ...judged, ...made } as unknown as GanTerms;
  } finally {
    tf.dispose([latents, ...buffers]);
  }
}

type Draw = (name: string) => number;
type Terms = Record<string, tf.Scalar>;

function augmentedPair(generator: ImageModel, latents: tf.Tensor4D, draw: Draw): ImagePair {
  const { big, small } = generator.forward(latents, { training: true, seed: draw('noise') });
  const augmented = (images: tf.Tensor4D, name: string): tf.Tensor4D => {
    const [count, height, width] = images.shape;
    return diffAugment(images, drawAugment(count, [height, width], draw(name)));
  };
  return {
    big: augmented(big as tf.Tensor4D, 'augment big'),
    small: augmented(small as tf.Tensor4D, 'augment small'),
  };
}

function discriminatorTerms(
  { discriminator, distance }: GanLearners,
  real: tf.Tensor4D,
  generated: ImagePair,
  draw: Draw,
): Terms {
  const [count, height, width] = real.shape;
  const side = generated.small.shape[1];
  const big = diffAugment(real, drawAugment(count, [height, width], draw('augment real')));
  const small = reduced(big, side);
  const quarter = new Random(draw('quarter')).integer(QUARTERS.length);
  const { logits, ...painted } = discriminator.judgeAndPaint({ big, small }, quarter, { training: true });
  const judged = discriminator.judge(generated, { training: true });
  const apart = (image: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar => tf.sum(distance(image, target));
  return {
    real: discriminatorHinge(logits, drawMargins(logits.size, draw('margins real')), 'real'),
    generated: discriminatorHinge(judged, drawMargins(judged.size, draw('margins generated')), 'generated'),
    paintedBig: apart(painted.big, small),
    paintedSmall: apart(painted.small, small),
    paintedPart: apart(painted.part, reduced(quarterOf(big, quarter), side)),
  };
}

/** By nearest neighbours to `side x side`. */
function reduced(images: tf.Tensor4D, side: number): tf.Tensor4D {
  return tf.image.resizeNearestNeighbor(images, [side, side]);
}

/** One step down the sum of some terms. */
async function descend(
  parameters: readonly NamedWeight[],
  optimizer: Optimizer,
  learningRate: number,
  terms: () => Terms,
): Promise<Record<string, number>> {
  let kept: Terms = {};
  const { value, grads } = tf.variableGrads(
    () => {
      kept = terms();
      for (const term of Object.values(kept)) tf.keep(term);
      return tf.addN(Object.values(kept)) as tf.Scalar;
    },
    parameters.map(({ variable }) => variable),
  );
  try {
    const names = Object.keys(kept);
    const values = await Promise.all(names.map(async (name) => (await kept[name].data())[0]));
    const numbers = Object.fromEntries(names.map((name, i) => [name, values[i]]));
    requireFinite(numbers);
    optimizer.apply(
      Object.fromEntries(parameters.map(({ name, variable }) => [name, grads[variable.name]])),
      learningRate,
    );
    return numbers;
  } finally {
    tf.dispose([value, grads, kept]);
  }
}

function copies(weights: readonly NamedWeight[]): tf.Tensor[] {
  return weights.map(({ variable }) => tf.clone(variable));
}

function restore(weights: readonly NamedWeight[], values: readonly tf.Tensor[]): void {
  for (const [i, { variable }] of weights.entries()) tf.tidy(() => variable.assign(tf.clone(values[i])));
}
