// Which reconstructions converge, in numbers.
import type { RunRecord } from '../results/record';
import { overNetworks } from '../results/synthesisClaims';
import { modeName, type SynthesisMode, synthesisModes } from '../results/synthesisModes';
import type { Table, TableValue } from '../results/tables';
import { withInterval } from '../results/withInterval';
import { provenance } from './provenance';
import { KEPT_NAMES } from './synthesisNames';

/** The first steps that were tried. */
const RATES = [1, 10];

/** A row for each mode: how many of the targets converged, settled and diverged, how far the loss fell, and how near the image came. */
export function synthesisTable(records: readonly RunRecord[]): Table {
  return {
    id: 'texture-synthesis',
    title: 'Textures and reconstructions',
    columns: [
      'What agrees',
      'Of which activations',
      'Mask on',
      'First step',
      'Converged',
      'Settled',
      'Not finite',
      'Loss fell (powers of ten)',
      'At the target itself',
      'Edges (%)',
      'Gram matrices (%)',
    ],
    rows: synthesisModes(RATES).map((mode) => rowOf(records, mode)),
    caption: `Converged: the loss is finite and fell a hundredfold; settled: the last quarter of the steps lowered it by less than 5 %. "At the target itself": the fall that the target would reach; where the target alone is masked, its own activations are not those that are asked for. Edges: correlation with the target's; Gram matrices: of all activations. Means over targets [95 % interval]. ${provenance(records)}`,
  };
}

function rowOf(records: readonly RunRecord[], mode: SynthesisMode): TableValue[] {
  const name = modeName(mode);
  const { agreement, kept, maskOn, rate } = mode;
  const hitsOf = (kind: string): string => {
    const sum = (count: string): number =>
      records.reduce((total, { metrics }) => total + (metrics[`${kind}.${name}`]?.counts[count] ?? 0), 0);
    return `${sum('hits')} of ${sum('images')}`;
  };
  const meanOf = (kind: string, unit: number, digits: number): string | null => {
    const found = overNetworks(records, `${kind}.${name}`);
    const inUnits = (points: number): string => ((points / 100) * unit).toFixed(digits);
    return found && withInterval(found.difference, found.interval, inUnits);
  };
  return [
    agreement === 'gram' ? 'Gram matrices' : 'activations',
    KEPT_NAMES[kept],
    kept === 'all' ? '–' : maskOn === 'both' ? 'both sides' : 'the target',
    rate,
    hitsOf('converged'),
    hitsOf('settled'),
    hitsOf('diverged'),
    meanOf('fall', 1, 1),
    meanOf('targetFall', 1, 1),
    meanOf('edges', 100, 0),
    meanOf('gram', 100, 0),
  ];
}
