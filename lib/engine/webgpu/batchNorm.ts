// Batch norm in its training form, and its gradient. Channels lie along x in a workgroup, rows along y; a first pass reduces
// shares of the rows, a second one the shares, a third one writes the map. A map of few rows is one share: two passes.
import * as tf from '@tensorflow/tfjs';
import type { BatchNormGradientInputs } from '../kernels';
import type { Shader, ShaderRunner } from './shaderRunner';

const THREADS = 256;
const MOST_LANES = 64;
/** Enough to fill a large GPU. */
const WORKGROUPS = 1024;
/** A share with fewer rows a thread is not worth a pass more. */
const LEAST_ROWS_OF_THREAD = 128;
const ROWS_OF_THREAD_IN_MAPS = 16;
const MOST_WORKGROUPS_OF_AXIS = 65535;

/** How a [rows, channels] matrix is laid over workgroups. */
interface Layout {
  readonly rows: number;
  readonly channels: number;
  /** Channels a workgroup, a power of 2; the rest of its threads are rows. */
  readonly lanes: number;
  readonly shares: number;
  readonly rowsOfShare: number;
}

function layout(rows: number, channels: number, leastRowsOfThread: number, workgroups: number): Layout {
  const lanes = Math.min(MOST_LANES, 2 ** Math.ceil(Math.log2(channels)));
  const perWorkgroup = (THREADS / lanes) * leastRowsOfThread;
  const wanted = Math.min(
    Math.ceil(workgroups / Math.ceil(channels / lanes)),
    Math.floor(rows / perWorkgroup),
  );
  const rowsOfShare = Math.ceil(rows / Math.max(1, wanted));
  return { rows, channels, lanes, shares: Math.ceil(rows / rowsOfShare), rowsOfShare };
}

const reduction = ({ shape }: tf.TensorInfo): Layout => {
  const channels = shape[shape.length - 1];
  return layout(tf.util.sizeFromShape(shape) / channels, channels, LEAST_ROWS_OF_THREAD, WORKGROUPS);
};

/** All shares in one, by few channels and many rows a workgroup: nothing else runs meanwhile. */
const ofShares = ({ channels, lanes, shares }: Layout): Layout => ({
  rows: shares,
  channels,
  lanes: Math.min(lanes, 8),
  shares: 1,
  rowsOfShare: shares,
});

const ofMap = ({ rows, channels }: Layout): Layout =>
  layout(rows, channels, ROWS_OF_THREAD_IN_MAPS, MOST_WORKGROUPS_OF_AXIS);

const LAYOUT_UNIFORMS = { rows: 'u32', channels: 'u32', rowsOfShare: 'u32' } as const;

/** The body of `main` finds channel `c`, its `row`, the `step` to the thread's next one and the share's last row `end`. */
function main(lanes: number, body: string): string {
  return `
    const LANES = ${lanes}u;
    const ROW_LANES = ${THREADS / lanes}u;
    @compute @workgroup_size(${lanes}, ${THREADS / lanes})
    fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>,
            @builtin(local_invocation_index) lane: u32) {
      let channels = uniforms.channels;
      let c = group.x * LANES + local.x;
      let first = group.y * uniforms.rowsOfShare;
      let end = min(first + uniforms.rowsOfShare, uniforms.rows);
      let used = c < channels;
      ${body}
    }`;
}

const rowLoop = (body: string): string => `
  if (used) {
    for (var row = first + local.y; row < end; row += ROW_LANES) {
      let i = row * channels + c;
      ${body}
    }
  }`;

/** Adds up the row lanes of `mine` with `combined` into `total`. */
const acrossRowLanes = (type: string): string => `
  lanes[lane] = mine;
  for (var rest = ROW_LANES / 2u; rest > 0u; rest /= 2u) {
    workgroupBarrier();
    if (local.y < rest) { lanes[lane] = combined(lanes[lane], lanes[lane + rest * LANES]); }
  }
  let total: ${type} = lanes[lane];`;

