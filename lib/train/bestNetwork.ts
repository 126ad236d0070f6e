// The best network of a run in a file of its own: the checkpoint holds the last one.
import * as fs from 'node:fs';
import type { ImageModel } from '../models/model';
import type { Callback, CurveRow } from './callbacks';

export interface BestNetworkOptions {
  /** What is compared after each epoch, from what earlier callbacks measured, e.g. the loss on held-out images. Lowest is best, of equals the earliest. */
  loss: (metrics: CurveRow['metrics']) => number;
  /** Writes the network, whole or not at all. */
  save: (file: string, model: ImageModel) => Promise<void>;
}

/** A callback that replaces `file` after every epoch whose loss is lower than all before. A resumed run compares with the epochs before it.
 *
 *  What chose the best epoch cannot also judge it: accuracy on those same images is too good. Throws when a loss is not finite, naming the epoch,
 *  and when a run is resumed whose best network is gone. */
export function bestNetwork(file: string, { loss, save }: BestNetworkOptions): Callback {
  let lowest = Number.POSITIVE_INFINITY;
  const lossOf = ({ epoch, metrics }: CurveRow): number => {
    const value = loss(metrics);
    if (!Number.isFinite(value)) {
      const measured = Object.keys(metrics).join(', ') || 'nothing';
      throw new Error(
        `The best network is chosen by a loss that is ${value} after epoch ${epoch}; measured: ${measured}.`,
      );
    }
    return value;
  };
  return {
    onStart({ curve }) {
      lowest = Math.min(Number.POSITIVE_INFINITY, ...curve.map(lossOf));
      if (curve.length > 0 && !fs.existsSync(file)) {
        throw new Error(
          `The best network so far is gone, and later ones may all be worse: ${file}. Start afresh, or without it`,
        );
      }
    },
    async onEpoch({ model, row }) {
      const value = lossOf(row);
      if (value >= lowest) return;
      await save(file, model);
      lowest = value;
    },
  };
}
