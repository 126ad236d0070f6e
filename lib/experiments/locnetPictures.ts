// The pictures that a record of LocNet keeps: a few held-out images with their depth and the network's, and Grad-CAM maps of sketches.
import type { ImageSource } from '../data/imageSource';
import type { CamMaps } from '../explain/gradCam';
import type { LocNetPicture, LocNetPictures } from '../results/locnetPictures';
import type { Maps } from '../train/maps';
import type { CamDepth } from './locnetCams';

/** Images of each kind: the first of these classes, in the classes' order. */
const SHOWN = ['airplane', 'bicycle', 'car', 'cat', 'chair', 'elephant'];

export interface PictureSources {
  test: ImageSource;
  sketches: ImageSource;
  depth?: { truth: Maps; painted: Maps };
  cams: Readonly<Record<CamDepth, CamMaps>>;
}

/** All as bytes, row by row, in base64. Painted depth is clamped to 0..1: the AutoEncoder's output is linear. */
export async function picturesOf({ test, sketches, depth, cams }: PictureSources): Promise<LocNetPictures> {
  const shown = SHOWN.map((name) => test.classes.indexOf(name));
  const pictureOf = async (source: ImageSource, index: number): Promise<LocNetPicture> => {
    const { width, height, channels, data } = await source.image(index);
    return { width, height, channels, base64: Buffer.from(data).toString('base64') };
  };
  const mapOf = ({ maps, size }: Maps, index: number): LocNetPicture => greyPicture(maps[index], size, size);
  const camOf = ({ values, width, height }: CamMaps, index: number): LocNetPicture => {
    const pixels = width * height;
    return greyPicture(values.subarray(index * pixels, (index + 1) * pixels), width, height);
  };
  return {
    classes: SHOWN,
    images: await Promise.all(shown.map((index) => pictureOf(test, index))),
    ...(depth === undefined
      ? {}
      : {
          depth: shown.map((index) => mapOf(depth.truth, index)),
          painted: shown.map((index) => mapOf(depth.painted, index)),
        }),
    sketches: await Promise.all(shown.map((index) => pictureOf(sketches, index))),
    camShallow: shown.map((index) => camOf(cams.shallow, index)),
    camDeep: shown.map((index) => camOf(cams.deep, index)),
  };
}

function greyPicture(values: Float32Array, width: number, height: number): LocNetPicture {
  const bytes = Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return { width, height, channels: 1, base64: Buffer.from(bytes).toString('base64') };
}
