// Eidolons: images taken apart by scale and put together again after every scale was shifted about at random.
import sharp from 'sharp';
import { clippedGrey, type FloatImage, requireImage, toBytes } from './image';
import {
  rememberedFields,
  type Scaling,
  type ShiftField,
  type ShiftFields,
  scalingOf,
  shiftFields,
} from './shiftFields';

export interface EidolonOptions {
  /** Strength: how far structure moves. */
  reach: number;
  /** 1: the shifts of all scales hang together; 0: each scale is shifted on its own; between them a mixture. */
  coherence: number;
  /** Blur, in pixels, of the shifts of scales on their own: the larger, the smoother. Default 10. */
  grain?: number;
  /** Longer side in pixels at which the image is taken apart, and of the result. Default 256, as in the papers. */
  size?: number;
  /** Of the shifts, which are the same for all images of a size. Default 0. */
  seed?: number;
}

/** Partially coherent disarray of the grey image (Koenderink et al. 2017, "Eidolons: Novel stimuli for vision research", as used
 *  by Geirhos et al. 2018). The image is resized first; the result has 8-bit grey values.
 *
 *  Three peculiarities of the papers' code are kept: Gaussians run over line ends (see `circularGaussians`), noise keeps the
 *  amplitude that its blur leaves, and its mean is divided by its deviation before it is subtracted.
 *  Throws on a reach or grain that is not above 0 and a coherence that is not in [0, 1]. */
export async function eidolon(image: FloatImage, options: EidolonOptions): Promise<FloatImage> {
  const { reach, coherence, grain = 10, size = 256, seed = 0 } = options;
  if (!(reach > 0)) throw new Error(`The reach of an eidolon is above 0, got ${reach}.`);
  if (!(grain > 0)) throw new Error(`The grain of an eidolon is above 0, got ${grain}.`);
  if (!(coherence >= 0 && coherence <= 1))
    throw new Error(`The coherence of an eidolon lies in [0, 1], got ${coherence}.`);
  requireImage(image);
  const grey = await resizedGrey(image, size);
  const scaling = scalingOf(grey, true);
  const bytes = moveSlices(grey, scaling, rememberedFields(scaling, coherence, grain, seed), reach);
  return clippedGrey(
    grey.width,
    grey.height,
    Float64Array.from(bytes, (value) => value / 255),
  );
}

/** A grey image, 0 to 255. */
export interface GreyPlane {
  readonly width: number;
  readonly height: number;
  readonly values: ArrayLike<number>;
}

export interface DisarrayOptions {
  reach: number;
  coherence: number;
  grain: number;
  /** A plane of standard normal numbers; asked for the coherent planes of the vertical shifts from fine to coarse, those of the
   *  horizontal shifts, then at each scale the incoherent planes of both. Planes that have no weight are not asked for. */
  normals: (count: number) => Float64Array;
  /** Gaussians over line ends, as in the papers' code. Default true. */
  overLineEnds?: boolean;
}

/** The disarray itself, on bytes. */
export function disarray(image: GreyPlane, options: DisarrayOptions): Uint8Array {
  const { reach, overLineEnds = true } = options;
  const scaling = scalingOf(image, overLineEnds);
  return moveSlices(image, scaling, shiftFields(scaling, options), reach);
}

function moveSlices(
  image: GreyPlane,
  scaling: Scaling,
  [down, right]: ShiftFields,
  reach: number,
): Uint8Array {
  const { side } = scaling;
  const slices = scaleSlices(embed(image, side), scaling);
  const sums = new Float64Array(image.width * image.height);
  for (const [k, slice] of slices.entries()) addMoved(sums, image, slice, side, down[k], right[k], reach);
  return Uint8Array.from(sums, (value) => Math.trunc(Math.min(255, Math.max(0, value))));
}

/** Adds to each pixel what a slice has where the pixel's shift points. */
function addMoved(
  sums: Float64Array,
  image: GreyPlane,
  slice: Float64Array,
  side: number,
  down: ShiftField,
  right: ShiftField,
  reach: number,
): void {
  const { width, height } = image;
  const [top, left] = margins(image, side);
  const last = side - 1;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = (y + top) * side + left; x < width; x++, at++, to++) {
      const row = Math.min(last, Math.max(0, y + top + reach * down[at])) | 0;
      const column = Math.min(last, Math.max(0, x + left + reach * right[at])) | 0;
      sums[to] += slice[row * side + column];
    }
  }
}

/** Above and left of an image in the middle of a square. */
function margins({ width, height }: GreyPlane, side: number): [number, number] {
  return [(side - height) >> 1, (side - width) >> 1];
}

/** Differences of neighbouring scales, and the coarsest scale: they sum to the finest. */
function scaleSlices(image: Float64Array, { deviations, blur }: Scaling): Float64Array[] {
  const scales = blur(image, deviations);
  for (let k = 0; k + 1 < scales.length; k++) {
    const [finer, coarser] = [scales[k], scales[k + 1]];
    for (let i = 0; i < finer.length; i++) finer[i] -= coarser[i];
  }
  return scales;
}

/** The image in the middle of a square, surrounded by its mirror image (the border pixel repeated). */
function embed(image: GreyPlane, side: number): Float64Array {
  const { width, height, values } = image;
  const [top, left] = margins(image, side);
  const square = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    const from = mirrored(row - top, height) * width;
    for (let column = 0; column < side; column++) {
      square[row * side + column] = values[from + mirrored(column - left, width)];
    }
  }
  return square;
}

function mirrored(place: number, size: number): number {
  const period = 2 * size;
  const folded = ((place % period) + period) % period;
  return folded < size ? folded : period - 1 - folded;
}

/** Resized by Lanczos, then grey by ITU-R 601, as the papers' code reads images. */
async function resizedGrey(image: FloatImage, size: number): Promise<GreyPlane> {
  const { width, height, channels, data } = toBytes(image);
  const scale = size / Math.max(width, height);
  const [outWidth, outHeight] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const raw = sharp(data, { raw: { width, height, channels } });
  const resized = scale === 1 ? raw : raw.resize(outWidth, outHeight, { kernel: 'lanczos3', fit: 'fill' });
  const { data: pixels, info } = await resized.raw().toBuffer({ resolveWithObject: true });
  const values = Float64Array.from({ length: outWidth * outHeight }, (_, i) => {
    const at = i * info.channels;
    if (info.channels < 3) return pixels[at];
    return Math.round(0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]);
  });
  return { width: outWidth, height: outHeight, values };
}
