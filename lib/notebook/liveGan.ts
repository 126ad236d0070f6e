// Watches a GAN from a cell: both losses as they grow, and a sheet of images that gets better in place.
import type { ByteImage } from '../data/imageSource';
import { type Display, display } from './display';
import { imageGrid } from './imageGrid';
import { currentKernel, type MimeBundle } from './kernel';
import { type LiveChart, liveChart } from './liveChart';

export interface LiveGanOptions {
  /** Over the chart. */
  title: string;
  /** Images of the generator as it is now; asked for only where they can be shown. */
  samples: () => Promise<readonly ByteImage[]>;
  /** Side in pixels that the images are drawn with. Default 64. */
  size?: number;
}

/** What is read of a row of `trainGan`. */
export interface GanRow {
  readonly iteration: number;
  readonly real: number;
  readonly generated: number;
  readonly generator: number;
}

/** `onRow` for `trainGan`: the hinge losses of both networks, and the images. In a terminal the losses alone. */
export function liveGan({ title, samples, size = 64 }: LiveGanOptions): (row: GanRow) => Promise<void> {
  let chart: LiveChart | undefined;
  let sheet: Display | undefined;
  return async ({ iteration, real, generated, generator }) => {
    chart ??= liveChart({ title, x: 'iteration', y: 'loss', series: ['discriminator', 'generator'] });
    chart.add(iteration, { discriminator: real + generated, generator });
    await chart.finish();
    if (!currentKernel()) return;
    const images = await samples();
    const bundle: MimeBundle = {
      'text/plain': `[${images.length} images after ${iteration} iterations]`,
      'image/png': (await imageGrid(images, { size })).toString('base64'),
    };
    if (sheet) sheet.update(bundle);
    else sheet = display(bundle);
  };
}
