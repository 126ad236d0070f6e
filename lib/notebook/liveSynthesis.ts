// Watches a synthesis from a cell: the target, and beside it the image as it comes out of the noise, in place.
import { pictureOfPixels } from '../data/normalisedPixels';
import { type Display, display } from './display';
import { imageGrid } from './imageGrid';
import { currentKernel, type MimeBundle } from './kernel';

export interface LiveSynthesisOptions {
  /** Under the image. */
  title: string;
  /** `size x size x 3`, normalised as the network takes it. */
  target: Float32Array;
  size: number;
  /** Side in pixels that the pictures are drawn with. Default 160. */
  drawn?: number;
}

/** What is read of a step of `synthesise`. */
export interface SynthesisStep {
  readonly step: number;
  readonly report: { readonly best: number };
  image(): Float32Array;
}

/** `onStep` for `synthesise`: after every step both pictures, and the loss. In a terminal the loss alone. */
export function liveSynthesis(options: LiveSynthesisOptions): (step: SynthesisStep) => Promise<void> {
  let output: Display | undefined;
  return async ({ step, report, image }) => {
    const text = `${options.title}: step ${step}, loss ${report.best.toExponential(2)}`;
    const bundle: MimeBundle = { 'text/plain': text };
    if (currentKernel()) bundle['image/png'] = (await sheet(image(), step, options)).toString('base64');
    if (output) output.update(bundle);
    else output = display(bundle);
  };
}

function sheet(
  image: Float32Array,
  step: number,
  { title, target, size, drawn = 160 }: LiveSynthesisOptions,
): Promise<Buffer> {
  const pictures = [target, image].map((values) => pictureOfPixels(values, { width: size, height: size }));
  return imageGrid(pictures, { labels: ['target', `${title}, step ${step}`], size: drawn });
}
