// The horizontal gated recurrent unit as a layer: a few steps of recurrence over a map.
import * as tf from '@tensorflow/tfjs';
import { type HgruGate, type HgruWeights, hgruStep, symmetricKernel } from '../ops/hgruCell';
import { deriveSeed, Random } from '../random';
import { constantValues, orthogonalValues, uniformValues } from './initializers';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';
import { type NormVariables, runningNorm } from './runningNorm';

/** What the state is before the first step. */
export type HgruInitialState = 'zeros' | 'random';

export interface HGruArgs {
  name?: string;
  /** Rows and columns of the recurrent kernels, odd. */
  kernelSize: number;
  /** Default 8. */
  steps?: number;
  /** `zeros` (the default): the answer depends on the image alone, not on the batch it is in, and a network read from a file answers alike
   *  everywhere. `random`: a fixed map that follows from the seed, of the deviation that the original draws anew in every call, in evaluation
   *  too: `sqrt(2 / ((C + 1) * H * W))`, some thousandths at usual sizes, so that the two hardly differ. */
  initialState?: HgruInitialState;
  /** The gradient of each recurrent kernel is symmetrised over its channels. Default true, as the original. */
  symmetric?: boolean;
  /** Of the batch norms. Default 1e-3. */
  epsilon?: number;
  /** Share of the new batch in the running statistics. Default 0.1. */
  momentum?: number;
  /** Normalise by the running statistics in training too. Default false. */
  frozen?: boolean;
  /** Of the initial weights, and of a random initial state. Default 0. */
  seed?: number;
}

type Options = Required<Omit<HGruArgs, 'name'>>;

/** Per channel, with their initial values. In PyTorch's files they are `[C, 1, 1]`, so here too. */
const CHANNEL_WEIGHTS = { alpha: 0.1, gamma: 1, kappa: 0.5, w: 0.5, mu: 1 } as const;
type ChannelWeight = keyof typeof CHANNEL_WEIGHTS;
const NORMS_A_STEP = 4;
const INITIAL_SCALE = 0.1;

/** `steps` times `hgruStep`, from the initial state: `[N, H, W, C]` to the last state, of the same shape.
 *
 *  Weights `w_gate_inh`, `w_gate_exc` `[k, k, C, C]`; `alpha`, `gamma`, `kappa`, `w`, `mu` `[C, 1, 1]`; `u1_gate.weight`, `u2_gate.weight`
 *  `[1, 1, C, C]` and their biases `[C]`; four batch norms for every step, `bn.0` to `bn.<4 steps - 1>`, `[C]`. LocNet's own files also hold `n`,
 *  which nothing reads; here it does not exist. Throws on an even kernel size and on steps below 1. */
export class HGru extends ConfiguredLayer<Options> {
  static readonly className = 'HGru';
  private readonly kernels: tf.LayerVariable[] = [];
  private readonly gates: [weight: tf.LayerVariable, bias: tf.LayerVariable][] = [];
  private readonly perChannel = new Map<ChannelWeight, tf.LayerVariable>();
  private readonly norms: NormVariables[] = [];
  private drawn: { key: string; values: Float32Array } | undefined;

  constructor(args: HGruArgs) {
    const { kernelSize, steps = 8, initialState = 'zeros', symmetric = true, seed = 0 } = args;
    const { epsilon = 1e-3, momentum = 0.1, frozen = false } = args;
    for (const [name, value] of Object.entries({ kernelSize, steps })) {
      if (!Number.isInteger(value) || value < 1 || (name === 'kernelSize' && value % 2 === 0)) {
        throw new Error(
          `${name} of HGru is ${name === 'steps' ? 'a' : 'an odd'} whole number from 1, not ${value}.`,
        );
      }
    }
    if (initialState !== 'zeros' && initialState !== 'random') {
      throw new Error(`initialState of HGru is "zeros" or "random", not ${JSON.stringify(initialState)}.`);
    }
    super(args, { kernelSize, steps, initialState, symmetric, epsilon, momentum, frozen, seed });
  }

