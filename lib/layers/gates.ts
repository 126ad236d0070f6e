// Layers in which one half, or one map, decides how much of another passes.
import * as tf from '@tensorflow/tfjs';
import { gatedLinearUnit, swish } from '../ops/gatedLinearUnit';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';

interface Named {
  name?: string;
}

/** The op `gatedLinearUnit` as a layer: `[N, H, W, 2C]` to `[N, H, W, C]`, no weights. */
export class GatedLinearUnit extends ConfiguredLayer<object> {
  static readonly className = 'GatedLinearUnit';

  constructor(args: Named = {}) {
    super(args, {});
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return gatedLinearUnit(singleInput(inputs));
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const shape = singleShape(inputShape);
    return [...shape.slice(0, -1), (shape[3] as number) / 2];
  }
}

/** The op `swish` as a layer: any shape to the same, no weights. */
export class Swish extends ConfiguredLayer<object> {
  static readonly className = 'Swish';

  constructor(args: Named = {}) {
    super(args, {});
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return swish(singleInput(inputs));
  }
}

export interface ChannelGateArgs extends Named {
  /** Whether the gates pass a sigmoid first; without it they are any signed numbers. */
  sigmoid: boolean;
}

/** A map `[N, H, W, C]` times gates `[N, 1, 1, C]`, channel by channel; no weights. */
export class ChannelGate extends ConfiguredLayer<Omit<ChannelGateArgs, 'name'>> {
  static readonly className = 'ChannelGate';

  constructor(args: ChannelGateArgs) {
    super(args, { sigmoid: args.sigmoid });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const [map, gates] = inputs as tf.Tensor[];
    return tf.tidy(() => tf.mul(map, this.args.sigmoid ? tf.sigmoid(gates) : gates));
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    return (inputShape as tf.Shape[])[0];
  }
}

for (const layer of [GatedLinearUnit, Swish, ChannelGate]) tf.serialization.registerClass(layer);
