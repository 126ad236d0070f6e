// From noise to an image whose activations are those of a target, as far as a loss looks.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { Random } from '../random';
import { featuresOf, mapsOf } from './features';
import { Lbfgs, type LbfgsOptions, type LbfgsState, type StepReport } from './lbfgs';
import { type Range, rangeOf } from './range';
import { gramLoss, gramMatrix, matchingLoss, type Strength, selected } from './textureLoss';

/** What has to agree: correlations of channels, or the activations themselves. */
export type Agreement = 'gram' | 'activations';

export interface SynthesisOptions extends LbfgsOptions {
  /** Names of layers whose outputs are maps. */
  layers: readonly string[];
  /** Which of their activations count. Default: all. */
  strength?: Strength;
  /** Default: `gram`. */
  agreement?: Agreement;
  /** Whether the strength is applied to the target alone, or to the image at every evaluation too. Default: both for `gram`, the target for
   *  `activations`, as the authors' code does. */
  selectOn?: 'target' | 'both';
  /** Steps of L-BFGS, of 20 iterations each unless `iterations` says otherwise. Default 100. */
  steps?: number;
  /** Of the first image: standard deviation of its noise, in units of the network's input, and the noise's seed. Defaults 0.0175 and 0. */
  noise?: number;
  seed?: number;
  /** Of an earlier call with the same target and options, to go on from. */
  from?: LbfgsState;
  /** Checked between steps; what was reached is returned. */
  signal?: AbortSignal;
  onStep?: (progress: SynthesisProgress) => void | Promise<void>;
}

export interface SynthesisProgress {
  /** Steps of this call. */
  readonly step: number;
  readonly report: StepReport;
  /** `size x size x 3`, the image of the lowest loss so far, normalised as the target. */
  image(): Float32Array;
  /** To go on from later. */
  readonly state: LbfgsState;
}

export interface Synthesis {
  /** `size x size x 3`: of the lowest loss; normalised as the target, and within its range. */
  readonly image: Float32Array;
  /** Loss of the image that this call starts from. */
  readonly first: number;
  /** The lowest, of earlier calls too. */
  readonly best: number;
  /** `diverged`: the loss was no longer finite, and the image is the best before. */
  readonly ended: StepReport['ended'];
  readonly steps: number;
  readonly state: LbfgsState;
}

/** ImageNet's normalisation divides by 57 levels of 255 in the mean; the authors' noise has a deviation of one level. */
const ONE_LEVEL = 0.0175;

/** Synthesises an image from a target `size x size x 3`, normalised for the network, by L-BFGS over unbounded variables of which a sigmoid makes values in the
 *  target's range. Deterministic for a seed and an engine; leaves no tensors.
 *
 *  Throws on a layer that does not exist (naming the nearest) or whose output is no map, on a target of another size than the network takes, and on
 *  one of a single value, which has no range. Source: Li et al. 2023, texture synthesis and direct visualisation; Gatys et al. 2015. */
export async function synthesise(
  model: ImageModel,
  target: Float32Array,
  options: SynthesisOptions,
): Promise<Synthesis> {
  const { steps = 100, noise = ONE_LEVEL, seed = 0, from, signal, onStep, ...settings } = options;
  const size = sizeOf(model, target);
  const range = targetRange(target);
  const features = featuresOf(model, options.layers);
  const shape: Shape = [1, size, size, 3];
  const loss = lossOf(features, target, shape, options);
  const evaluate = (u: Float64Array) => valueAndGradient(u, range, shape, loss.of);
  try {
    const lbfgs = new Lbfgs(from ?? startOf(target.length, range, noise, seed), settings);
    const first = (await evaluate(lbfgs.x)).value;
    let step = 0;
    let report: StepReport | undefined;
    while (step < steps && !signal?.aborted && (report === undefined || report.ended === 'limit')) {
      report = await lbfgs.step(evaluate);
      step++;
      const state = lbfgs.snapshot();
      await onStep?.({ step, report, image: () => imageOf(state, range), state });
      // Lets live outputs and interrupts through.
      await new Promise(setImmediate);
    }
    const state = lbfgs.snapshot();
    const best = state.best?.value ?? first;
    return { image: imageOf(state, range), first, best, ended: report?.ended ?? 'limit', steps: step, state };
  } finally {
    loss.dispose();
  }
}

type Shape = [number, number, number, number];

function sizeOf({ network }: ImageModel, target: Float32Array): number {
  const [, height, width] = network.inputs[0].shape;
  if (height == null || height !== width || target.length !== height * width * 3) {
    throw new Error(
      `The network takes images of ${height} x ${width} x 3; the target has ${target.length} values.`,
    );
  }
  return height;
}

function targetRange(target: Float32Array): Range {
  if (!target.every(Number.isFinite)) throw new Error('The target has values that are not finite.');
  const range = rangeOf(target);
  if (range.low === range.high)
    throw new Error(`The target has the single value ${range.low}: nothing to synthesise.`);
  return range;
}

/** Sum over the layers; the target's part is computed once. */
function lossOf(
  features: tf.LayersModel,
  target: Float32Array,
  shape: Shape,
  { strength = { fraction: 1 }, agreement = 'gram', selectOn }: SynthesisOptions,
): { of(image: tf.Tensor4D): tf.Scalar; dispose(): void } {
  const onBoth = (selectOn ?? (agreement === 'gram' ? 'both' : 'target')) === 'both';
  const targets = tf.tidy(() =>
    mapsOf(features, tf.tensor4d(target, shape)).map((map) => {
      const counted = selected(map, strength);
      return agreement === 'gram' ? gramMatrix(counted) : counted;
    }),
  );
  return {
    of: (image) =>
      tf.addN(
        mapsOf(features, image).map((map, i) => {
          const counted = onBoth ? selected(map, strength) : map;
          return agreement === 'gram'
            ? gramLoss(counted, targets[i] as tf.Tensor2D)
            : matchingLoss(counted, targets[i] as tf.Tensor4D);
        }),
      ) as tf.Scalar,
    dispose: () => tf.dispose(targets),
  };
}

async function valueAndGradient(
  u: Float64Array,
  range: Range,
  shape: Shape,
  loss: (image: tf.Tensor4D) => tf.Scalar,
): Promise<{ value: number; gradient: Float64Array }> {
  const { value, grad } = tf.tidy(() => {
    const image = (variables: tf.Tensor): tf.Tensor4D =>
      tf.add(range.low, tf.mul(range.high - range.low, tf.sigmoid(variables))) as tf.Tensor4D;
    return tf.valueAndGrad((variables) => loss(image(variables)))(tf.tensor4d(Float32Array.from(u), shape));
  });
  const [[single], gradient] = await Promise.all([value.data(), grad.data()]);
  tf.dispose([value, grad]);
  return { value: single, gradient: Float64Array.from(gradient) };
}

/** Noise within the range, through the inverse of the sigmoid. */
function startOf(length: number, { low, high }: Range, noise: number, seed: number): Float64Array {
  const random = new Random(seed);
  // The ends of the range would be infinitely far away.
  const margin = 1e-3;
  return Float64Array.from({ length }, () => {
    const share = (noise * random.normal() - low) / (high - low);
    const inside = Math.min(Math.max(share, margin), 1 - margin);
    return Math.log(inside / (1 - inside));
  });
}

function imageOf({ x, best }: LbfgsState, { low, high }: Range): Float32Array {
  return Float32Array.from(best?.x ?? x, (u) => low + (high - low) / (1 + Math.exp(-u)));
}
