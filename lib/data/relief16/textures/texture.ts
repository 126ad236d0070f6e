// What a texture is.
import type { Random } from '../../../random';
import type { Field } from '../noise';

/** A texture: `pattern` draws its random parts once and returns the tone in [0, 1] at each point of a tile of period 1;
 *  a palette's colours then run evenly along the tones, from its first colour at 0 to its last at 1. */
export interface Texture {
  readonly name: string;
  readonly palette: readonly string[];
  readonly pattern: (random: Random) => Field;
}
