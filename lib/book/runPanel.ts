// What the panel of a run shows: its record in words, and what sets it apart from its neighbours.
import type { TopLevelSpec } from 'vega-lite';
import { SCHEMA } from '../figures/figure';
import { theme } from '../figures/theme';
import type { JsonObject, Metric, RunRecord } from '../results/record';

/** Everything as text: the browser only lays it out. */
export interface RunPanel {
  readonly title: string;
  readonly facts: readonly (readonly [string, string])[];
  /** What not all runs of the experiment and profile have in common. */
  readonly differs: readonly (readonly [string, string])[];
  readonly metrics: readonly (readonly string[])[];
  readonly curves: TopLevelSpec | null;
  readonly command: string;
  readonly files: readonly { readonly name: string; readonly address: string; readonly bytes: string }[];
}

/** `neighbours` are all runs of the same experiment and profile; `folder` is where the book keeps their files. */
export function runPanel(record: RunRecord, neighbours: readonly RunRecord[], folder: string): RunPanel {
  const { cell, engine, machine, dataName } = record;
  return {
    title: cell.id,
    facts: [
      ['experiment', `${record.experiment}, profile ${record.profile}`],
      ['day', `${record.date}, ${record.seconds} s`],
      [
        'engine',
        `${engine.name} (TensorFlow.js ${engine.version}), ${record.workers} ${record.workers === 1 ? 'worker' : 'workers'}`,
      ],
      ['machine', `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`],
      ['data', `${dataName}, ${short(record.dataHash)}`],
      ['code, configuration', `${short(record.codeHash)}, ${short(record.configHash)}`],
    ],
    differs: differences(record, neighbours),
    metrics: Object.entries(record.metrics).map(([name, metric]) => metricRow(name, metric)),
    curves: curvesSpec(record.curves),
    command: record.command,
    files: [
      { name: 'record', address: `${folder}/${cell.id}.json`, bytes: 'JSON' },
      ...record.artifacts.map(({ file, bytes }) => ({
        name: file,
        address: `${folder}/${file}`,
        bytes: `${Math.max(1, Math.round(bytes / 1000))} kB`,
      })),
    ],
  };
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

/** Leaves of cell and configuration that differ somewhere among the neighbours. */
function differences(record: RunRecord, neighbours: readonly RunRecord[]): [string, string][] {
  const all = neighbours.map(leavesOf);
  return [...leavesOf(record)].filter(([name, value]) => all.some((other) => other.get(name) !== value));
}

const known = new WeakMap<RunRecord, ReadonlyMap<string, string>>();

/** Each is a neighbour of many. */
function leavesOf(record: RunRecord): ReadonlyMap<string, string> {
  const { id: _, ...axes } = record.cell;
  const found =
    known.get(record) ?? new Map([...leaves(axes as JsonObject, ''), ...leaves(record.config, '')]);
  known.set(record, found);
  return found;
}

function leaves(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

function metricRow(name: string, { value, interval, counts }: Metric): string[] {
  return [
    name,
    value === null ? 'undefined' : digits(value),
    interval === null ? '' : interval.map(digits).join(' to '),
    Object.entries(counts)
      .map(([what, count]) => `${what} ${digits(count)}`)
      .join(', '),
  ];
}

function digits(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** Each curve over epochs or iterations, a small panel each. */
function curvesSpec(curves: RunRecord['curves']): TopLevelSpec | null {
  const time = ['epoch', 'iteration'].find((name) => name in curves);
  const names = Object.keys(curves).filter((name) => name !== time);
  if (time === undefined || curves[time].length < 2 || names.length === 0) return null;
  const values = names.flatMap((curve) =>
    curves[curve].map((value, i) => ({ curve, [time]: curves[time][i], value })),
  );
  return {
    $schema: SCHEMA,
    config: theme,
    data: { values },
    facet: { field: 'curve', type: 'nominal', title: null, sort: names },
    columns: 3,
    spec: {
      width: 150,
      height: 80,
      mark: { type: 'line', tooltip: true },
      encoding: {
        x: { field: time, type: 'quantitative', title: time },
        y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false } },
      },
    },
    resolve: { scale: { y: 'independent' } },
  };
}
