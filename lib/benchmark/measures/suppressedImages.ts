// Images with one cue suppressed, made from others as they are asked for.
import type { ByteImage, ImageSource } from '../../data/imageSource';
import { type SuppressionRequest, suppress } from '../../distortions/suppressions';
import { sha256 } from '../../files';
import { deriveSeed } from '../../random';

/** The images of a source, in the same order and with the same labels, each suppressed with a seed of its own; the same seed gives the same images.
 *  Depth maps are not kept. Throws on a suppression or a level that does not exist; an image that cannot be suppressed is found when it is asked
 *  for. */
export function suppressedImages(
  source: ImageSource,
  { suppression, level, seed }: SuppressionRequest,
): ImageSource {
  const { name, classes, count, labels, textureLabels } = source;
  return {
    name: `${name}/${suppression}/${level}`,
    classes,
    count,
    labels,
    textureLabels,
    hash: sha256(source.hash, JSON.stringify({ suppression, level, seed })),
    async image(index): Promise<ByteImage> {
      const picture = await source.image(index);
      return suppress(picture, { suppression, level, seed: deriveSeed(seed, suppression, level, index) });
    },
  };
}
