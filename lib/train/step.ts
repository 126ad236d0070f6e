// One training step: gradients of an objective, and an optimizer's update. A loop may own several learners.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../data/batches';
import { disposeAbandonedTape } from '../engine/abandonedTape';
import { explainExhausted } from '../engine/exhausted';
import type { ImageModel } from '../models/model';
import type { LabelledBatch, Objective } from '../objectives/objective';
import type { Optimizer } from '../objectives/optimizer';
import { deriveSeed } from '../random';

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
  /** What the terms weigh at this step, by their names: plain numbers. */
  readonly weights: Readonly<Record<string, number>>;
  /** `[N, classes]`, if the model has an output of this name. */
  readonly logits?: tf.Tensor2D;
}

/** Where in a run a step stands, and what it is told. */
export interface StepSettings {
  readonly learningRate: number;
  /** Steps done before. Default 0. */
  readonly step?: number;
  /** Of what is random in the forward pass, such as dropout; the step takes part in it. Default 0. */
  readonly seed?: number;
}

/** Numbers of one step, on the host. */
export interface StepResult {
  /** Mean over the batch of each term, not weighted. */
  readonly terms: Record<string, number>;
  /** The weights of the terms at this step: the loss is the weighted sum. */
  readonly weights: Readonly<Record<string, number>>;
  /** Images whose largest logit is that of their label. */
  readonly correct: number;
  readonly count: number;
}

/** Forward in training mode (running statistics are updated) and backward over one batch. */
export function computeGradients(
  model: ImageModel,
  objective: Objective,
  batch: LabelledBatch,
  { step = 0, seed = 0 }: Omit<StepSettings, 'learningRate'> = {},
): Gradients {
  const parameters = model.parameters();
  let terms: Record<string, tf.Scalar> = {};
  let logits: tf.Tensor2D | undefined;
  const weights = objective.weights(step);
  const forward = (): tf.Scalar => {
    const outputs = model.forward(batch.images, {
      training: true,
      seed: deriveSeed(seed, 'forward', step),
    });
    terms = objective.terms(outputs, batch);
    for (const term of Object.values(terms)) tf.keep(term);
    if (outputs.logits !== undefined) logits = tf.keep(outputs.logits as tf.Tensor2D);
    return weightedSum(terms, weights);
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
  return { gradients, terms, weights, logits };
}

function weightedSum(terms: Record<string, tf.Scalar>, weights: Readonly<Record<string, number>>): tf.Scalar {
  const weighted = Object.entries(terms).map(([name, term]) =>
    weights[name] === 1 ? term : tf.mul(term, weights[name]),
  );
  return tf.addN(weighted) as tf.Scalar;
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
export function disposeGradients({ gradients, terms, logits }: Omit<Gradients, 'weights'>): void {
  tf.dispose([gradients, terms, logits ?? []]);
}

/** One update of a learner on one batch. Throws, before the weights change, when a term of the loss is not finite, and when the
 *  engine's memory does not suffice, naming the batch. */
export async function trainStep(learner: Learner, batch: Batch, settings: StepSettings): Promise<StepResult> {
  const tensors = labelledBatch(batch);
  let computed: Gradients | undefined;
  try {
    computed = computeGradients(learner.model, learner.objective, tensors, settings);
    const result = await readStep(computed, batch.labels);
    requireFinite(result.terms);
    learner.optimizer.apply(computed.gradients, settings.learningRate);
    return result;
  } catch (error) {
    throw explainExhausted(error, batch.shape);
  } finally {
    tf.dispose({ ...tensors });
    if (computed !== undefined) disposeGradients(computed);
  }
}

/** A batch as tensors: images `[N, H, W, 3]`, labels `[N]` int32, targets `[N, H, W, C]`. The caller disposes them. */
export function labelledBatch({ images, labels, shape, targets = {} }: Batch): LabelledBatch {
  const [count, height, width] = shape;
  return {
    images: tf.tensor4d(images, shape),
    labels: tf.tensor1d(labels, 'int32'),
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, values]) => [
        name,
        tf.tensor4d(values, [count, height, width, values.length / (count * height * width)]),
      ]),
    ),
  };
}

/** The numbers of a step. Asynchronous, because some engines cannot answer at once. */
export async function readStep(
  { terms, weights, logits }: Gradients,
  labels: Int32Array,
): Promise<StepResult> {
  const names = Object.keys(terms);
  const [scores, ...values] = await Promise.all([
    logits?.data() ?? Promise.resolve(new Float32Array()),
    ...names.map((name) => terms[name].data()),
  ]);
  return {
    terms: Object.fromEntries(names.map((name, i) => [name, values[i][0]])),
    weights,
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
