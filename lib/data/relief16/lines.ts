// Line drawings of a scene: the thin outlines of its geometry, without texture, light or background.
import type { Random } from '../../random';
import { Geometry } from './geometry';
import { triangleWave, valueNoise } from './noise';
import { boxBlur, clamp, smoothstep } from './raster';
import type { Scene } from './scene';
import { drawnTone, shade } from './shading';

/** Lines are found at this multiple of the picture's size and averaged, which keeps them thin and smooth. */
const OVERSAMPLING = 2;
/** Sobel magnitude at which a contrast (object 0.55 + 0.45 detail, background 0) becomes a line. */
const LEAST_CONTRAST = 0.3;
/** Ink of a pixel that a line crosses fully; above 1, because a thin line covers only a part of most pixels. */
const LINE_INK = 1.7;

/** Draws the lines of scenes of one size. */
export class LineArtist {
  private readonly fine: number;
  private readonly geometry: Geometry;
  private readonly tone: Float32Array;
  private readonly gradientX: Float32Array;
  private readonly gradientY: Float32Array;
  private readonly contrast: Float32Array;
  private readonly lines: Float32Array;
  private readonly ink: Float32Array;

  constructor(readonly size: number) {
    this.fine = size * OVERSAMPLING;
    const raster = (): Float32Array => new Float32Array(this.fine * this.fine);
    this.geometry = new Geometry(this.fine);
    this.tone = raster();
    this.gradientX = raster();
    this.gradientY = raster();
    this.contrast = raster();
    this.lines = raster();
    this.ink = raster();
  }

  /** Black contours on white, into `size x size x 3` bytes. */
  edges(scene: Scene, rgb: Uint8Array): void {
    this.findLines(scene);
    this.develop(this.lines, LINE_INK, rgb);
  }

  /** A pencil drawing: wobbly contours drawn twice, hatched shadows, paper grain. */
  sketch(scene: Scene, random: Random, rgb: Uint8Array): void {
    this.findLines(scene);
    this.ink.fill(0);
    this.hatch(scene, random);
    this.stroke(random, 1);
    this.stroke(random, 0.65);
    for (let i = 0; i < this.ink.length; i++) this.ink[i] += random.uniform(0, 0.05);
    this.develop(this.ink, 1, rgb);
  }

  /** Sets `lines` to 1 on the contours of the scene's object and of what is drawn on it, else 0. */
  private findLines(scene: Scene): void {
    this.geometry.warp(scene.drawing, scene.pose);
    const { mask, detail } = this.geometry;
    for (let i = 0; i < mask.length; i++) {
      this.tone[i] = mask[i] * (0.55 + 0.45 * Math.min(1.2, detail[i]));
    }
    boxBlur(this.tone, this.fine, 1, 1, this.ink);
    this.measureContrast();
    this.keepRidges();
  }

  /** Sobel gradient of the tone; 0 on the border, where a neighbour is missing. */
  private measureContrast(): void {
    const { fine, gradientX, gradientY } = this;
    const tone = this.tone;
    for (let y = 1; y < fine - 1; y++) {
      for (let x = 1; x < fine - 1; x++) {
        const i = y * fine + x;
        const descending = tone[i + 1 + fine] - tone[i - 1 - fine];
        const ascending = tone[i + 1 - fine] - tone[i - 1 + fine];
        gradientX[i] = descending + ascending + 2 * (tone[i + 1] - tone[i - 1]);
        gradientY[i] = descending - ascending + 2 * (tone[i + fine] - tone[i - fine]);
        this.contrast[i] = Math.sqrt(gradientX[i] ** 2 + gradientY[i] ** 2);
      }
    }
  }

  /** Non-maximum suppression: a line runs where the contrast is greatest across it. */
  private keepRidges(): void {
    const { contrast, lines } = this;
    for (let i = 0; i < contrast.length; i++) {
      const across = contrast[i] < LEAST_CONTRAST ? 0 : this.stepAcross(i);
      // One of the comparisons is strict, so that a plateau of two pixels makes one line.
      const isRidge = contrast[i] >= contrast[i + across] && contrast[i] > contrast[i - across];
      lines[i] = across !== 0 && isRidge ? 1 : 0;
    }
  }

  /** Offset to the neighbour in the direction of the gradient, in steps of 45 degrees. */
  private stepAcross(i: number): number {
    const x = this.gradientX[i];
    const y = this.gradientY[i];
    const stepX = Math.abs(x) > 0.414 * Math.abs(y) ? Math.sign(x) : 0;
    const stepY = Math.abs(y) > 0.414 * Math.abs(x) ? Math.sign(y) : 0;
    return stepX + stepY * this.fine;
  }

  /** One pass of the pencil along the lines, displaced by a slow wobble, with varying pressure. */
  private stroke(random: Random, strength: number): void {
    const { fine, ink } = this;
    const wobbleX = valueNoise(random, 6, 6);
    const wobbleY = valueNoise(random, 6, 6);
    const pressure = valueNoise(random, 12, 12);
    const reach = 0.028 * fine;
    for (let y = 0, i = 0; y < fine; y++) {
      for (let x = 0; x < fine; x++, i++) {
        if (!this.lines[i]) continue;
        const u = x / fine;
        const v = y / fine;
        const column = clamp(Math.round(x + reach * (wobbleX(u, v) - 0.5)), 0, fine - 1);
        const row = clamp(Math.round(y + reach * (wobbleY(u, v) - 0.5)), 0, fine - 1);
        const j = row * fine + column;
        ink[j] = Math.max(ink[j], strength * (0.9 + 0.7 * pressure(u, v)));
      }
    }
  }

  /** Parallel diagonal strokes where the object is dark: closer to solid, the darker. */
  private hatch(scene: Scene, random: Random): void {
    const { fine, geometry, ink } = this;
    const spacing = Math.max(5, fine / 26);
    const wobble = valueNoise(random, 10, 10);
    for (let y = 0, i = 0; y < fine; y++) {
      for (let x = 0; x < fine; x++, i++) {
        if (geometry.mask[i] < 0.5) continue;
        const tone = shade(geometry.height, fine, x, y, scene.light) * drawnTone(geometry.detail[i]);
        const darkness = clamp(1.05 - tone, 0, 0.9);
        if (darkness < 0.06) continue;
        const line = triangleWave((x + y) / spacing + 0.5 * wobble(x / fine, y / fine));
        ink[i] = 0.55 * smoothstep(1 - 1.2 * darkness, 1.1, line);
      }
    }
  }

  /** Averages ink down to the picture's size and prints it dark on white. */
  private develop(ink: Float32Array, gain: number, rgb: Uint8Array): void {
    const { size, fine } = this;
    for (let y = 0, i = 0; y < size; y++) {
      for (let x = 0; x < size; x++, i += 3) {
        const corner = (y * fine + x) * OVERSAMPLING;
        const coverage = (ink[corner] + ink[corner + 1] + ink[corner + fine] + ink[corner + fine + 1]) / 4;
        rgb.fill(255 * (1 - Math.min(1, gain * coverage)), i, i + 3);
      }
    }
  }
}
