// Scenes to pixels: colour, depth and mask.
import { Geometry, LEAST_COVERAGE } from './geometry';
import { boxBlur, clamp } from './raster';
import { type Background, backgroundDepth, type Light, type Scene, type Surface } from './scene';
import { drawnTone, shade } from './shading';
import { SurfaceSampler } from './surface';
import { backgroundGrains, GRAIN_SIZE } from './tiles';

/** Raise it when a change of rendering or of the variants changes pixels: it is in the data set's hash. */
export const RENDERER_VERSION = 1;

/** Where a picture goes; each array may be a part of a larger one. */
export interface Picture {
  /** `size x size x 3`. */
  readonly rgb: Uint8Array;
  /** `size x size`: 0 far .. 255 near. */
  readonly depth: Uint8Array;
  /** `size x size`: coverage by the object, 0..255. */
  readonly mask: Uint8Array;
}

/** Darkest share of the cast shadow. */
const SHADOW = 0.42;
/** Opacity of a pattern over the background. */
const BACKDROP = 0.5;

/** Renders scenes of one size. Its scratch memory is allocated once; nothing is allocated per pixel. */
export class Renderer {
  readonly geometry: Geometry;
  private readonly shadow: Float32Array;
  private readonly scratch: Float32Array;
  private readonly background: Float32Array;

  constructor(readonly size: number) {
    const pixels = size * size;
    this.geometry = new Geometry(size);
    this.shadow = new Float32Array(pixels);
    this.scratch = new Float32Array(pixels);
    this.background = new Float32Array(pixels * 3);
  }

  /** Renders a scene into `picture`. */
  render(scene: Scene, picture: Picture): void {
    this.geometry.warp(scene.drawing, scene.pose);
    this.paintBackground(scene.background, scene.backdrop);
    this.castShadow(scene.light);
    this.paintObject(scene.surface, scene.light, picture.rgb);
    this.writeDepth(scene.background, picture);
  }

  /** Depth and mask only, as `render` makes them. */
  renderShape(scene: Scene, picture: Picture): void {
    this.geometry.warp(scene.drawing, scene.pose);
    this.writeDepth(scene.background, picture);
  }

  /** Wall and floor in the scratch picture `background`, 0..255, without shadow. */
  private paintBackground(background: Background, backdrop?: Surface): void {
    const { size } = this;
    const target = this.background;
    const grain = backgroundGrains()[background.grain];
    const start = Math.floor(background.grainOffset * GRAIN_SIZE);
    const horizon = background.horizon * size;
    const texels = Math.max(1, 128 / size);
    for (let y = 0, i = 0; y < size; y++) {
      const isWall = y < horizon;
      const along = isWall ? y / horizon : (y - horizon) / (size - horizon);
      const [red, green, blue] = isWall ? background.wall : background.floor;
      const brightness = isWall ? 1 - 0.12 * along : 0.85 + 0.2 * along;
      // Grain on the floor grows towards the viewer.
      const step = isWall ? texels : texels / (0.35 + 1.3 * along);
      const row = ((Math.floor(y * step) + start) & (GRAIN_SIZE - 1)) * GRAIN_SIZE;
      for (let x = 0; x < size; x++, i += 3) {
        const speck =
          background.grainStrength * grain[row + ((Math.floor(x * step) + start) & (GRAIN_SIZE - 1))];
        target[i] = red * brightness + speck;
        target[i + 1] = green * brightness + speck;
        target[i + 2] = blue * brightness + speck;
      }
    }
    if (backdrop) this.paintBackdrop(backdrop);
  }

  private paintBackdrop(backdrop: Surface): void {
    const { size } = this;
    const target = this.background;
    const sampler = new SurfaceSampler(backdrop, size);
    for (let y = 0, i = 0; y < size; y++) {
      for (let x = 0; x < size; x++, i += 3) {
        sampler.sample(x, y);
        target[i] += BACKDROP * (sampler.red - target[i]);
        target[i + 1] += BACKDROP * (sampler.green - target[i + 1]);
        target[i + 2] += BACKDROP * (sampler.blue - target[i + 2]);
      }
    }
  }

  /** Darkens the background by the object's blurred mask, moved away from the lamp. */
  private castShadow(light: Light): void {
    const { size } = this;
    const shadow = this.shadow;
    const target = this.background;
    shadow.set(this.geometry.mask);
    boxBlur(shadow, size, Math.max(1, size >> 5), 2, this.scratch);
    const moveX = Math.round(-light.x * size * 0.07);
    const moveY = Math.round(size * 0.03);
    for (let y = 0, i = 0; y < size; y++) {
      const row = clamp(y - moveY, 0, size - 1) * size;
      for (let x = 0; x < size; x++, i += 3) {
        const lit = 1 - SHADOW * shadow[row + clamp(x - moveX, 0, size - 1)];
        target[i] *= lit;
        target[i + 1] *= lit;
        target[i + 2] *= lit;
      }
    }
  }

  /** The textured, lit object over the background. */
  private paintObject(surface: Surface, light: Light, rgb: Uint8Array): void {
    const { size, background } = this;
    const { mask, detail, height } = this.geometry;
    const sampler = new SurfaceSampler(surface, size);
    for (let y = 0, i = 0; y < size; y++) {
      for (let x = 0; x < size; x++, i++) {
        const alpha = mask[i];
        const c = i * 3;
        let red = background[c];
        let green = background[c + 1];
        let blue = background[c + 2];
        if (alpha >= LEAST_COVERAGE) {
          sampler.sample(x, y);
          const brightness = shade(height, size, x, y, light) * drawnTone(detail[i]);
          red += alpha * (clamp(sampler.red * brightness, 0, 255) - red);
          green += alpha * (clamp(sampler.green * brightness, 0, 255) - green);
          blue += alpha * (clamp(sampler.blue * brightness, 0, 255) - blue);
        }
        rgb[c] = clamp(red, 0, 255);
        rgb[c + 1] = clamp(green, 0, 255);
        rgb[c + 2] = clamp(blue, 0, 255);
      }
    }
  }

  /** Depth and mask: the object stands on the floor at its lowest row and rises towards the viewer by its relief. */
  private writeDepth(background: Background, picture: Picture): void {
    const { size } = this;
    const { mask, height, bottom } = this.geometry;
    const stands = Math.max(0.3, backgroundDepth(bottom / size, background.horizon));
    for (let y = 0, i = 0; y < size; y++) {
      const behind = backgroundDepth(y / size, background.horizon);
      for (let x = 0; x < size; x++, i++) {
        const depth = mask[i] > 0.5 ? stands + 0.05 + 0.3 * height[i] : behind;
        picture.depth[i] = Math.round(255 * depth);
        picture.mask[i] = Math.round(255 * mask[i]);
      }
    }
  }
}
