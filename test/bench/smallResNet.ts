// The network that the training benches share: ResNet-18, width 16, 32 px.
import type { Batch } from '../../lib/data/batches';
import { buildModel } from '../../lib/models/build';
import { classification } from '../../lib/objectives/classification';
import { sgd } from '../../lib/objectives/sgd';
import { Random } from '../../lib/random';
import type { Learner } from '../../lib/train/step';

export const WIDTH = 16;
export const SIZE = 32;
export const BATCH = 32;
export const OPTIMIZER = sgd({ momentum: 0.9, weightDecay: 5e-4 });

export interface ResNetOptions {
  activation?: 'none' | 'topk';
  width?: number;
  /** Side of the images in pixels. */
  size?: number;
  stemStride?: number;
}

/** A learner whose model is ResNet-18 at this bench's size, unless another is given. */
export function smallResNet(options: ResNetOptions = {}): Learner {
  const { activation = 'none', width = WIDTH, size = SIZE, stemStride = 1 } = options;
  const spec = {
    architecture: 'resnet18',
    variant: 'paper',
    width,
    inputSize: size,
    classes: 10,
    stemStride,
    activation,
  };
  const model = buildModel(spec, 1);
  return {
    model,
    objective: classification(),
    optimizer: OPTIMIZER.start(model.parameters()),
  };
}

/** A batch of noise. */
export function noiseBatch(size: number = SIZE): Batch {
  const random = new Random(1);
  return {
    images: Float32Array.from({ length: BATCH * size * size * 3 }, () => random.normal()),
    labels: Int32Array.from({ length: BATCH }, (_, i) => i % 10),
    shape: [BATCH, size, size, 3],
  };
}
