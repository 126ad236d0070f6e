// Turns by quarters.
import { greyscale } from './greyscale';
import type { FloatImage } from './image';

export const ROTATION_ANGLES = [0, 90, 180, 270] as const;
export type RotationAngle = (typeof ROTATION_ANGLES)[number];

export interface RotationOptions {
  /** Degrees, counter-clockwise. */
  angle: RotationAngle;
}

/** The grey image, turned; pixels only change places. Throws on other angles. Source: Geirhos et al. 2018. */
export function rotation(image: FloatImage, { angle }: RotationOptions): FloatImage {
  if (!ROTATION_ANGLES.includes(angle)) {
    throw new Error(`Images are turned by ${ROTATION_ANGLES.join(', ')} degrees, not by ${angle}.`);
  }
  const grey = greyscale(image);
  const { width, height, data } = grey;
  const [start, down, right] = steps(angle, width, height);
  const [outWidth, outHeight] = angle === 90 || angle === 270 ? [height, width] : [width, height];
  const turned = new Float32Array(data.length);
  for (let row = 0, to = 0; row < outHeight; row++) {
    for (let column = 0, from = start + row * down; column < outWidth; column++, from += right) {
      turned[to++] = data[from];
    }
  }
  return { width: outWidth, height: outHeight, channels: 1, data: turned };
}

/** Where the turned image's first pixel comes from, and how far from there that below it and that right of it. */
function steps(angle: RotationAngle, width: number, height: number): [number, number, number] {
  switch (angle) {
    case 0:
      return [0, width, 1];
    case 90:
      return [width - 1, -1, width];
    case 180:
      return [height * width - 1, -width, -1];
    case 270:
      return [(height - 1) * width, 1, -width];
  }
}
