// What a data set of images with depth looks like to the joint training.
import type { ByteImage, ImageSource } from './imageSource';

/** Images, each with a depth map of its own size. */
export interface DepthSource extends ImageSource {
  /** The depth map at an index: one channel, 0 far .. 255 near. Errors name the file. */
  depth(index: number): Promise<ByteImage>;
}
