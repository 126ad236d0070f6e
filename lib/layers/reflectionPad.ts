// The mirrored border as a layer.
import * as tf from '@tensorflow/tfjs';
import { reflectionPad } from '../ops/reflectionPad';
import { type Kwargs, type LayerInputs, type LayerShape, singleInput, singleShape } from './layer';

/** `torch.nn.ReflectionPad2d(1)`: `[N, H, W, C]` to `[N, H + 2, W + 2, C]`. */
export class ReflectionPad extends tf.layers.Layer {
  static readonly className = 'ReflectionPad';

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return reflectionPad(singleInput(inputs));
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width, channels] = singleShape(inputShape);
    const along = (side: number | null) => (side === null ? null : side + 2);
    return [images, along(height), along(width), channels];
  }
}

tf.serialization.registerClass(ReflectionPad);
