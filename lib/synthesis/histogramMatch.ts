// Colours of one image for the shapes of another: each channel gets the target's distribution of values.

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
    const shares = rankShares(channelOf(image, channel));
    const valueAt = quantiles(channelOf(target, channel), bins);
    for (const [pixel, share] of shares.entries()) matched[pixel * CHANNELS + channel] = valueAt(share);
  }
  return matched;
}

function channelOf(image: Float32Array, channel: number): Float32Array {
  return Float32Array.from(
    { length: image.length / CHANNELS },
    (_, pixel) => image[pixel * CHANNELS + channel],
  );
}

/** Rank over the number of values, in (0, 1]. */
function rankShares(values: Float32Array): Float64Array {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
  const shares = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    // Ranks count from 1: those of start..end-1 are start+1..end.
    for (let i = start; i < end; i++) shares[order[i]] = (start + 1 + end) / 2 / values.length;
  }
  return shares;
}

/** From a share of the values to the value, by a histogram. */
function quantiles(values: Float32Array, bins: number): (share: number) => number {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
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