/** Count, mean and sum of squared deviations of two samples in one. Source: Chan, Golub & LeVeque 1979. */
const MOMENTS = `
  var<workgroup> lanes: array<vec3<f32>, ${THREADS}>;
  fn combined(a: vec3<f32>, b: vec3<f32>) -> vec3<f32> {
    let count = a.x + b.x;
    let share = b.x / max(count, 1.0);
    let difference = b.y - a.y;
    return vec3<f32>(count, a.y + difference * share, a.z + b.z + difference * difference * a.x * share);
  }`;

const MOMENTS_RESULT = `
  ${acrossRowLanes('vec3<f32>')}
  if (used && local.y == 0u) {
    mean[group.y * channels + c] = total.y;
    spread[group.y * channels + c] = total.z / uniforms.divisor;
  }`;

/** Mean and sum of squared deviations, divided by `divisor`, of every share of x: Welford's recurrence. */
const moments = (lanes: number): Shader => ({
  name: `BatchNormTrain moments ${lanes}`,
  outputs: ['mean', 'spread'],
  inputs: ['x'],
  uniforms: { ...LAYOUT_UNIFORMS, divisor: 'f32' },
  code: `${MOMENTS} ${main(
    lanes,
    `
      var mine = vec3<f32>(0.0);
      ${rowLoop(`
        mine.x += 1.0;
        let deviation = x[i] - mine.y;
        mine.y += deviation / mine.x;
        mine.z += deviation * (x[i] - mine.y);`)}
      ${MOMENTS_RESULT}`,
  )}`,
});

/** The moments of all rows from those of the shares; a share has `count` rows, the last one what is left of `total`. */
const mergedMoments = (lanes: number): Shader => ({
  name: `BatchNormTrain merged moments ${lanes}`,
  outputs: ['mean', 'spread'],
  inputs: ['means', 'spreads'],
  uniforms: { ...LAYOUT_UNIFORMS, divisor: 'f32', count: 'u32', total: 'u32' },
  code: `${MOMENTS} ${main(
    lanes,
    `
      var mine = vec3<f32>(0.0);
      ${rowLoop(`
        let count = min(uniforms.count, uniforms.total - row * uniforms.count);
        mine = combined(mine, vec3<f32>(f32(count), means[i], spreads[i]));`)}
      ${MOMENTS_RESULT}`,
  )}`,
});

const normalise = (lanes: number): Shader => ({
  name: `BatchNormTrain normalise ${lanes}`,
  outputs: ['y'],
  inputs: ['x', 'scale', 'offset', 'mean', 'variance'],
  uniforms: { ...LAYOUT_UNIFORMS, epsilon: 'f32' },
  code: main(
    lanes,
    `
      let k = min(c, channels - 1u);
      let gain = scale[k] / sqrt(variance[k] + uniforms.epsilon);
      let centre = mean[k];
      let shift = offset[k];
      ${rowLoop('y[i] = (x[i] - centre) * gain + shift;')}`,
  ),
});

const SUMS = `
  var<workgroup> lanes: array<vec2<f32>, ${THREADS}>;
  fn combined(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> { return a + b; }`;

const SUMS_RESULT = `
  ${acrossRowLanes('vec2<f32>')}
  if (used && local.y == 0u) {
    dOffset[group.y * channels + c] = total.x;
    dScale[group.y * channels + c] = total.y;
  }`;

/** Of every share, the sums of dy and of dy (x - mean) / sqrt(variance + epsilon). */
const gradientSums = (lanes: number): Shader => ({
  name: `BatchNormTrainGrad sums ${lanes}`,
  outputs: ['dOffset', 'dScale'],
  inputs: ['x', 'dy', 'mean', 'variance'],
  uniforms: { ...LAYOUT_UNIFORMS, epsilon: 'f32' },
  code: `${SUMS} ${main(
    lanes,
    `
      let k = min(c, channels - 1u);
      let centre = mean[k];
      var mine = vec2<f32>(0.0);
      ${rowLoop('mine += vec2<f32>(dy[i], dy[i] * (x[i] - centre));')}
      mine.y /= sqrt(variance[k] + uniforms.epsilon);
      ${SUMS_RESULT}`,
  )}`,
});

