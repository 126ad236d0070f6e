// Watches a training run from a cell: a curve and a progress bar that grow in place.
import type { Callback } from '../train/callbacks';
import { type LiveChart, liveChart } from './liveChart';
import { type ProgressBar, progressBar } from './progressBar';

export interface LiveTrainingOptions {
  /** Over the chart, and before the bar. */
  title: string;
  /** Images of a step, for the speed. */
  batchSize: number;
}

/** How strongly the plotted loss is smoothed: share of the past in the running mean. */
const SMOOTHING = 0.9;

/** A callback for `train`: loss by step (running mean) and progress with elapsed and remaining time and images a second. */
export function liveTraining({ title, batchSize }: LiveTrainingOptions): Callback {
  let chart: LiveChart;
  let bar: ProgressBar;
  let smoothed: number | undefined;
  return {
    onStart({ epochs, stepsPerEpoch, step }) {
      chart = liveChart({ title, x: 'step', y: 'loss', series: ['loss'] });
      bar = progressBar({
        total: epochs * stepsPerEpoch * batchSize,
        start: step * batchSize,
        unit: 'images',
        label: title,
      });
    },
    onStep({ step, loss }) {
      smoothed = smoothed === undefined ? loss : SMOOTHING * smoothed + (1 - SMOOTHING) * loss;
      chart.add(step, { loss: smoothed });
      bar.update(step * batchSize);
    },
    async onStop() {
      await chart?.finish();
      bar?.finish();
    },
  };
}
