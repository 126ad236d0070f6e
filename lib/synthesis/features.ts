// The activations of a network that syntheses look at.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { unknownName } from '../suggest';

/** The network up to the named layers, whose outputs it returns. Its layers are the model's, and must not be disposed with it. */
export function featuresOf({ network }: ImageModel, layers: readonly string[]): tf.LayersModel {
  if (layers.length === 0) throw new Error('Name at least one layer whose activations are to agree.');
  const names = network.layers.map(({ name }) => name);
  const outputs = layers.map((name) => {
    if (!names.includes(name)) throw unknownName('layer', name, names);
    const output = outputOf(network, name);
    if (output.shape.length !== 4) {
      throw new Error(
        `The output of the layer "${name}" is [N, ${output.shape.slice(1).join(', ')}], no map [N, H, W, C].`,
      );
    }
    return output;
  });
  return tf.model({ inputs: network.inputs, outputs });
}

/** Of the layer as this network calls it: others may share the layer. */
function outputOf(network: tf.LayersModel, name: string): tf.SymbolicTensor {
  const nodes = Object.values(network.nodesByDepth).flat();
  return nodes.find(({ outboundLayer }) => outboundLayer.name === name)!.outputTensors[0];
}

/** The maps of images `[N, H, W, 3]`, one a layer. Differentiable. */
export function mapsOf(features: tf.LayersModel, images: tf.Tensor4D): tf.Tensor4D[] {
  const maps = features.apply(images) as tf.Tensor4D | tf.Tensor4D[];
  return Array.isArray(maps) ? maps : [maps];
}
