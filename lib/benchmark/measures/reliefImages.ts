// Relief-16 as the measures show it: drawings that no training has seen, at the size of a network's input.
import type { ClassName } from '../../data/relief16/classes';
import { type Relief16Set, relief16 } from '../../data/relief16/relief16';
import type { Variant } from '../../data/relief16/variants';
import { findDataset } from '../datasets';
import { imagesOfClass } from '../distorted';
import type { MeasureImages } from './answers';

/** Original images of each class: every one of them is shown at every level. */
const ORIGINALS = 20;

export interface ReliefMeasureOptions {
  /** That the network tells apart; two at least. */
  classes: readonly ClassName[];
  /** Side of the network's input in pixels, 8 or more. */
  size: number;
  /** Share of 20 original and 80 cue-conflict images of each class, in (0, 1], rounded up. Default 1. */
  share?: number;
  /** Of drawings, poses and light. Default 0. */
  seed?: number;
}

/** The test split: original images each in its class's texture, and the cue-conflict images of the benchmark, which are the same ones at 64 pixels. Throws as `relief16`. */
export async function reliefMeasureImages({
  classes,
  size,
  share = 1,
  seed = 0,
}: ReliefMeasureOptions): Promise<MeasureImages> {
  const render = (variant: Variant, count: number): Promise<Relief16Set> =>
    relief16({ split: 'test', variant, classes, size, seed, count });
  const original = await render('normal', Math.max(2, Math.ceil(share * ORIGINALS)));
  const conflict = await render('cue-conflict', imagesOfClass(findDataset('cue-conflict'), share));
  return { original, conflict, exact: exactSuppressions(original) };
}

/** None of them is rendered yet. */
function exactSuppressions(_: Relief16Set): MeasureImages['exact'] {
  return {};
}
