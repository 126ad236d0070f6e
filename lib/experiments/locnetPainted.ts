// How well a network of LocNet paints depth, or the image itself, and what its skip connections have to do with it.
import type { TargetName, Transform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import { buildUNet } from '../models/locnet';
import type { ImageModel } from '../models/model';
import { exportWeights, loadWeights } from '../models/weights';
import type { Metric } from '../results/record';
import { mean, meanInterval } from '../results/statistics';
import { type Maps, meanMap, predictMaps, squaredErrors, trueMaps } from '../train/maps';

/** Images a forward pass; maps are exchanged within such a batch. */
const BATCH = 64;

export interface PaintedSources {
  readonly train: ImageSource;
  readonly test: ImageSource;
  /** Makes the maps of both. */
  readonly transform: Transform;
  readonly signal: AbortSignal;
}

export interface PaintedMeasurement {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly truth: Maps;
  readonly painted: Maps;
}

/** Mean squared error of what is painted of held-out images: the network's (`depthError`, or `imageError`), and that of guessing the training
 *  images' mean map (`depthErrorOfMean`). Maps are in 0..1. Intervals are Student's over the images. Leaves no tensors. */
export async function measurePainted(
  model: ImageModel,
  name: TargetName,
  { train, test, transform, signal }: PaintedSources,
): Promise<PaintedMeasurement> {
  const options = { signal, batchSize: BATCH };
  const truth = await trueMaps(test, transform, name, options);
  const painted = await predictMaps(model, test, transform, name, options);
  const guess = await meanMap(train, transform, name, options);
  return {
    metrics: {
      [`${name}Error`]: errorMetric(squaredErrors(painted, truth)),
      [`${name}ErrorOfMean`]: errorMetric(squaredErrors(guess, truth)),
    },
    truth,
    painted,
  };
}

/** The error of the depth of a trained U-Net whose skip connections carry nothing (`depthErrorSkipsZero`) or the maps of another image
 *  (`depthErrorSkipsExchanged`); the latter also measured against the depth of that other image (`depthErrorToOther`): small, where depth
 *  goes by the skips and not by the bottleneck. */
export async function measureSkips(
  model: ImageModel,
  { test, transform, truth, signal }: Omit<PaintedSources, 'train'> & { readonly truth: Maps },
): Promise<Record<string, Metric>> {
  const paintedBy = async (skipAblation: 'zero' | 'exchange'): Promise<Maps> => {
    const ablated = await withSkips(model, skipAblation);
    try {
      return await predictMaps(ablated, test, transform, 'depth', { signal, batchSize: BATCH });
    } finally {
      ablated.dispose();
    }
  };
  const exchanged = await paintedBy('exchange');
  return {
    depthErrorSkipsZero: errorMetric(squaredErrors(await paintedBy('zero'), truth)),
    depthErrorSkipsExchanged: errorMetric(squaredErrors(exchanged, truth)),
    depthErrorToOther: errorMetric(squaredErrors(exchanged, othersOf(truth))),
  };
}

/** A U-Net of the same weights. The caller disposes it. */
export async function withSkips(model: ImageModel, skipAblation: 'zero' | 'exchange'): Promise<ImageModel> {
  const ablated = buildUNet({ ...model.spec, skipAblation }, 0);
  const weights = await exportWeights(model);
  loadWeights(ablated, new Map(weights.map((tensor) => [tensor.name, tensor])));
  return ablated;
}

/** For each image the map of the one whose skips it gets: the next of its batch, the first for the last. */
function othersOf(truth: Maps): Maps {
  const maps = truth.maps.map((_, image) => {
    const start = image - (image % BATCH);
    const count = Math.min(BATCH, truth.maps.length - start);
    return truth.maps[start + ((image - start + 1) % count)];
  });
  return { ...truth, maps };
}

function errorMetric(errors: Float64Array): Metric {
  const values = Array.from(errors);
  return { value: mean(values), counts: { images: values.length }, interval: meanInterval(values) };
}
