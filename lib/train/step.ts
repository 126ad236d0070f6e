// One training step: gradients of an objective, and an optimizer's update. A loop may own several learners.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../data/batches';
import { disposeAbandonedTape } from '../engine/abandonedTape';
import { explainExhausted } from '../engine/exhausted';
import type { ImageModel } from '../models/model';
import type { LabelledBatch, Objective } from '../objectives/objective';
import type { Optimizer } from '../objectives/optimizer';

/** What learns: a model, what it minimises, and how it is changed. */
export interface Learner {
  readonly model: ImageModel;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
}

/** Tensors of one forward and backward pass; the caller disposes them (`disposeGradients`). */
export interface Gradients {
  /** By weight name, in the order of `model.parameters()`. */
  readonly gradients: Record<string, tf.Tensor>;
  /** The terms of the loss, by name. */
  readonly terms: Record<string, tf.Scalar>;
  /** `[N, classes]`, if the model has an output of this name. */
  readonly logits?: tf.Tensor2D;
}

/** Numbers of one step, on the host. */
export interface StepResult {
  /** Mean over the batch of each term; the loss is their sum. */
  readonly terms: Record<string, number>;
  /** Images whose largest logit is that of their label. */
  readonly correct: number;
  readonly count: number;
}

/** Forward in training mode (running statistics are updated) and backward over one batch. */
export function computeGradients(model: ImageModel, objective: Objective, batch: LabelledBatch): Gradients {
  const parameters = model.parameters();
  let terms: Record<string, tf.Scalar> = {};
  let logits: tf.Tensor2D | undefined;
  const forward = (): tf.Scalar => {
    const outputs = model.forward(batch.images, { training: true });
    terms = objective.terms(outputs, batch);
    for (const term of Object.values(terms)) tf.keep(term);
    if (outputs.logits !== undefined) logits = tf.keep(outputs.logits as tf.Tensor2D);
    return tf.addN(Object.values(terms)) as tf.Scalar;
  };
  const { value, grads } = releasingOnFailure(
    () =>
      tf.variableGrads(
        forward,
        parameters.map(({ variable }) => variable),
      ),
    () => tf.dispose([terms, logits ?? []]),
  );
  value.dispose();
  const gradients: Record<string, tf.Tensor> = {};
  for (const { name, variable } of parameters) {
    const gradient = grads[variable.name];
    if (gradient == null) {
      disposeGradients({ gradients: grads, terms, logits });
      throw new Error(`The loss does not depend on the weight "${name}": it has no gradient.`);
    }
    gradients[name] = gradient;
  }
  return { gradients, terms, logits };
}

/** Runs a gradient computation; should it throw (memory), all that it holds is freed. */
function releasingOnFailure<T>(compute: () => T, release: () => void): T {
  try {
    return compute();
  } catch (error) {
    disposeAbandonedTape();
    release();
    throw error;
  }
}

/** Frees what `computeGradients` returned. */
export function disposeGradients({ gradients, terms, logits }: Gradients): void {
  tf.dispose([gradients, terms, logits ?? []]);
}

/** One update of a learner on one batch. Throws, before the weights change, when a term of the loss is not finite, and when the
 *  engine's memory does not suffice, naming the batch. */
export async function trainStep(learner: Learner, batch: Batch, learningRate: number): Promise<StepResult> {
  const tensors = labelledBatch(batch);
  let computed: Gradients | undefined;
  try {
    computed = computeGradients(learner.model, learner.objective, tensors);
    const result = await readStep(computed, batch.labels);
    requireFinite(result.terms);
    learner.optimizer.apply(computed.gradients, learningRate);
    return result;
  } catch (error) {
    throw explainExhausted(error, batch.shape);
  } finally {
    tf.dispose([tensors.images, tensors.labels]);
    if (computed !== undefined) disposeGradients(computed);
  }
}

/** A batch as tensors: images `[N, H, W, 3]`, labels `[N]` int32. The caller disposes both. */
export function labelledBatch({ images, labels, shape }: Batch): LabelledBatch {
  return { images: tf.tensor4d(images, shape), labels: tf.tensor1d(labels, 'int32') };
}

/** The numbers of a step. Asynchronous, because some engines cannot answer at once. */
export async function readStep({ terms, logits }: Gradients, labels: Int32Array): Promise<StepResult> {
  const names = Object.keys(terms);
  const [scores, ...values] = await Promise.all([
    logits?.data() ?? Promise.resolve(new Float32Array()),
    ...names.map((name) => terms[name].data()),
  ]);
  return {
    terms: Object.fromEntries(names.map((name, i) => [name, values[i][0]])),
    correct: countCorrect(scores, labels),
    count: labels.length,
  };
}

/** How many rows of `[N, classes]` scores have their largest value at their label; ties go to the lowest index. */
export function countCorrect(scores: ArrayLike<number>, labels: Int32Array): number {
  const classes = scores.length / labels.length;
  let correct = 0;
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (scores[row * classes + c] > scores[row * classes + best]) best = c;
    }
    if (scores.length > 0 && best === labels[row]) correct++;
  }
  return correct;
}

/** Throws when a term of the loss is NaN or infinite. */
export function requireFinite(terms: Record<string, number>): void {
  for (const [name, value] of Object.entries(terms)) {
    if (!Number.isFinite(value)) {
      throw new Error(
        `the loss term "${name}" became ${value}. A lower learning rate usually helps; else look for images or ` +
          'weights that are not finite',
      );
    }
  }
}
