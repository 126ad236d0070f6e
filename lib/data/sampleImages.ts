// Some images of a source, to look at.
import type { ByteImage, ImageSource } from './imageSource';

/** The first `count` images (default: all). */
export async function sampleImages(source: ImageSource, count: number = source.count): Promise<ByteImage[]> {
  return Promise.all(
    Array.from({ length: Math.min(count, source.count) }, (_, index) => source.image(index)),
  );
}

/** What each image shows: its class, or shape and texture, e.g. `cat, truck`. */
export function cuesOf({ classes, labels, textureLabels }: ImageSource): string[] {
  return Array.from(labels, (label, index) =>
    textureLabels === undefined ? classes[label] : `${classes[label]}, ${classes[textureLabels[index]]}`,
  );
}
