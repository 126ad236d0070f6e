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
  const quarter = angle === 90 || angle === 270;
  const [outWidth, outHeight] = quarter ? [height, width] : [width, height];
  const turned = new Float32Array(data.length);
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      turned[row * outWidth + column] = data[sourceOf(angle, row, column, width, height)];
    }
  }
  return { width: outWidth, height: outHeight, channels: 1, data: turned };
}

function sourceOf(angle: RotationAngle, row: number, column: number, width: number, height: number): number {
  switch (angle) {
    case 0:
      return row * width + column;
    case 90:
      return column * width + (width - 1 - row);
    case 180:
      return (height - 1 - row) * width + (width - 1 - column);
    case 270:
      return (height - 1 - column) * width + row;
  }
}
