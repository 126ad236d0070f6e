// The Top-K mask: of every map the k largest magnitudes.
import type * as tf from '@tensorflow/tfjs';
import type { Shader, ShaderRunner } from './shaderRunner';

const LANES = 16;
const STRETCHES = 16;
/** Of a magnitude as a number: the bits of a float without its sign. */
const HIGHEST_BIT = 30;

/** A map is one channel of one image; a workgroup takes 16 channels of an image, each of 16 threads a stretch of the positions.
 *  The k-th largest magnitude is found bit by bit: positive floats are ordered as their bits are. */
const SHADER: Shader = {
  name: 'TopKMask',
  outputs: ['mask'],
  inputs: ['x'],
  uniforms: { positions: 'u32', channels: 'u32', k: 'u32' },
  code: `
    var<workgroup> counts: array<u32, ${LANES * STRETCHES}>;
    fn magnitude(i: u32) -> u32 { return bitcast<u32>(x[i]) & 0x7fffffffu; }
    @compute @workgroup_size(${LANES}, ${STRETCHES})
    fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>,
            @builtin(local_invocation_index) lane: u32) {
      let c = group.x * ${LANES}u + local.x;
      let length = (uniforms.positions + ${STRETCHES - 1}u) / ${STRETCHES}u;
      let first = local.y * length;
      let end = select(0u, min(first + length, uniforms.positions), c < uniforms.channels);
      let start = group.y * uniforms.positions * uniforms.channels + c;
      var threshold = 0u;
      for (var bit = ${HIGHEST_BIT}; bit >= 0; bit--) {
        let candidate = threshold | (1u << u32(bit));
        var mine = 0u;
        for (var p = first; p < end; p++) {
          if (magnitude(start + p * uniforms.channels) >= candidate) { mine++; }
        }
        counts[lane] = mine;
        workgroupBarrier();
        var count = 0u;
        for (var i = 0u; i < ${STRETCHES}u; i++) { count += counts[i * ${LANES}u + local.x]; }
        workgroupBarrier();
        if (count >= uniforms.k) { threshold = candidate; }
      }
      var above = 0u;
      var equal = 0u;
      for (var p = first; p < end; p++) {
        let value = magnitude(start + p * uniforms.channels);
        if (value > threshold) { above++; }
        if (value == threshold) { equal++; }
      }
      counts[lane] = above;
      workgroupBarrier();
      var left = uniforms.k;
      for (var i = 0u; i < ${STRETCHES}u; i++) { left -= counts[i * ${LANES}u + local.x]; }
      workgroupBarrier();
      counts[lane] = equal;
      workgroupBarrier();
      var before = 0u;
      for (var i = 0u; i < local.y; i++) { before += counts[i * ${LANES}u + local.x]; }
      for (var p = first; p < end; p++) {
        let i = start + p * uniforms.channels;
        let value = magnitude(i);
        var passes = value > threshold;
        if (value == threshold) {
          passes = before < left;
          before++;
        }
        mask[i] = select(0.0, 1.0, passes);
      }
    }`,
};

/** 1 at the k largest |x| of every image and channel of x [N, H, W, C], ties to the lowest position, else 0. */
export function topKMask(runner: ShaderRunner, x: tf.TensorInfo, k: number): tf.TensorInfo {
  const [images, height, width, channels] = x.shape;
  const [mask] = runner.run({
    shader: SHADER,
    inputs: [x],
    outputShapes: [x.shape],
    uniforms: { positions: height * width, channels, k },
    workgroups: [Math.ceil(channels / LANES), images, 1],
  });
  return mask;
}
