// How far Grad-CAM maps of a network spread, in a shallow and in a deep layer.

import * as tf from '@tensorflow/tfjs';
import { testTransform } from '../data/augment';
import { batches } from '../data/batches';
import type { ImageSource } from '../data/imageSource';
import { type CamMaps, gradCam } from '../explain/gradCam';
import { spreadOf } from '../explain/spread';
import type { ImageModel } from '../models/model';
import type { Metric } from '../results/record';
import { mean, meanInterval } from '../results/statistics';
import { labelledBatch } from '../train/step';

/** Ends of the first and the last stage of the encoder: rectified outputs of their last bottlenecks. Spec of LocNet, section 6. */
export const CAM_LAYERS = {
  shallow: { resnet50: 'layer1.2.relu3', locnet: 'down_blocks.0.2.relu3' },
  deep: { resnet50: 'layer4.2.relu3', locnet: 'down_blocks.3.2.relu3' },
} as const;
export type CamDepth = keyof typeof CAM_LAYERS;

export interface CamOptions {
  readonly resize: 'fit' | 'shorter-side';
  readonly signal: AbortSignal;
}

export interface CamMeasurement {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly maps: Readonly<Record<CamDepth, CamMaps>>;
}

/** Maps of every image for its true class, and their spread: `camEntropyShallow`, `camAreaShallow`, `camEntropyDeep`, `camAreaDeep`, means over the
 *  images whose map is not empty, at the layer's own resolution. Leaves no tensors. */
export async function measureCams(
  model: ImageModel,
  source: ImageSource,
  options: CamOptions,
): Promise<CamMeasurement> {
  const shallow = await camsOf(model, source, 'shallow', options);
  const deep = await camsOf(model, source, 'deep', options);
  return {
    metrics: { ...spreadMetrics('Shallow', shallow), ...spreadMetrics('Deep', deep) },
    maps: { shallow, deep },
  };
}

async function camsOf(
  model: ImageModel,
  source: ImageSource,
  depth: CamDepth,
  { resize, signal }: CamOptions,
): Promise<CamMaps> {
  const layers = CAM_LAYERS[depth];
  const layer = model.spec.architecture === 'resnet50' ? layers.resnet50 : layers.locnet;
  const size = model.network.inputs[0].shape[1] as number;
  const transform = testTransform({ size, resize });
  const parts: CamMaps[] = [];
  for await (const batch of batches({ source, transform, batchSize: 32, seed: 0 })) {
    signal.throwIfAborted();
    const { images, labels } = labelledBatch(batch);
    parts.push(await gradCam(model, images, { layer, classes: batch.labels }));
    tf.dispose([images, labels]);
  }
  const values = parts.flatMap((part) => Array.from(part.values));
  return { height: parts[0].height, width: parts[0].width, values: Float32Array.from(values) };
}

function spreadMetrics(where: string, { height, width, values }: CamMaps): Record<string, Metric> {
  const pixels = height * width;
  const spreads = Array.from({ length: values.length / pixels }, (_, image) =>
    spreadOf(values.subarray(image * pixels, (image + 1) * pixels)),
  ).flatMap((spread) => spread ?? []);
  const metric = (numbers: number[]): Metric => ({
    value: numbers.length === 0 ? null : mean(numbers),
    counts: { maps: numbers.length, images: values.length / pixels },
    interval: meanInterval(numbers),
  });
  return {
    [`camEntropy${where}`]: metric(spreads.map(({ entropy }) => entropy)),
    [`camArea${where}`]: metric(spreads.map(({ areaAboveHalf }) => areaAboveHalf)),
  };
}
