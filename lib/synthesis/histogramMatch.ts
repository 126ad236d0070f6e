// Colours of one image for the shapes of another: each channel gets the target's distribution of values.
import { ranksOf } from '../ranks';
import { rangeOf } from './range';

const CHANNELS = 3;

/** The image with the target's histogram in each channel, `pixels x 3` both, of any sizes: a value's rank becomes the value at that share of the target.
 *
 *  Equal values share the mean of their ranks; between the edges of `bins` equal bins the target's values count as evenly spread. Throws when a length is
 *  no multiple of 3 or 0, and on values that are not finite. Source: Gatys et al. 2015, whose code the authors use, with 100 bins. */
export function matchHistogram(image: Float32Array, target: Float32Array, bins = 100): Float32Array {
  for (const values of [image, target]) {
    if (values.length === 0 || values.length % CHANNELS !== 0)
      throw new Error(`An image has three values a pixel; got ${values.length} values.`);
    if (!values.every(Number.isFinite)) throw new Error('The image has values that are not finite.');
  }
  if (!Number.isInteger(bins) || bins < 1) throw new Error(`A histogram has one bin at least, got ${bins}.`);
  const matched = new Float32Array(image.length);
  for (let channel = 0; channel < CHANNELS; channel++) {
    const ranks = ranksOf(channelOf(image, channel));
    const valueAt = quantiles(channelOf(target, channel), bins);
    for (const [pixel, rank] of ranks.entries()) {
      matched[pixel * CHANNELS + channel] = valueAt((rank + 1) / ranks.length);
    }
  }
  return matched;
}

function channelOf(image: Float32Array, channel: number): Float32Array {
  return Float32Array.from(
    { length: image.length / CHANNELS },
    (_, pixel) => image[pixel * CHANNELS + channel],
  );
}

/** From a share of the values to the value, by a histogram. */
function quantiles(values: Float32Array, bins: number): (share: number) => number {
  const { low, high } = rangeOf(values);
  if (low === high) return () => low;
  const counts = new Float64Array(bins);
  for (const value of values) counts[Math.min(Math.floor(((value - low) / (high - low)) * bins), bins - 1)]++;
  const below = [0];
  for (const count of counts) below.push(below[below.length - 1] + count / values.length);
  const edge = (bin: number): number => low + ((high - low) * bin) / bins;
  return (share) => {
    // The first bin that reaches the share; a share beyond the last by rounding is the end.
    const bin = below.findIndex((reached, i) => i > 0 && reached >= share - 1e-12) - 1;
    if (bin < 0) return high;
    const within = (share - below[bin]) / (below[bin + 1] - below[bin]);
    return edge(bin) + Math.min(within, 1) * (edge(bin + 1) - edge(bin));
  };
}
