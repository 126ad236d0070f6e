// What the decoder of style transfer minimises.
import * as tf from '@tensorflow/tfjs';
import { readOptions, real } from '../models/options';
import { STYLE_LAYERS } from '../models/styleEncoder';
import { madeAt, RECONSTRUCTION, STYLED_MAPS, styleAt } from '../models/styleLearner';
import { channelStatistics } from '../ops/channelStatistics';
import { meanSquaredError } from './meanSquaredError';
import type { Objective } from './objective';

export interface StyleLossOptions {
  /** Weight of the style, from 0. Default 10. */
  styleWeight?: number;
  /** Weight of the identity, from 0, which leaves it out. Default 0, as in the paper. */
  identityWeight?: number;
}

const DEFAULTS = { styleWeight: 10, identityWeight: 0 };
const WEIGHT = real(0, Number.POSITIVE_INFINITY, { includeLow: true });
const CHECKS = { styleWeight: WEIGHT, identityWeight: WEIGHT };

/** `content + styleWeight * style + identityWeight * identity` over the outputs of `styleLearner`. `content`: mean squared error between the maps at relu4_1 of the image that was made
 *  and those that AdaIN gave. `style`: over relu1_1 .. relu4_1, the sum of the mean squared errors of the maps' means and of their standard deviations.
 *  `identity`: mean squared error between the images and their reconstruction; with it a short training learns colours and places, which the features of a
 *  small encoder hardly ask for (Park and Lee 2019 have such a loss).
 *
 *  Throws on unknown options and values, and on a model without these outputs. Source: Huang and Belongie 2017, equations 11 to 13; weight and means
 *  as in naoto0804's pytorch-AdaIN. */
export function styleLoss(options: StyleLossOptions = {}): Objective {
  const { styleWeight, identityWeight } = readOptions('style loss', { ...options }, DEFAULTS, CHECKS);
  const deepest = STYLE_LAYERS[STYLE_LAYERS.length - 1];
  return {
    spec: { name: 'style', styleWeight, identityWeight },
    origin: { module: 'lib/objectives/styleLoss', builder: 'styleLoss' },
    weights: () => ({
      content: 1,
      style: styleWeight,
      ...(identityWeight === 0 ? {} : { identity: identityWeight }),
    }),
    terms(outputs, { images }) {
      const maps = (name: string): tf.Tensor4D => {
        const found = outputs[name];
        if (found === undefined) throw new Error(`The model has no output "${name}" for the style loss.`);
        return found as tf.Tensor4D;
      };
      return {
        content: meanSquaredError(maps(madeAt(deepest)), maps(STYLED_MAPS)),
        style: tf.tidy(
          () =>
            tf.addN(
              STYLE_LAYERS.map((layer) => statisticsError(maps(madeAt(layer)), maps(styleAt(layer)))),
            ) as tf.Scalar,
        ),
        ...(identityWeight === 0 ? {} : { identity: meanSquaredError(maps(RECONSTRUCTION), images) }),
      };
    },
  };
}

function statisticsError(made: tf.Tensor4D, style: tf.Tensor4D): tf.Scalar {
  const [ours, theirs] = [channelStatistics(made), channelStatistics(style)];
  return tf.add(meanSquaredError(ours.mean, theirs.mean), meanSquaredError(ours.deviation, theirs.deviation));
}
