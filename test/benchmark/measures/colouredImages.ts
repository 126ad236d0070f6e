// Images whose class is their colour alone, and a network that goes by nothing else.
import type { Predict } from '../../../lib/benchmark/measures/answers';
import type { ByteImage, ImageSource } from '../../../lib/data/imageSource';
import { Random } from '../../../lib/random';

const COLOURS = [
  [200, 60, 60],
  [60, 200, 60],
  [60, 60, 200],
];

/** Noise around the colours of up to three classes; with `textureLabels`, which say nothing of the pixels, where they are given. */
export function colouredImages(
  perClass: number,
  {
    size = 16,
    classes = 3,
    textureLabels,
  }: { size?: number; classes?: number; textureLabels?: Int32Array } = {},
): ImageSource {
  const labels = Int32Array.from({ length: classes * perClass }, (_, image) => image % classes);
  return {
    name: 'coloured',
    classes: ['red', 'green', 'blue'].slice(0, classes),
    count: labels.length,
    labels,
    textureLabels,
    hash: `coloured ${perClass} ${size} ${classes} ${textureLabels}`,
    async image(index): Promise<ByteImage> {
      const random = new Random(index);
      const colour = COLOURS[labels[index]];
      const data = Uint8Array.from({ length: size * size * 3 }, (_, i) => colour[i % 3] + random.integer(40));
      return { width: size, height: size, channels: 3, data };
    },
  };
}

/** Logits are the mean red, green and blue of an image: as many as there are classes. */
export const byMeanColour: Predict = async (source) => {
  const outputs = source.classes.length;
  const logits = new Float32Array(source.count * outputs);
  for (let image = 0; image < source.count; image++) {
    const { data } = await source.image(image);
    for (let i = 0; i < data.length; i++)
      if (i % 3 < outputs) logits[image * outputs + (i % 3)] += data[i] / (data.length / 3);
  }
  return logits;
};
