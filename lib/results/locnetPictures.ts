// Pictures beside the records of LocNet: what they hold.

/** Bytes, row by row, in base64. */
export interface LocNetPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly base64: string;
}

/** A few images of each kind, in the order of `classes`. */
export interface LocNetPictures {
  readonly classes: readonly string[];
  /** Held-out images, and of networks that paint depth: the true map and theirs. */
  readonly images: readonly LocNetPicture[];
  readonly depth?: readonly LocNetPicture[];
  readonly painted?: readonly LocNetPicture[];
  /** Sketches, and Grad-CAM maps of them for their class at the resolution of the layer. */
  readonly sketches: readonly LocNetPicture[];
  readonly camShallow: readonly LocNetPicture[];
  readonly camDeep: readonly LocNetPicture[];
}
