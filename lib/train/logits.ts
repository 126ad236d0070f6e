// From pixels to a network's logits: one forward pass, read and checked.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';

/** The logits of a batch, image by image; `shape` is that of the pixels, `[N, H, W, 3]`. Leaves no tensors.
 *
 *  Throws when the model has no output "logits", and on a logit that is not finite; `nameOf` says in words which image of the
 *  batch that was, e.g. `cat3.png of sketch`. */
export async function readLogits(
  model: ImageModel,
  pixels: Float32Array,
  shape: [number, number, number, number],
  nameOf: (image: number) => string,
): Promise<Float32Array> {
  const tensor = tf.tidy(() => {
    const outputs = model.forward(tf.tensor4d(pixels, shape));
    if (outputs.logits === undefined) {
      throw new Error(`The network has no output "logits", only ${Object.keys(outputs).join(', ')}.`);
    }
    return outputs.logits;
  });
  try {
    const logits = (await tensor.data()) as Float32Array;
    requireFinite(logits, logits.length / shape[0], nameOf);
    return logits;
  } finally {
    tensor.dispose();
  }
}

function requireFinite(logits: Float32Array, outputs: number, nameOf: (image: number) => string): void {
  const wrong = logits.findIndex((logit) => !Number.isFinite(logit));
  if (wrong < 0) return;
  throw new Error(
    `The network's answer to ${nameOf(Math.floor(wrong / outputs))} is not a number: a logit is ${logits[wrong]}. Its weights are damaged, or training diverged; evaluate an earlier checkpoint.`,
  );
}
