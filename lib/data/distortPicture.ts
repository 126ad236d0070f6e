// A picture of a parametric data set of the benchmark, made from an undistorted one.
import { fromBytes, toBytes } from '../distortions/image';
import { type Distortion, distort } from '../distortions/levels';
import type { ByteImage } from './imageSource';

/** A distorted picture as it would be read from a file. Whoever distorts one after the other lends `memory` for a picture's
 *  values: fresh memory for each would take longer than most distortions. */
export async function distortPicture(
  picture: ByteImage,
  { set, condition, seed }: Distortion,
  memory?: Float32Array,
): Promise<ByteImage> {
  return toBytes(await distort(fromBytes(picture, memory), set, condition, seed));
}
