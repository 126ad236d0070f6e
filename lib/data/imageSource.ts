// What every data set looks like to training and evaluation.
import type { Distortion } from '../distortions/levels';

/** An image in memory: `height x width x channels` (NHWC without the N), 8 bits a channel, row by row. */
export interface ByteImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** A labelled set of images, decoded or rendered on demand. Index order is fixed; shuffling belongs to the loader. */
export interface ImageSource {
  /** For captions and records, e.g. `relief16/train/normal`. */
  readonly name: string;
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
  readonly count: number;
  /** `count` class indices. For cue-conflict images: the class of the shape. */
  readonly labels: Int32Array;
  /** Cue-conflict images only: `count` class indices of the texture. */
  readonly textureLabels?: Int32Array;
  /** SHA-256 of what determines the images: goes into records. */
  readonly hash: string;
  /** The RGB image at an index. Errors name the file. */
  image(index: number): Promise<ByteImage>;
  /** The depth map of an image, of its size, one channel: 0 far .. 255 near. Only where a set has them. */
  depth?(index: number): Promise<ByteImage>;
  /** Of sets that are distorted as they are read: what to distort and how, so that it can be done in another thread. */
  readonly distorted?: {
    original(index: number): Promise<ByteImage>;
    distortion(index: number): Distortion;
  };
}