  protected override addWeights(inputShape: tf.Shape): void {
    const channels = inputShape[3] as number;
    const { kernelSize, steps, seed } = this.args;
    const orthogonal = (name: string) => orthogonalValues(deriveSeed(seed, name));
    for (const name of ['w_gate_inh', 'w_gate_exc']) {
      this.kernels.push(this.trained(name, [kernelSize, kernelSize, channels, channels], orthogonal));
    }
    for (const [name, value] of Object.entries(CHANNEL_WEIGHTS)) {
      const variable = this.trained(name, [channels, 1, 1], () => constantValues(value));
      this.perChannel.set(name as ChannelWeight, variable);
    }
    for (const [name, sign] of [
      ['u1_gate', 1],
      ['u2_gate', -1],
    ] as const) {
      const weight = this.trained(`${name}.weight`, [1, 1, channels, channels], orthogonal);
      this.gates.push([weight, this.trained(`${name}.bias`, [channels], () => this.gateBias(sign))]);
    }
    for (let i = 0; i < NORMS_A_STEP * steps; i++) this.norms.push(this.addNorm(`bn.${i}`, [channels]));
  }

  /** Both gates draw the same numbers, in [1, steps - 1), with opposite signs. The batch norm behind them takes them away again. */
  private gateBias(sign: 1 | -1): ReturnType<typeof uniformValues> {
    const { steps, seed } = this.args;
    return uniformValues(sign, sign * Math.max(1, steps - 1), deriveSeed(seed, 'gate.bias'));
  }

  private addNorm(name: string, shape: tf.Shape): NormVariables {
    const [ones, zeros] = [() => constantValues(1), () => constantValues(0)];
    return {
      scale: this.trained(`${name}.weight`, shape, () => constantValues(INITIAL_SCALE)),
      offset: this.trained(`${name}.bias`, shape, zeros),
      mean: this.buffer(`${name}.running_mean`, shape, zeros),
      variance: this.buffer(`${name}.running_var`, shape, ones),
    };
  }

  override call(inputs: LayerInputs, { training = false }: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    return tf.tidy(() => {
      let state = this.initialState(x);
      for (let step = 0; step < this.args.steps; step++) {
        state = this.step(x, state, step, training as boolean);
      }
      return state;
    });
  }

  /** The state after step `step`, from 0, from the state before it; in training it moves this step's running statistics. */
  step(x: tf.Tensor4D, state: tf.Tensor4D, step: number, training = false): tf.Tensor4D {
    const { epsilon, momentum, frozen } = this.args;
    const options = {
      epsilon,
      momentum,
      training: training && !frozen,
      owner: `The batch norms of ${this.name}`,
    };
    return tf.tidy(() =>
      hgruStep(x, state, this.readWeights(), (map, which) =>
        runningNorm(map, this.norms[NORMS_A_STEP * step + which], options),
      ),
    );
  }

  private readWeights(): HgruWeights {
    const [gate1, gate2] = this.gates.map(
      ([weight, bias]): HgruGate => ({
        kernel: weight.read() as tf.Tensor4D,
        bias: bias.read() as tf.Tensor1D,
      }),
    );
    const [inhibition, excitation] = this.kernels.map((variable) => {
      const kernel = variable.read() as tf.Tensor4D;
      return this.args.symmetric ? symmetricKernel(kernel) : kernel;
    });
    const channel = (name: ChannelWeight) =>
      tf.reshape(this.perChannel.get(name)!.read(), [-1]) as tf.Tensor1D;
    return {
      gate1,
      gate2,
      inhibition,
      excitation,
      alpha: channel('alpha'),
      gamma: channel('gamma'),
      kappa: channel('kappa'),
      omega: channel('w'),
      mu: channel('mu'),
    };
  }

  private initialState(x: tf.Tensor4D): tf.Tensor4D {
    if (this.args.initialState === 'zeros') return tf.zerosLike(x);
    const [images, ...map] = x.shape;
    const values = tf.tensor4d(this.draw(map), [1, map[0], map[1], map[2]]);
    return tf.tile(values, [images, 1, 1, 1]);
  }

  private draw(map: number[]): Float32Array {
    const [height, width, channels] = map;
    const key = map.join();
    if (this.drawn?.key !== key) {
      const random = new Random(deriveSeed(this.args.seed, 'initial state'));
      const deviation = Math.sqrt(2 / ((channels + 1) * height * width));
      const length = height * width * channels;
      this.drawn = { key, values: Float32Array.from({ length }, () => deviation * random.normal()) };
    }
    return this.drawn.values;
  }
}

tf.serialization.registerClass(HGru);
