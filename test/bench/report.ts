// The report of a bench: Markdown and a chart, named by machine and versions.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { version_core } from '@tensorflow/tfjs';
import type { TopLevelSpec } from 'vega-lite';
import { inspectEngines } from '../../lib/engine/engine';
import { findInstallation } from '../../lib/engine/native/installation';
import { SCHEMA } from '../../lib/figures/figure';
import { writeFigure } from '../../lib/figures/render';
import { fromRoot, writeFileAtomic } from '../../lib/files';
import { pythonWith } from '../python';
import type { BenchRow } from './bench';
import { processorInWords, widestVectors } from './processor';

const FOLDER = fromRoot('data/records/bench');

/** Writes `<subject>-<machine>-<versions>.md`, and a chart of the ratios, if there are any, beside it; returns the files. */
export async function writeReport(
  rows: readonly BenchRow[],
  command: string,
  subject = '',
): Promise<string[]> {
  const processor = [os.cpus()[0].model, widestVectors()].filter((part) => part !== '').join(' ');
  const machine = [processor, `${os.availableParallelism()} cores`, ...(await gpus())].join(', ');
  const versions = installedVersions();
  const name = fileName([subject, machine, ...versions].join(' ').trim());
  const file = path.join(FOLDER, `${name}.md`);
  const heading = `# Bench: ${machine}\n\n${versions.join(', ')}. Made by \`${command}\`. Processor: ${processorInWords()}.`;
  const note =
    'Ratios are medians over rounds in which all sides take turns, with the middle half in brackets.';
  const lines = [heading, note, markdownTable(rows)];
  fs.mkdirSync(FOLDER, { recursive: true });
  const ratios = rows.flatMap(({ ratio }) => (ratio === undefined ? [] : [ratio]));
  if (ratios.length > 0) {
    await writeFigure(
      { id: name, spec: chart(ratios), caption: `${machine}; ${versions.join(', ')}` },
      FOLDER,
    );
    lines.splice(1, 0, `![training step relative to PyTorch](${name}.svg)`);
  }
  writeFileAtomic(file, `${lines.join('\n\n')}\n`);
  return [file];
}

export function markdownTable(rows: readonly BenchRow[]): string {
  const lines = rows.map(({ what, measured, goal, met }) => {
    const verdict = goal === '' ? '' : met === undefined ? 'not measured' : met ? 'yes' : '**no**';
    return `| ${what} | ${measured} | ${goal} | ${verdict} |`;
  });
  return ['| what | measured | goal | met |', '|---|---|---|---|', ...lines].join('\n');
}

/** Those that an engine computes on. */
async function gpus(): Promise<string[]> {
  const found = (await inspectEngines()).filter(({ name, available }) => available && /gpu/.test(name));
  return [...new Set(found.map(({ reason }) => reason))];
}

function installedVersions(): string[] {
  const native = findInstallation('native');
  const python = pythonWith('torch');
  const torch =
    python && execFileSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  return [
    `Node ${process.version}`,
    `TensorFlow.js ${version_core}`,
    ...('description' in native ? [native.description.split(',')[0]] : []),
    ...(torch ? [`PyTorch ${torch.trim()}`] : []),
  ];
}

function fileName(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function chart(ratios: readonly NonNullable<BenchRow['ratio']>[]): TopLevelSpec {
  return {
    $schema: SCHEMA,
    title: 'Training step of ResNet-18, relative to PyTorch on the same device',
    width: 420,
    height: 160,
    data: { values: [...ratios] },
    encoding: {
      y: { field: 'engine', type: 'nominal', title: null },
      yOffset: { field: 'width', type: 'ordinal' },
    },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x: { field: 'median', type: 'quantitative', title: 'times PyTorch (median and middle half)' },
          color: { field: 'width', type: 'ordinal', title: 'width', scale: { scheme: 'blues' } },
        },
      },
      {
        mark: { type: 'rule' },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
    ],
  };
}
