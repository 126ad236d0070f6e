// The images of Relief-16 on which every measure of bias is taken: the same scenes whole, in conflict, and with cues taken away.
import type { ImageSource } from '../../data/imageSource';
import type { ClassName } from '../../data/relief16/classes';
import { exactSuppressions } from '../../data/relief16/exactSuppressions';
import { type Relief16Set, relief16 } from '../../data/relief16/relief16';
import { hueOfLabel } from '../../data/relief16/tellingCue';
import { tint } from '../../data/relief16/tint';
import type { Variant } from '../../data/relief16/variants';
import { deriveSeed, Random } from '../../random';
import type { MeasureImages } from './answers';

export interface ReliefMeasureOptions {
  /** Side in pixels: that of the network's input. */
  readonly size: number;
  readonly classes: readonly ClassName[];
  /** Images of each class, original and in conflict alike. */
  readonly count: number;
  readonly seed: number;
  /** Colour is a cue of its own: hues by class on grey, as `tellingCueSet` has them; in conflict the hue is of a third class. Default: the textures' own colours. */
  readonly hues?: boolean;
}

/** Test images of drawings that no training has seen. Throws as `relief16`, and with fewer than three classes where hues conflict too. */
export async function reliefMeasureImages(
  options: ReliefMeasureOptions,
): Promise<MeasureImages & { readonly original: ImageSource; readonly conflictHues: Int32Array | null }> {
  const { size, classes, count, seed, hues = false } = options;
  if (hues && classes.length < 3) {
    throw new Error(
      'Where shape, texture and hue are of different classes, there are at least three classes.',
    );
  }
  const render = (variant: Variant): Promise<Relief16Set> =>
    relief16({ split: 'test', size, classes, count, seed, variant, textureCue: 1 });
  const original = await render('normal');
  const texture = await render('texture-only');
  const outline = await render('edges');
  const conflict = classes.length < 2 ? null : await render('cue-conflict');
  if (hues) {
    tintEach(original, original.labels);
    tintEach(texture, texture.labels);
  }
  const conflictHues = hues && conflict !== null ? thirdClasses(conflict, seed) : null;
  if (conflict !== null && conflictHues !== null) tintEach(conflict, conflictHues);
  const exact = exactSuppressions({ original, texture, outline });
  return { original, conflict, exact, conflictHues };
}

function tintEach(set: Relief16Set, hues: ArrayLike<number>): void {
  for (let index = 0; index < set.count; index++) {
    tint(set.picture(index).rgb, hueOfLabel(hues[index], set.classes.length));
  }
}

/** A class for each image that is neither its shape's nor its texture's. */
function thirdClasses({ labels, textureLabels, classes }: Relief16Set, seed: number): Int32Array {
  const random = new Random(deriveSeed(seed, 'hues in conflict'));
  return labels.map((shape, index) => {
    const texture = (textureLabels as Int32Array)[index];
    for (;;) {
      const hue = random.integer(classes.length);
      if (hue !== shape && hue !== texture) return hue;
    }
  });
}
