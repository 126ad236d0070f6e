// Watches a training run from a cell: a curve and a progress bar that grow in place.
import type { Callback } from '../train/callbacks';
import { type LiveChart, liveChart } from './liveChart';
import { type ProgressBar, progressBar } from './progressBar';

export interface LiveTrainingOptions {
  /** Over the chart, and before the bar. */
  title: string;
  /** Images of a step; the last step of an epoch may have fewer. */
  batchSize: number;
  /** Images of an epoch. */
  images: number;
}

/** How strongly the plotted loss is smoothed: share of the past in the running mean. */
const SMOOTHING = 0.9;

/** A callback for `train`: loss by step (running mean) and progress with elapsed and remaining time and images a second. */
export function liveTraining({ title, batchSize, images }: LiveTrainingOptions): Callback {
  let chart: LiveChart;
  let bar: ProgressBar;
  let smoothed: number | undefined;
  let imagesAfter: (step: number) => number;
  return {
    onStart({ epochs, stepsPerEpoch, step }) {
      imagesAfter = (steps) =>
        Math.floor(steps / stepsPerEpoch) * images + Math.min((steps % stepsPerEpoch) * batchSize, images);
      chart = liveChart({ title, x: 'step', y: 'loss', series: ['loss'] });
      bar = progressBar({
        total: epochs * images,
        start: imagesAfter(step),
        unit: 'images',
        label: title,
      });
    },
    onStep({ step, loss }) {
      smoothed = smoothed === undefined ? loss : SMOOTHING * smoothed + (1 - SMOOTHING) * loss;
      chart.add(step, { loss: smoothed });
      bar.update(imagesAfter(step));
    },
    async onStop() {
      await chart?.finish();
      bar?.finish();
    },
  };
}
