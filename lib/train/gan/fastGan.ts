// The two learners of FastGAN, from their sizes.
import { buildDiscriminator } from '../../models/fastgan/discriminator';
import { buildGenerator, type GeneratorOptions } from '../../models/fastgan/generator';
import { adam } from '../../objectives/adam';
import { deriveSeed } from '../../random';
import { averageWeights } from '../averagedWeights';
import type { GanLearners, ImageDistance } from './ganStep';

/** Adam's share of the past in its mean gradients. Source: FastGAN. */
const BETA1 = 0.5;

export interface FastGanOptions
  extends Pick<GeneratorOptions, 'width' | 'imageSize' | 'latent' | 'noise' | 'sparsity'> {
  /** Channels in units of which the decoders are wide. */
  decoderWidth: number;
  /** Share of the past in the averaged weights. The report's, of 100,000 iterations: 0.999. */
  averageDecay: number;
  /** Initial weights of both follow from it. */
  seed: number;
}

export interface FastGan extends GanLearners {
  dispose(): void;
}

/** Both networks with Adam, and the averages of the generator; `distance` is that of reconstructions, of images of the small side (`smallSize`). Throws as the
 *  builders of the networks. */
export function startFastGan(options: FastGanOptions, distance: ImageDistance): FastGan {
  const { width, imageSize, latent, noise, sparsity, decoderWidth, averageDecay, seed } = options;
  const shape = { width, imageSize };
  const generator = buildGenerator(
    { architecture: 'fastgan-generator', ...shape, latent, noise, sparsity },
    deriveSeed(seed, 'generator'),
  );
  const discriminator = buildDiscriminator(
    { architecture: 'fastgan-discriminator', ...shape, decoderWidth },
    deriveSeed(seed, 'discriminator'),
  );
  const optimizer = adam({ beta1: BETA1 });
  const optimizers = {
    generator: optimizer.start(generator.parameters()),
    discriminator: optimizer.start(discriminator.parameters()),
  };
  const average = averageWeights(generator.parameters(), { decay: averageDecay });
  return {
    generator,
    discriminator,
    optimizers,
    average,
    distance,
    dispose() {
      for (const part of [generator, discriminator, optimizers.generator, optimizers.discriminator, average])
        part.dispose();
    },
  };
}
