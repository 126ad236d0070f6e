// Top-K behind chosen layers of a network that exists already: its weights stay, its activations are thinned out.
import * as tf from '@tensorflow/tfjs';
import { TopK } from '../layers/topK';
import { selectedCount } from '../ops/topK';
import { unknownName } from '../suggest';
import { imageModel } from './imageModel';
import type { ImageModel, ModelSpec, Origin } from './model';

export interface Sparsity {
  /** Names of layers whose output is a map; Top-K follows each. */
  readonly after: readonly string[];
  /** Share of the positions of each map that pass, in (0, 1]; at least one does. */
  readonly fraction: number;
  /** Pass all others instead. Default false. */
  readonly reverse?: boolean;
}

const SPARSIFIED: Origin = { module: 'lib/models/build', builder: 'buildModel' };

/** The network with Top-K behind each of the named layers. Both share their weights: what changes in one changes in the other, and each is
 *  disposed by itself. Its spec says what was put in, so that it can be saved and loaded.
 *
 *  Throws on a layer that does not exist (naming the nearest), is named twice, or whose output is no map, on a fraction outside (0, 1], and on a network
 *  that has been thinned out already. */
export function sparsified(model: ImageModel, sparsity: Sparsity): ImageModel {
  if (KEYS.some((key) => key in model.spec))
    throw new Error('This network has Top-K put in already: start from the one without.');
  requireMaps(model.network, sparsity);
  const { after, fraction, reverse = false } = sparsity;
  const network = rebuilt(model.network, (layer, output) =>
    after.includes(layer)
      ? (new TopK({ name: `${layer}.topk`, fraction, reverse }).apply(output) as tf.SymbolicTensor)
      : output,
  );
  return imageModel({ ...model.spec, ...writtenIn(sparsity) }, SPARSIFIED, network, outputNamesOf(model));
}

/** How many positions of each map pass, by the layer's name. Throws as `sparsified`. */
export function selectedCounts(model: ImageModel, sparsity: Sparsity): Record<string, number> {
  requireMaps(model.network, sparsity);
  const { fraction } = sparsity;
  const countOf = (name: string): number =>
    tf.tidy(() => selectedCount(tf.zeros([1, ...mapOf(model.network, name)]), { fraction }));
  return Object.fromEntries(sparsity.after.map((name) => [name, countOf(name)]));
}

/** Keys of a spec that `sparsified` adds. */
const KEYS = ['sparseAfter', 'sparseFraction', 'sparseReverse'];

function writtenIn({ after, fraction, reverse = false }: Sparsity): Omit<ModelSpec, 'architecture'> {
  return { sparseAfter: after.join(' '), sparseFraction: fraction, sparseReverse: reverse };
}

/** The two parts of a spec: the network's own, and what is put into it, if anything. Throws when only a part of the latter is there. */
export function splitSpec(spec: ModelSpec): { own: ModelSpec; sparsity?: Sparsity } {
  const given = KEYS.filter((key) => key in spec);
  if (given.length === 0) return { own: spec };
  const { sparseAfter: after, sparseFraction: fraction, sparseReverse: reverse = false, ...own } = spec;
  if (typeof after !== 'string' || typeof fraction !== 'number' || typeof reverse !== 'boolean') {
    throw new Error(
      `Top-K in a spec takes sparseAfter (names of layers, a space between them), sparseFraction (a number) and sparseReverse, got ${JSON.stringify({ after, fraction, reverse })}.`,
    );
  }
  return { own: own as ModelSpec, sparsity: { after: after.split(' '), fraction, reverse } };
}

function requireMaps(network: tf.LayersModel, { after, fraction }: Sparsity): void {
  if (!(fraction > 0 && fraction <= 1)) throw new Error(`Top-K fraction must be in (0, 1], got ${fraction}.`);
  if (after.length === 0) throw new Error('Name at least one layer that Top-K is to follow.');
  const repeated = after.find((name, place) => after.indexOf(name) !== place);
  if (repeated !== undefined) throw new Error(`The layer "${repeated}" is named twice.`);
  for (const name of after) mapOf(network, name);
}

/** Rows, columns and channels of a layer's output. */
function mapOf(network: tf.LayersModel, name: string): [number, number, number] {
  const layer = network.layers.find((each) => each.name === name);
  if (layer === undefined) {
    throw unknownName(
      'layer',
      name,
      network.layers.map((each) => each.name),
    );
  }
  const shape = layer.outputShape as tf.Shape;
  if (shape.length !== 4) {
    throw new Error(
      `Top-K follows maps [N, H, W, C]; the output of the layer "${name}" is [N, ${shape.slice(1).join(', ')}].`,
    );
  }
  return shape.slice(1) as [number, number, number];
}

/** The same layers, called once more from a new input on; `behind` may put something behind each output. */
function rebuilt(
  network: tf.LayersModel,
  behind: (layer: string, output: tf.SymbolicTensor) => tf.SymbolicTensor,
): tf.LayersModel {
  const [images] = network.inputs;
  const input = tf.input({ shape: images.shape.slice(1), name: 'images' });
  const made = new Map<tf.SymbolicTensor, tf.SymbolicTensor>([[images, input]]);
  const remake = (tensor: tf.SymbolicTensor): tf.SymbolicTensor => {
    const known = made.get(tensor);
    if (known !== undefined) return known;
    const { sourceLayer, nodeIndex } = tensor;
    const inputs = sourceLayer.inboundNodes[nodeIndex].inputTensors.map(remake);
    const output = sourceLayer.apply(inputs.length === 1 ? inputs[0] : inputs) as tf.SymbolicTensor;
    const last = behind(sourceLayer.name, output);
    made.set(tensor, last);
    return last;
  };
  return tf.model({ inputs: input, outputs: network.outputs.map(remake) });
}

/** A network of one output is a classifier; of several the forward pass knows the names. */
function outputNamesOf(model: ImageModel): string[] {
  if (model.network.outputs.length === 1) return ['logits'];
  return tf.tidy(() => {
    const shape = model.network.inputs[0].shape.slice(1) as [number, number, number];
    return Object.keys(model.forward(tf.zeros([1, ...shape])));
  });
}
