// What a model is to training, evaluation, weights and the notebooks.
import type * as tf from '@tensorflow/tfjs';

/** A model as data: enough to build it anew in a worker, from a checkpoint or from a record. */
export interface ModelSpec {
  readonly architecture: string;
  readonly [option: string]: string | number | boolean | null | readonly number[];
}

/** Where the function lies that builds something from its spec. Worker threads make their copies with it, so that no registry
 *  stands between a run and the code that it uses. */
export interface Origin {
  /** From the root of the repository, or absolute; without its ending, e.g. `lib/models/resnet`. */
  readonly module: string;
  /** Name of the exported function. */
  readonly builder: string;
}

/** A weight by its stable, PyTorch-style name, e.g. `layer2.0.conv1.weight`. Layout: convolutions HWIO, dense `[in, out]`. */
export interface NamedWeight {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** Named outputs of a forward pass, e.g. `{ logits: [N, classes] }`. */
export type Outputs = Record<string, tf.Tensor>;

export interface ForwardOptions {
  /** Batch norm normalises by the batch and updates its running statistics. Default false. */
  training?: boolean;
  /** Of what is random in training, such as dropout. Default 0. */
  seed?: number;
}

/** A network over images in NHWC, with named outputs and named weights. */
export interface ImageModel {
  readonly spec: ModelSpec;
  /** Its builder takes `(spec, seed)`. */
  readonly origin: Origin;
  /** The layers, by name: for summaries, Grad-CAM and intermediate activations. */
  readonly network: tf.LayersModel;
  /** Input `[N, H, W, 3]`, normalised. The caller disposes the outputs. */
  forward(images: tf.Tensor4D, options?: ForwardOptions): Outputs;
  /** What the optimizer changes, in a fixed order. */
  parameters(): NamedWeight[];
  /** What is state but not trained (running means and variances), in a fixed order. */
  buffers(): NamedWeight[];
  dispose(): void;
}
