// A chart that grows while something runs.
import type { TopLevelSpec } from 'vega-lite';
import { renderSvg } from '../figures/render';
import { type Display, display, RateLimit } from './display';
import { currentKernel, type MimeBundle } from './kernel';

export interface LiveChartOptions {
  title: string;
  /** Axis title, e.g. `step`. */
  x: string;
  /** Axis title, e.g. `loss`. */
  y: string;
  /** Lines, in the order of their colours. */
  series: readonly string[];
  /** Milliseconds between two drawings. */
  interval?: number;
}

/** A chart on screen. */
export interface LiveChart {
  /** Adds a point to each named line; drawn at once or with a later one. Never throws. */
  add(x: number, values: Readonly<Record<string, number>>): void;
  /** Draws what is still missing. Await it when the work is done or has failed. */
  finish(): Promise<void>;
}

interface Point {
  x: number;
  y: number;
  series: string;
}

/** More points than this are thinned on drawing: a line is some hundred pixels wide. */
const DRAWN_POINTS = 400;

/** Opens a chart that updates in place: SVG in Jupyter and in executed notebooks, lines of text in a terminal. */
export function liveChart({ title, x, y, series, interval = 500 }: LiveChartOptions): LiveChart {
  const points: Point[] = [];
  const inKernel = currentKernel() !== undefined;
  const limit = new RateLimit(inKernel ? interval : 10 * interval);
  let output: Display | undefined;
  let drawing: Promise<void> = Promise.resolve();
  let busy = false;
  let printed = 0;

  const draw = async (): Promise<void> => {
    const drawn = points.length; // more may come while the picture is made
    const bundle: MimeBundle = { 'text/plain': lastValues(points, title, x) };
    if (inKernel) bundle['image/svg+xml'] = await renderSvg(chartSpec(points, { title, x, y, series }));
    if (output) output.update(bundle);
    else output = display(bundle);
    printed = drawn;
  };
  const start = (): Promise<void> => {
    busy = true;
    // A picture that cannot be drawn must not end the training it shows.
    drawing = draw()
      .catch(
        (error: Error) =>
          void process.stderr.write(`The live chart "${title}" was not drawn: ${error.message}\n`),
      )
      .finally(() => {
        busy = false;
      });
    return drawing;
  };
  return {
    add(at, values) {
      for (const name of series) {
        if (Number.isFinite(values[name])) points.push({ x: at, y: values[name], series: name });
      }
      if (points.length > 0 && !busy && limit.ready()) void start();
    },
    async finish() {
      await drawing;
      if (points.length > printed) await start();
    },
  };
}

function lastValues(points: readonly Point[], title: string, x: string): string {
  const last = new Map(points.map((point) => [point.series, point]));
  const at = points.at(-1)?.x;
  const values = [...last.values()].map(({ series, y }) => `${series} ${y.toPrecision(4)}`);
  return `${title}: ${x} ${at}, ${values.join(', ')}`;
}

function chartSpec(points: readonly Point[], { title, x, y, series }: LiveChartOptions): TopLevelSpec {
  const every = Math.ceil(points.length / series.length / DRAWN_POINTS);
  const values = points.filter(
    (_, i) => Math.floor(i / series.length) % every === 0 || i >= points.length - series.length,
  );
  return {
    title,
    width: 480,
    height: 220,
    data: { values },
    mark: { type: 'line', point: values.length <= 2 * series.length },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: x, scale: { zero: false, nice: false } },
      y: { field: 'y', type: 'quantitative', title: y, scale: { zero: false } },
      color: {
        field: 'series',
        type: 'nominal',
        title: null,
        sort: [...series],
        scale: { domain: [...series] },
        legend: series.length > 1 ? {} : null,
      },
    },
  };
}