const mergedSums = (lanes: number): Shader => ({
  name: `BatchNormTrainGrad merged sums ${lanes}`,
  outputs: ['dOffset', 'dScale'],
  inputs: ['dOffsets', 'dScales'],
  uniforms: LAYOUT_UNIFORMS,
  code: `${SUMS} ${main(
    lanes,
    `
      var mine = vec2<f32>(0.0);
      ${rowLoop('mine += vec2<f32>(dOffsets[i], dScales[i]);')}
      ${SUMS_RESULT}`,
  )}`,
});

const inputGradient = (lanes: number): Shader => ({
  name: `BatchNormTrainGrad input ${lanes}`,
  outputs: ['dx'],
  inputs: ['x', 'dy', 'scale', 'mean', 'variance', 'dScale', 'dOffset'],
  uniforms: { ...LAYOUT_UNIFORMS, epsilon: 'f32' },
  code: main(
    lanes,
    `
      let k = min(c, channels - 1u);
      let inverse = 1.0 / sqrt(variance[k] + uniforms.epsilon);
      let gain = scale[k] * inverse;
      let centre = mean[k];
      let dyMean = dOffset[k] / f32(uniforms.rows);
      let slope = inverse * dScale[k] / f32(uniforms.rows);
      ${rowLoop('dx[i] = gain * (dy[i] - dyMean - (x[i] - centre) * slope);')}`,
  ),
});

/** Runs a shader on a layout; its outputs have a row of channels for every share, or one row, or are a map. */
function runOn(
  runner: ShaderRunner,
  { rows, channels, lanes, shares, rowsOfShare }: Layout,
  shader: (lanes: number) => Shader,
  inputs: tf.TensorInfo[],
  uniforms: Readonly<Record<string, number>>,
  map?: number[],
): tf.TensorInfo[] {
  const shape = map ?? (shares === 1 ? [channels] : [shares, channels]);
  const built = shader(lanes);
  return runner.run({
    shader: built,
    inputs,
    outputShapes: built.outputs.map(() => shape),
    uniforms: { rows, channels, rowsOfShare, ...uniforms },
    workgroups: [Math.ceil(channels / lanes), shares, 1],
  });
}

/** y = scale (x - mean) / sqrt(variance + epsilon) + offset over all but the last axis; returns y, mean and the biased
 *  variance. */
export function batchNormTrain(
  runner: ShaderRunner,
  { x, scale, offset }: { x: tf.TensorInfo; scale: tf.TensorInfo; offset: tf.TensorInfo },
  epsilon: number,
): tf.TensorInfo[] {
  const whole = reduction(x);
  const divided = whole.shares > 1;
  let statistics = runOn(runner, whole, moments, [x], { divisor: divided ? 1 : whole.rows });
  if (divided) {
    const shares = statistics;
    const uniforms = { divisor: whole.rows, count: whole.rowsOfShare, total: whole.rows };
    statistics = runOn(runner, ofShares(whole), mergedMoments, shares, uniforms);
    runner.dispose(shares);
  }
  const inputs = [x, scale, offset, ...statistics];
  return [...runOn(runner, ofMap(whole), normalise, inputs, { epsilon }, x.shape), ...statistics];
}

/** With z = (x - mean) / sqrt(variance + epsilon) over n rows: doffset = sum(dy), dscale = sum(dy z),
 *  dx = scale / sqrt(variance + epsilon) (dy - doffset / n - z dscale / n). */
export function batchNormTrainGradient(
  runner: ShaderRunner,
  inputs: BatchNormGradientInputs,
  epsilon: number,
): tf.TensorInfo[] {
  const { x, dy, scale, mean, variance } = inputs;
  const whole = reduction(x);
  let sums = runOn(runner, whole, gradientSums, [x, dy, mean, variance], { epsilon });
  if (whole.shares > 1) {
    const shares = sums;
    sums = runOn(runner, ofShares(whole), mergedSums, shares, {});
    runner.dispose(shares);
  }
  const [dOffset, dScale] = sums;
  const all = [x, dy, scale, mean, variance, dScale, dOffset];
  const [dx] = runOn(runner, ofMap(whole), inputGradient, all, { epsilon }, x.shape);
  return [dx, dScale, dOffset];
}
