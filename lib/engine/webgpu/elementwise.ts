// Kernels that compute every element by itself: the gradient of Relu, the update of stochastic gradient descent, running statistics.
import * as tf from '@tensorflow/tfjs';
import type {
  MomentumAttributes,
  MomentumInputs,
  MovingAverageAttributes,
  MovingAverageInputs,
} from '../kernels';
import { type Shader, type ShaderRunner, spread } from './shaderRunner';

const WORKGROUP = 256;

/** A shader that runs `statement` for every `i` below `uniforms.size`. */
function elementwise(shader: Omit<Shader, 'code'>, statement: string): Shader {
  return {
    ...shader,
    uniforms: { size: 'u32', ...shader.uniforms },
    code: `
      @compute @workgroup_size(${WORKGROUP})
      fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
              @builtin(local_invocation_index) lane: u32) {
        let i = (group.y * groups.x + group.x) * ${WORKGROUP}u + lane;
        if (i < uniforms.size) { ${statement} }
      }`,
  };
}

const RELU_GRADIENT = elementwise(
  { name: 'ReluGrad', outputs: ['dx'], inputs: ['dy', 'y'], uniforms: {} },
  'dx[i] = select(0.0, dy[i], y[i] > 0.0);',
);

const MOMENTUM_UPDATE = elementwise(
  {
    name: 'MomentumUpdate',
    outputs: ['newWeight', 'newVelocity'],
    inputs: ['weight', 'gradient', 'velocity'],
    uniforms: { learningRate: 'f32', momentum: 'f32', weightDecay: 'f32' },
  },
  `let v = uniforms.momentum * velocity[i] + (gradient[i] + uniforms.weightDecay * weight[i]);
   newVelocity[i] = v;
   newWeight[i] = weight[i] - uniforms.learningRate * v;`,
);

const MOVING_AVERAGE = elementwise(
  {
    name: 'MovingAverage',
    outputs: ['average'],
    inputs: ['running', 'batch'],
    uniforms: { kept: 'f32', share: 'f32', factor: 'f32' },
  },
  'average[i] = uniforms.kept * running[i] + uniforms.share * (uniforms.factor * batch[i]);',
);

/** dx = dy where y > 0, else 0. */
export function reluGradient(runner: ShaderRunner, dy: tf.TensorInfo, y: tf.TensorInfo): tf.TensorInfo {
  const size = tf.util.sizeFromShape(y.shape);
  const [dx] = runner.run({
    shader: RELU_GRADIENT,
    inputs: [dy, y],
    outputShapes: [y.shape],
    uniforms: { size },
    workgroups: spread(Math.ceil(size / WORKGROUP)),
  });
  return dx;
}

/** The new weight, weight - learningRate v, and the new velocity, v = momentum velocity + gradient + weightDecay weight. */
export function momentumUpdate(
  runner: ShaderRunner,
  { weight, gradient, velocity }: MomentumInputs,
  { learningRate, momentum, weightDecay }: MomentumAttributes,
): tf.TensorInfo[] {
  const size = tf.util.sizeFromShape(weight.shape);
  return runner.run({
    shader: MOMENTUM_UPDATE,
    inputs: [weight, gradient, velocity],
    outputShapes: [weight.shape, weight.shape],
    uniforms: { size, learningRate, momentum, weightDecay },
    workgroups: spread(Math.ceil(size / WORKGROUP)),
  });
}

/** (1 - share) running + share (factor batch). */
export function movingAverage(
  runner: ShaderRunner,
  { running, batch }: MovingAverageInputs,
  { share, factor }: MovingAverageAttributes,
): tf.TensorInfo {
  const size = tf.util.sizeFromShape(running.shape);
  const [average] = runner.run({
    shader: MOVING_AVERAGE,
    inputs: [running, batch],
    outputShapes: [running.shape],
    uniforms: { size, kept: 1 - share, share, factor },
    workgroups: spread(Math.ceil(size / WORKGROUP)),
  });
  return average;
}
