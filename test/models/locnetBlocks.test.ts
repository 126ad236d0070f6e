// The blocks of LocNet's decoder against the authors' own, in evaluation and in one training pass.
import * as tf from '@tensorflow/tfjs';
import type { BlockContext } from '../../lib/models/blocks';
import { bridge, convBlock, upBlock } from '../../lib/models/decoder';
import { imageModel } from '../../lib/models/imageModel';
import type { ImageModel } from '../../lib/models/model';
import { loadWeights, type StoredTensor } from '../../lib/models/weights';
import { onEngines } from '../onEngines';
import { assertClose, fixture, type ReferenceArray, toTensor } from '../reference';

interface BlockFixture {
  state_dict: Record<string, ReferenceArray>;
  inputs: (ReferenceArray | null)[];
  eval_output: ReferenceArray;
  train_output: ReferenceArray;
  loss_weight: ReferenceArray;
  running_stats_after_train: Record<string, ReferenceArray>;
  grads: Record<string, ReferenceArray>;
  grad_inputs: (ReferenceArray | null)[];
}

type Build = (x: tf.SymbolicTensor, context: BlockContext, skip?: tf.SymbolicTensor) => tf.SymbolicTensor;

const BLOCKS: Readonly<Record<string, Build>> = {
  convblock_k3: (x, context) => convBlock(x, '', { filters: 5 }, context),
  convblock_k3_s2_linear: (x, context) =>
    convBlock(x, '', { filters: 6, stride: 2, rectify: false }, context),
  convblock_k1: (x, context) => convBlock(x, '', { filters: 3, kernelSize: 1 }, context),
  bridge: (x, context) => bridge(x, 'bridge.', 6, context),
  bridge_4_8: (x, context) => bridge(x, 'bridge.', 8, context),
  upblock_noskip: (x, context) => upBlock(x, '', { filters: 4 }, context),
  upblock_skip: (x, context, skip) => upBlock(x, '', { filters: 4, skip }, context),
  upblock_skip_uneven: (x, context, skip) => upBlock(x, '', { filters: 4, skip }, context),
  upblock_bilinear_noskip: (x, context) => upBlock(x, '', { filters: 4, upsampling: 'bilinear' }, context),
};

for (const [name, build] of Object.entries(BLOCKS)) {
  const reference = fixture<BlockFixture>(`locnet/${name}.json`);
  onEngines(`${name} equals the reference`, () => {
    const block = referenceBlock(reference, build);
    tf.tidy(() => {
      const inputs = present(reference.inputs).map((input) => toTensor(input));
      const forward = (training: boolean, ...x: tf.Tensor[]): tf.Tensor =>
        block.network.apply(x.length === 1 ? x[0] : x, { training }) as tf.Tensor;
      assertClose(forward(false, ...inputs), toTensor(reference.eval_output), 'evaluation');

      const weight = toTensor(reference.loss_weight);
      const parameters = block.parameters();
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.mul(forward(true, ...inputs), weight)) as tf.Scalar,
        parameters.map(({ variable }) => variable),
      );
      for (const { name: of, variable } of block.buffers()) {
        assertClose(variable, toTensor(reference.running_stats_after_train[of]), of);
      }
      for (const { name: of, variable } of parameters) {
        assertClose(grads[variable.name], toTensor(reference.grads[of], 'weight'), `gradient of ${of}`, 5e-5);
      }
      assertClose(forward(true, ...inputs), toTensor(reference.train_output), 'training');
      const ofInputs = tf.grads((...x: tf.Tensor[]) => forward(true, ...x))(inputs, weight);
      for (const [i, expected] of present(reference.grad_inputs).entries()) {
        assertClose(ofInputs[i], toTensor(expected), `gradient of input ${i}`, 5e-5);
      }
    });
    block.dispose();
  });
}

function present<T>(list: readonly (T | null)[]): T[] {
  return list.filter((entry): entry is T => entry !== null);
}

function referenceBlock({ state_dict, inputs }: BlockFixture, build: Build): ImageModel {
  const [x, skip] = present(inputs).map(({ shape: [, channels, height, width] }) =>
    tf.input({ shape: [height, width, channels] }),
  );
  const outputs = build(x, { seed: 0 }, skip);
  const network = tf.model({ inputs: skip === undefined ? x : [x, skip], outputs });
  const origin = { module: __filename, builder: 'build' };
  const block = imageModel({ architecture: 'block' }, origin, network, ['y']);
  const stored = Object.entries(state_dict).map(([name, { shape, data }]): [string, StoredTensor] => [
    name,
    { name, shape, data: Float32Array.from(data) },
  ]);
  loadWeights(block, new Map(stored));
  return block;
}
