/// <reference lib="dom" />
// Pixels and maps on canvases.
import type { ByteImage } from '../../../data/imageSource';
import type { ChangedPicture, ReliefRequest } from '../tasks/reliefRequest';
import { make } from './controls';

/** A canvas with a caption, which also is its description. */
export interface Panel {
  readonly figure: HTMLElement;
  /** Shows a picture under a caption. */
  show(picture: ByteImage, caption: string): void;
}

/** A panel of so many CSS pixels. */
export function panel(side: number): Panel {
  const canvas = make('canvas', { width: 1, height: 1 });
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'not drawn yet');
  canvas.style.width = `${side}px`;
  const text = make('figcaption');
  const figure = make('figure', {}, [canvas, text]);
  figure.style.width = `${side}px`;
  return {
    figure,
    show(picture, caption) {
      draw(canvas, picture);
      canvas.setAttribute('aria-label', caption);
      text.textContent = caption;
    },
  };
}

/** Panels side by side. */
export function panelRow(panels: readonly Panel[]): HTMLElement {
  return make(
    'div',
    { className: 'pictures' },
    panels.map(({ figure }) => figure),
  );
}

/** A drawing and what became of it, side by side. */
export function beforeAndAfter(side: number): {
  readonly row: HTMLElement;
  show(pictures: ChangedPicture, drawing: Pick<ReliefRequest, 'className' | 'seed'>, change: string): void;
} {
  const [before, after] = [panel(side), panel(side)];
  return {
    row: panelRow([before, after]),
    show({ original, changed }, { className, seed }, change) {
      before.show(original, `${className}, seed ${seed}`);
      after.show(changed, change);
    },
  };
}

/** Every byte as it is: a canvas that is opaque keeps them. */
function draw(canvas: HTMLCanvasElement, { width, height, channels, data }: ByteImage): void {
  canvas.width = width;
  canvas.height = height;
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++)
      pixels[4 * i + channel] = data[channels === 3 ? 3 * i + channel : i];
    pixels[4 * i + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
}

/** Ends of the scale of maps, as in the figures: blue below zero, red above. */
const [BELOW, ABOVE] = [
  [0x00, 0x72, 0xb2],
  [0xd5, 0x5e, 0x00],
];

/** A map of values as a picture: white at zero, full colour at `largest` on either side. */
export function mapPicture(values: Float32Array, width: number, largest: number): ByteImage {
  const data = new Uint8Array(values.length * 3);
  for (const [i, value] of values.entries()) {
    const end = value < 0 ? BELOW : ABOVE;
    const share = largest === 0 ? 0 : Math.min(1, Math.abs(value) / largest);
    for (let channel = 0; channel < 3; channel++)
      data[3 * i + channel] = Math.round(255 + share * (end[channel] - 255));
  }
  return { width, height: values.length / width, channels: 3, data };
}
