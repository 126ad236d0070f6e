// One picture under suppressions, to look at.
import type { ByteImage } from '../../data/imageSource';
import { findSuppression, suppress } from '../../distortions/suppressions';
import type { Montage } from '../montage';

/** A picture under each suppression at its middle and at its strongest level, with what each is called. Throws on unknown names, and as `suppress`. */
export function suppressionMontage(picture: ByteImage, names: readonly string[], seed = 0): Montage {
  const shown = names.flatMap((known) => {
    const { name, levels } = findSuppression(known);
    const chosen = new Set([levels[levels.length >> 1], levels[levels.length - 1]]);
    return [...chosen].map((level) => ({ suppression: name, level, seed }));
  });
  return {
    images: shown.map((request) => suppress(picture, request)),
    labels: shown.map(({ suppression, level }) => `${suppression} ${level}`),
  };
}
