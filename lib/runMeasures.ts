// The measures of `npm run benchmark`: from a network to the page that says by which cues it decides.
import * as path from 'node:path';
import { publishedHumans } from './benchmark/humans';
import { type MeasureNetworkOptions, measureNetwork } from './benchmark/measures/measureNetwork';
import type { OpenedNetwork } from './benchmark/openNetwork';
import { writeMeasuresReport } from './figures/measuresReport';
import { fileNameOf } from './fileName';
import { HUMANS } from './results/benchmark';
import type { Metric } from './results/record';

export interface RunMeasuresOptions extends Omit<MeasureNetworkOptions, 'folder' | 'onSet'> {
  /** Where the page goes, and below it the answers. */
  out: string;
  report: (line: string) => void;
}

/** Measures a network, which stays the caller's, and writes the page. Throws as `measureNetwork`. */
export async function runMeasures(
  network: OpenedNetwork,
  { out, report, ...options }: RunMeasuresOptions,
): Promise<void> {
  let shown = '';
  const { result, images, notes } = await measureNetwork(network, {
    ...options,
    folder: path.join(out, 'measures', fileNameOf(options.name)),
    onSet: ({ name, done, total }) => {
      const [kind] = name.split(' ');
      if (kind !== shown) report(`measures: ${kind} (${done} of ${total} sets)`);
      shown = kind;
    },
  });
  const files = await writeMeasuresReport(result, {
    folder: out,
    about: images,
    humans: publishedShapeBias(),
    notes,
  });
  for (const note of notes) report(note);
  report(`${files.length} files; open ${path.relative(process.cwd(), files.at(-1) as string)}`);
}

function publishedShapeBias(): Metric | undefined {
  const set = publishedHumans().sets.find(({ dataset }) => dataset === 'cue-conflict');
  return set?.shapeBias?.[HUMANS]?.overall.bias;
}
