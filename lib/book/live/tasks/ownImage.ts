// An image of the reader's own, answered by a network of the repository, and where in it the answer comes from.
import * as tf from '@tensorflow/tfjs';
import { testTransform } from '../../../data/augment';
import { IMAGENET_NORMALISATION } from '../../../data/resample';
import { useEngine } from '../../../engine/engine';
import { enlargeMaps, gradCam } from '../../../explain/gradCam';
import { overlay } from '../../../explain/overlay';
import { fromRoot } from '../../../files';
import type { ImageModel } from '../../../models/model';
import { buildResNet18 } from '../../../models/resnet';
import { readSafetensors } from '../../../models/safetensors';
import { loadWeights } from '../../../models/weights';
import { Random } from '../../../random';
import { probabilities } from '../../../train/evaluate';
import { readLogits } from '../../../train/logits';
import type { OwnImageAnswer, OwnImageRequest } from './ownImageRequest';

interface Loaded {
  readonly model: ImageModel;
  readonly classes: readonly string[];
}

const loaded = new Map<string, Loaded>();

/** What a network answers to an image, by the library's own resizing: shorter side to the network's size, then the centre. Throws as
 *  `readSafetensors`, and when the network's answer is not finite. */
export async function explainPicture({ image, network, layer }: OwnImageRequest): Promise<OwnImageAnswer> {
  const { name: engine } = await useEngine({ quiet: true });
  const { model, classes } = loaded.get(network) ?? loadNetwork(network);
  const size = model.network.inputs[0].shape[1] as number;
  const pixels = new Float32Array(size * size * 3);
  testTransform({ size, resize: 'fit' }).apply(image, new Random(0), pixels, 0);
  const logits = await readLogits(model, pixels, [1, size, size, 3], () => 'the image');
  const shares = probabilities({ classes, labels: Int32Array.of(0), logits, outputs: classes.length });
  const order = classes.map((_, index) => index).sort((a, b) => shares[b] - shares[a]);
  const images = tf.tensor4d(pixels, [1, size, size, 3]);
  const maps = await gradCam(model, images, { layer, classes: [order[0]] });
  images.dispose();
  const seen = bytesOf(pixels);
  return {
    engine,
    size,
    seen,
    explained: overlay((await enlargeMaps(maps, size, size)).values, seen),
    logits,
    answers: order.map((index) => ({ name: classes[index], probability: shares[index] })),
  };
}

function loadNetwork(file: string): Loaded {
  const { tensors, metadata } = readSafetensors(fromRoot(file));
  const model = buildResNet18(JSON.parse(metadata.spec), 0);
  loadWeights(model, tensors, file);
  const network = { model, classes: JSON.parse(metadata.classes) as string[] };
  loaded.set(file, network);
  return network;
}

function bytesOf(pixels: Float32Array): Uint8Array {
  const { mean, std } = IMAGENET_NORMALISATION;
  return Uint8Array.from(pixels, (value, i) => Math.round(255 * (value * std[i % 3] + mean[i % 3])));
}
