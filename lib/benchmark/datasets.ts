// The 17 data sets of the benchmark: what each shows, in which conditions, and which of them count.
import { unknownName } from '../suggest';

/** One difficulty of a parametric data set. */
export interface Condition {
  /** In canonical form, as records and our CSV files have it. */
  readonly name: string;
  /** On the axis of a figure. */
  readonly label: string;
  /** Left out of the benchmark's scores: the undistorted control, and what humans answer with less than 20 % accuracy. */
  readonly excluded: boolean;
}

export interface Dataset {
  readonly name: string;
  /** `parametric`: one photograph, several strengths of a distortion; `cue`: images that keep one cue, in one condition. */
  readonly kind: 'parametric' | 'cue';
  /** In the order of a figure's axis; of a cue set only the one named `0`. */
  readonly conditions: readonly Condition[];
  /** Of the conditions' axis; empty for cue sets. */
  readonly axis: string;
  /** Images of each condition, equally many of each category; every observer sees all of them. */
  readonly imagesPerCondition: number;
  /** The experiment's code in the toolbox's file names. */
  readonly code: string;
}

const SINGLE: readonly Condition[] = [{ name: '0', label: '', excluded: false }];

/** In the toolbox's order. */
export const DATASETS: readonly Dataset[] = [
  cue('edge', 'edg', 160),
  cue('silhouette', 'sif', 160),
  cue('cue-conflict', 's5n', 1280),
  parametric('colour', 'cl', 1280, 'Colour', 'cr*=colour bw=greyscale'),
  parametric(
    'contrast',
    'cop',
    1280,
    'Contrast in percent',
    'c100*=100 c50=50 c30=30 c15=15 c10=10 c05=5 c03*=3 c01*=1',
  ),
  parametric('high-pass', 'hp', 1280, 'Filter standard deviation', 'inf* 3.0 1.5 1.0 0.7 0.55* 0.45* 0.4*'),
  parametric('low-pass', 'lp', 1280, 'Filter standard deviation', '0* 1 3 5 7 10 15* 40*'),
  parametric('phase-scrambling', 'ps', 1120, 'Phase noise width in degrees', '0* 30 60 90 120 150* 180*'),
  parametric('power-equalisation', 'pow', 1120, 'Power spectrum', '0*=original pow=equalised'),
  parametric('false-colour', 'fc', 1120, 'Colour', 'True*=true False=opponent'),
  parametric('rotation', 'rot', 1280, 'Rotation angle in degrees', '0* 90 180 270'),
  eidolon('eidolonI', '10', [1, 64, 128]),
  eidolon('eidolonII', '3', [1, 32, 64, 128]),
  eidolon('eidolonIII', '0', [1, 16, 32, 64, 128]),
  parametric(
    'uniform-noise',
    'nse',
    1280,
    'Uniform noise width',
    '0.0* 0.03=.03 0.05=.05 0.1=.1 0.2=.2 0.35=.35 0.6*=.6 0.9*=.9',
  ),
  cue('sketch', 'ske', 800),
  cue('stylized', 'sty', 800),
];

/** The data set of a name. Throws on an unknown one, naming the nearest. */
export function findDataset(name: string): Dataset {
  const dataset = DATASETS.find((candidate) => candidate.name === name);
  if (dataset === undefined) {
    throw unknownName(
      'data set',
      name,
      DATASETS.map((known) => known.name),
    );
  }
  return dataset;
}

/** A condition in canonical form. CSV files spell them in many ways, because tools read them as numbers or truth values
 *  (`true`, `0.10`, `3`); cue sets have one condition, whatever the file says (`0`, `NaN`, nothing).
 *  Throws on a spelling that is none of the data set's conditions. */
export function canonicalCondition(dataset: Dataset, text: string): string {
  if (dataset.kind === 'cue') return SINGLE[0].name;
  const found = dataset.conditions.find(({ name }) => sameCondition(name, text));
  if (found === undefined) {
    throw unknownName(
      `condition of ${dataset.name}`,
      text,
      dataset.conditions.map(({ name }) => name),
    );
  }
  return found.name;
}

function sameCondition(name: string, text: string): boolean {
  if (name.toLowerCase() === text.trim().toLowerCase()) return true;
  return text.trim() !== '' && Number.isFinite(Number(name)) && Number(name) === Number(text);
}

function cue(name: string, code: string, images: number): Dataset {
  return { name, kind: 'cue', conditions: SINGLE, axis: '', imagesPerCondition: images, code };
}

/** Conditions in the shape `name*=label`: the star marks those that do not count. */
function parametric(name: string, code: string, images: number, axis: string, conditions: string): Dataset {
  const parsed = conditions.split(' ').map((condition) => {
    const [marked, label] = condition.split('=');
    const plain = marked.replace('*', '');
    return { name: plain, label: label ?? plain, excluded: marked.endsWith('*') };
  });
  return {
    name,
    kind: 'parametric',
    conditions: parsed,
    axis,
    imagesPerCondition: images / parsed.length,
    code,
  };
}

/** Reach 1 to 128 at a coherence in tenths, grain 10; shown by the logarithm of the reach. */
function eidolon(name: string, coherence: string, excluded: readonly number[]): Dataset {
  const conditions = Array.from({ length: 8 }, (_, exponent) => {
    const star = excluded.includes(2 ** exponent) ? '*' : '';
    return `${2 ** exponent}-${coherence}-10${star}=${exponent}`;
  });
  return parametric(name, 'eid', 1280, 'Log2 of the reach', conditions.join(' '));
}
