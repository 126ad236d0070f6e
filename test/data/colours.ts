// A source of small coloured images that can be learnt at a glance.
import type { ImageSource } from '../../lib/data/imageSource';
import { sha256 } from '../../lib/files';
import { deriveSeed, Random } from '../../lib/random';

/** `count` noisy images whose brightest channel is their class: red, green, blue in turn. */
export function colours(count: number, size = 8, seed = 1): ImageSource {
  return {
    name: 'colours',
    classes: ['red', 'green', 'blue'],
    count,
    labels: Int32Array.from({ length: count }, (_, index) => index % 3),
    hash: sha256('colours', `${count} ${size} ${seed}`),
    async image(index) {
      const random = new Random(deriveSeed(seed, index));
      const data = Uint8Array.from(
        { length: size * size * 3 },
        (_, i) => random.integer(150) + (i % 3 === index % 3 ? 105 : 0),
      );
      return { width: size, height: size, channels: 3, data };
    },
  };
}
