// From a network of layers to an ImageModel.
import * as tf from '@tensorflow/tfjs';
import type { ForwardOptions, ImageModel, ModelSpec, NamedWeight, Origin, Outputs } from './model';

/** Wraps a network that `origin` built and whose outputs are, in order, `outputNames`. The model owns the network: `dispose` frees it.
 *
 *  A weight is called `<layer>.<weight>`, whatever other models exist: TensorFlow.js appends numbers to the names of its
 *  variables when two models share them, these names stay. */
export function imageModel(
  spec: ModelSpec,
  origin: Origin,
  network: tf.LayersModel,
  outputNames: readonly string[],
): ImageModel {
  return {
    spec,
    origin,
    network,
    forward: (images, options) => forward(network, outputNames, images, options),
    parameters: () => namedWeights(network, (layer) => layer.trainableWeights),
    buffers: () => namedWeights(network, (layer) => layer.nonTrainableWeights),
    dispose: () => {
      network.dispose();
    },
  };
}

function forward(
  network: tf.LayersModel,
  outputNames: readonly string[],
  images: tf.Tensor4D,
  { training = false, seed = 0 }: ForwardOptions = {},
): Outputs {
  requireImages(network, images);
  const outputs = tf.tidy(() => network.apply(images, { training, seed }) as tf.Tensor | tf.Tensor[]);
  const list = Array.isArray(outputs) ? outputs : [outputs];
  return Object.fromEntries(outputNames.map((name, i) => [name, list[i]]));
}

/** Throws unless the images `[N, H, W, C]` are of the size that the network takes. */
export function requireImages(network: tf.LayersModel, images: tf.Tensor4D): void {
  const expected = network.inputs[0].shape.slice(1);
  if (images.shape.slice(1).join() !== expected.join()) {
    throw new Error(`The model takes images of shape [N, ${expected.join(', ')}], got [${images.shape}].`);
  }
}

function namedWeights(
  network: tf.LayersModel,
  weightsOf: (layer: tf.layers.Layer) => tf.LayerVariable[],
): NamedWeight[] {
  return network.layers.flatMap((layer) =>
    weightsOf(layer).map((weight) => ({
      name: `${layer.name}.${weight.originalName.split('/').at(-1)}`,
      variable: weight.read() as tf.Variable,
    })),
  );
}
