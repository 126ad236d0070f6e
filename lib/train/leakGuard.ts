// A training run must not gather tensors: a leak of one a step fills an engine's memory within the hour.
import * as tf from '@tensorflow/tfjs';

/** Compares the number of live tensors. It may rise in the first step (optimizers make their state then) and by what
 *  callbacks keep after the first epoch, never later. */
export class LeakGuard {
  private allowed: number | undefined;
  private settled = false;

  /** Call after every step. */
  afterStep(): void {
    this.allowed ??= tf.memory().numTensors;
  }

  /** Call after the last step of an epoch. Throws, naming the counts, when tensors were gathered. */
  beforeCallbacks(epoch: number, steps: number): void {
    const found = tf.memory().numTensors;
    if (this.allowed !== undefined && found > this.allowed) {
      throw new Error(
        `tensors leak: ${this.allowed} were alive before and ${found} are after epoch ${epoch} (${steps} steps). ` +
          'A loss, a layer or a callback keeps tensors that it should dispose',
      );
    }
  }

  /** Call after the callbacks of an epoch. */
  afterCallbacks(): void {
    if (!this.settled) this.allowed = tf.memory().numTensors;
    this.settled = true;
  }
}
