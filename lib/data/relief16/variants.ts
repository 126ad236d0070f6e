// The kinds of stimuli, and how each is made from a scene.
import type { Random } from '../../random';
import { LineArtist } from './lines';
import { type Picture, Renderer } from './render';
import type { Scene, Surface } from './scene';
import { SurfaceSampler } from './surface';

/** The kinds of stimuli.
 *  - `normal`: the object in its class's texture (all of them, or a share: `textureCue`).
 *  - `stylised`: another texture in random colours on the object and over the background.
 *  - `cue-conflict`: the shape of one class in the texture of another.
 *  - `silhouette`: black on white.
 *  - `edges`: thin black contours on white.
 *  - `sketch`: a pencil drawing.
 *  - `texture-only`: nothing but the class's texture.
 *  - `greyscale`: `normal` without colour. */
export const VARIANTS = [
  'normal',
  'stylised',
  'cue-conflict',
  'silhouette',
  'edges',
  'sketch',
  'texture-only',
  'greyscale',
] as const;

export type Variant = (typeof VARIANTS)[number];

/** Depth of a picture that shows a flat texture: a wall halfway. */
const WALL_DEPTH = 128;

/** Makes stimuli of one variant and size. */
export class VariantRenderer {
  private readonly renderer: Renderer;
  private readonly lines: LineArtist;

  constructor(
    readonly variant: Variant,
    readonly size: number,
  ) {
    this.renderer = new Renderer(size);
    this.lines = new LineArtist(size);
  }

  /** Renders into `picture`. Depth and mask are the scene's, whatever is done to its colours; `random` is the pencil's. */
  render(scene: Scene, random: Random, picture: Picture): void {
    if (this.variant === 'texture-only') coverWithTexture(scene.surface, this.size, picture);
    else if (this.variant === 'silhouette' || this.variant === 'edges' || this.variant === 'sketch') {
      this.renderer.renderShape(scene, picture);
      if (this.variant === 'silhouette') silhouette(picture);
      else if (this.variant === 'edges') this.lines.edges(scene, picture.rgb);
      else this.lines.sketch(scene, random, picture.rgb);
    } else {
      this.renderer.render(scene, picture);
      if (this.variant === 'greyscale') greyscale(picture);
    }
  }
}

/** Black where the object covers at least half of a pixel, white elsewhere. */
function silhouette({ rgb, mask }: Picture): void {
  for (let i = 0; i < mask.length; i++) rgb.fill(mask[i] >= 128 ? 0 : 255, i * 3, i * 3 + 3);
}

/** Luminance (ITU-R BT.601) in all three channels. */
function greyscale({ rgb }: Picture): void {
  for (let i = 0; i < rgb.length; i += 3) {
    rgb.fill(Math.round(0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2]), i, i + 3);
  }
}

/** The texture alone, flat and evenly lit; no object. */
function coverWithTexture(surface: Surface, size: number, { rgb, depth, mask }: Picture): void {
  const sampler = new SurfaceSampler(surface, size);
  const colours = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i += 3) {
      sampler.sample(x, y);
      colours[i] = sampler.red;
      colours[i + 1] = sampler.green;
      colours[i + 2] = sampler.blue;
    }
  }
  depth.fill(WALL_DEPTH);
  mask.fill(0);
}
