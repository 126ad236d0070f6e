// Enlargement by repeating pixels as a layer.
import * as tf from '@tensorflow/tfjs';
import { upsampleNearest } from '../ops/upsampleNearest';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';

export interface UpsampleNearestArgs {
  name?: string;
  /** Times as many rows and columns. */
  factor: number;
}

/** The op `upsampleNearest` as a layer: `[N, H, W, C]` to `[N, factor*H, factor*W, C]`, no weights. */
export class UpsampleNearest extends ConfiguredLayer<Omit<UpsampleNearestArgs, 'name'>> {
  static readonly className = 'UpsampleNearest';

  constructor(args: UpsampleNearestArgs) {
    super(args, { factor: args.factor });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return upsampleNearest(singleInput(inputs), this.args.factor);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width, channels] = singleShape(inputShape);
    const along = (side: number | null) => (side === null ? null : side * this.args.factor);
    return [images, along(height), along(width), channels];
  }
}

tf.serialization.registerClass(UpsampleNearest);
