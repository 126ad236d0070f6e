// Any classifier of the benchmark, our own or in ONNX, as the measures ask it.
import { testTransform } from '../../data/augment';
import { batches } from '../../data/batches';
import type { Normalisation } from '../../data/resample';
import type { Classifier } from '../classifier';
import type { Predict } from './answers';
import type { LabelSpace } from './labelSpace';

export interface ClassifierPredictOptions {
  normalisation: Normalisation;
  /** Images a forward pass. Changes memory and speed, not the numbers (up to rounding). Default 64. */
  batchSize?: number;
  /** Checked between batches; an aborted prediction throws the signal's reason. */
  signal?: AbortSignal;
}

/** A classifier's scores in a label space; pictures are made to fit its input. Throws on logits that are not finite, naming image and set. */
export function classifierPredict(
  { answer, inputSize }: Classifier,
  { classes, scores }: LabelSpace,
  { normalisation, batchSize = 64, signal }: ClassifierPredictOptions,
): Predict {
  const transform = testTransform({ size: inputSize, resize: 'fit', normalisation });
  return async (source) => {
    const found = new Float32Array(source.count * classes.length);
    let done = 0;
    for await (const { images, labels } of batches({ source, transform, batchSize, seed: 0 })) {
      signal?.throwIfAborted();
      const { length } = labels;
      const first = done;
      const logits = await answer(images, length, (image) => `image ${first + image} of ${source.name}`);
      const outputs = logits.length / length;
      for (let image = 0; image < length; image++)
        found.set(
          scores(logits.subarray(image * outputs, (image + 1) * outputs)),
          (first + image) * classes.length,
        );
      done += length;
      // Lets interrupts and other threads through.
      await new Promise(setImmediate);
    }
    return found;
  };
}
