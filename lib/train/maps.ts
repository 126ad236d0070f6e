// What a model paints of images, and how far that is from the maps it should have painted.
import * as tf from '@tensorflow/tfjs';
import type { TargetName, TargetTransform, Transform } from '../data/augment';
import type { Batch } from '../data/batches';
import type { ImageSource } from '../data/imageSource';
import type { ImageModel } from '../models/model';
import { evaluationBatches, type PredictOptions } from './evaluate';

/** Maps of every image of a source, `size x size x channels` floats each. */
export interface Maps {
  readonly name: TargetName;
  readonly size: number;
  readonly channels: number;
  readonly maps: readonly Float32Array[];
}

/** What the model paints of every image, in the source's order. Values are the model's own: a linear output may leave 0..1. Leaves no
 *  tensors. Throws when the model does not paint this, and on values that are not finite, naming the image. */
export async function predictMaps(
  model: ImageModel,
  source: ImageSource,
  transform: Transform,
  name: TargetName,
  options: PredictOptions = {},
): Promise<Maps> {
  const maps: Float32Array[] = [];
  let channels = 1;
  for await (const batch of evaluationBatches(source, transform, options)) {
    const painted = await paint(model, batch, name);
    channels = painted.length / (batch.shape[0] * transform.size ** 2);
    for (const map of perImage(painted, batch)) {
      if (!map.every(Number.isFinite)) {
        throw new Error(`The network's ${name} of image ${maps.length} of ${source.name} is not a number.`);
      }
      maps.push(map);
    }
  }
  return { name, size: transform.size, channels, maps };
}

/** The true maps of every image. Throws when the transform has no such target or the source no such maps. */
export async function trueMaps(
  source: ImageSource,
  transform: Transform,
  name: TargetName,
  options: PredictOptions = {},
): Promise<Maps> {
  const { channels } = targetOf(transform, name);
  const maps: Float32Array[] = [];
  for await (const batch of evaluationBatches(source, transform, options)) {
    maps.push(...perImage(batch.targets?.[name] as Float32Array, batch));
  }
  return { name, size: transform.size, channels, maps };
}

/** The mean over the true maps of all images: what to guess without looking. Throws as `trueMaps`. */
export async function meanMap(
  source: ImageSource,
  transform: Transform,
  name: TargetName,
  options: PredictOptions = {},
): Promise<Float32Array> {
  const mean = new Float32Array(transform.size ** 2 * targetOf(transform, name).channels);
  for await (const batch of evaluationBatches(source, transform, options)) {
    for (const map of perImage(batch.targets?.[name] as Float32Array, batch)) {
      for (let i = 0; i < mean.length; i++) mean[i] += map[i] / source.count;
    }
  }
  return mean;
}

/** Mean squared error of each map. A single guess stands for all images. */
export function squaredErrors(guesses: Maps | Float32Array, { maps }: Maps): Float64Array {
  return Float64Array.from(maps, (map, image) => {
    const guess = guesses instanceof Float32Array ? guesses : guesses.maps[image];
    let sum = 0;
    for (let i = 0; i < map.length; i++) sum += (guess[i] - map[i]) ** 2;
    return sum / map.length;
  });
}

function targetOf({ targets }: Transform, name: TargetName): TargetTransform {
  const target = targets?.[name];
  if (target === undefined) throw new Error(`The transform makes no maps "${name}".`);
  return target;
}

async function paint(model: ImageModel, { images, shape }: Batch, name: TargetName): Promise<Float32Array> {
  const tensor = tf.tidy(() => {
    const outputs = model.forward(tf.tensor4d(images, shape));
    if (outputs[name] === undefined) {
      throw new Error(`The network paints no ${name}: its outputs are ${Object.keys(outputs).join(', ')}.`);
    }
    return outputs[name];
  });
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
}

function perImage(values: Float32Array, { shape: [count] }: Batch): Float32Array[] {
  const each = values.length / count;
  return Array.from({ length: count }, (_, image) => values.slice(image * each, (image + 1) * each));
}
