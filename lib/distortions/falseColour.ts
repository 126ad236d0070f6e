// Opponent colours: red for green, yellow for blue, at the same brightness.
import { DISPLAY_GAMMA } from './displayGamma';
import { type FloatImage, requireImage } from './image';

type Matrix = readonly [Vector, Vector, Vector];
type Vector = readonly [number, number, number];

/** Luminances of the monitor's red, green and blue to the answers of the eye's long, middle and short cones. */
const TO_CONES: Matrix = [
  [0.1619982647, 0.208049264, 0.0389347448],
  [0.0330275785, 0.2496504557, 0.0618343518],
  [0.0015524055, 0.0198861001, 0.1890224274],
];
/** What the cones answer to the background. */
const WHITE_POINT: Vector = [0.20449114, 0.17225619, 0.10523047];
/** Cones to luminance, long minus middle, short minus luminance. */
const TO_OPPONENT: Matrix = [
  [9.27590805, 9.27590805, 0],
  [7.86421647, -9.33587662, 0],
  [-3.39709047, -3.39709047, 12.16230246],
];
/** All of it as one linear map of the monitor's luminances: to opponent axes around the white point, both colours negated, back. */
const TURN = product(
  product(inverse(TO_CONES), inverse(TO_OPPONENT)),
  product(
    [
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, -1],
    ],
    product(TO_OPPONENT, TO_CONES),
  ),
);
/** The luminances that make the white point; they stay. */
const WHITE = multiply(inverse(TO_CONES), WHITE_POINT);
const OFFSET = multiply(TURN, WHITE).map((value, channel) => WHITE[channel] - value);

/** The image with both colour axes of the eye negated and its luminance kept, as far as the monitor can show it.
 *  Values are those of bytes, `k / 255`; grey images count as RGB. The result has 3 channels.
 *  Source: Geirhos et al. 2018 (Derrington-Krauskopf-Lennie space). */
export function falseColour(image: FloatImage): FloatImage {
  requireImage(image);
  const { width, height, channels, data } = image;
  const result = new Float32Array(width * height * 3);
  const [second, third] = channels === 3 ? [1, 2] : [0, 0];
  for (let from = 0, to = 0; to < result.length; from += channels, to += 3) {
    const red = DISPLAY_GAMMA[Math.round(255 * data[from])];
    const green = DISPLAY_GAMMA[Math.round(255 * data[from + second])];
    const blue = DISPLAY_GAMMA[Math.round(255 * data[from + third])];
    for (let channel = 0; channel < 3; channel++) {
      const weights = TURN[channel];
      const light = weights[0] * red + weights[1] * green + weights[2] * blue + OFFSET[channel];
      result[to + channel] = nearestByte(Math.min(1, Math.max(0, light))) / 255;
    }
  }
  return { width, height, channels: 3, data: result };
}

/** Index of the nearest luminance of the monitor; the lower one of equals. */
function nearestByte(luminance: number): number {
  let low = 0;
  let high = DISPLAY_GAMMA.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (DISPLAY_GAMMA[middle] <= luminance) low = middle;
    else high = middle;
  }
  return luminance - DISPLAY_GAMMA[low] <= DISPLAY_GAMMA[high] - luminance ? low : high;
}

function multiply(matrix: Matrix, [x, y, z]: Vector): Vector {
  const along = ([a, b, c]: Vector): number => a * x + b * y + c * z;
  return [along(matrix[0]), along(matrix[1]), along(matrix[2])];
}

function product(a: Matrix, b: Matrix): Matrix {
  const columns = transposed(b);
  const row = (values: Vector): Vector => multiply(columns, values);
  return [row(a[0]), row(a[1]), row(a[2])];
}

function transposed([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  return [
    [a, d, g],
    [b, e, h],
    [c, f, i],
  ];
}

/** By cofactors. */
function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const [A, B, C] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const determinant = a * A + b * B + c * C;
  const over = (value: number): number => value / determinant;
  return [
    [over(A), over(c * h - b * i), over(b * f - c * e)],
    [over(B), over(a * i - c * g), over(c * d - a * f)],
    [over(C), over(b * g - a * h), over(a * e - b * d)],
  ];
}
