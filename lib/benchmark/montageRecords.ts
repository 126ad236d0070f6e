// The stimuli at a glance: montages of the embedded images, which ship with the repository, and of stimuli on disk.
import sharp from 'sharp';
import type { ByteImage } from '../data/imageSource';
import { relief16 } from '../data/relief16/relief16';
import { PARAMETRIC_SETS } from '../distortions/levels';
import { sha256 } from '../files';
import type { MontageRecord } from '../results/montage';
import { cueMontageOf, reliefCues } from './cueMontage';
import { type Montage, parametricMontage, SHOWN } from './montage';
import type { StimulusSet } from './stimuli';

const PARAMETRIC = { id: 'montage-parametric', columns: 4 };
const CUES = { id: 'montage-cues', columns: 5 };
/** Classes of a montage of cues. */
const CLASSES = ['elephant', 'cat', 'bicycle', 'bottle'] as const;
/** Longer side in pixels at most; the papers' images have it. */
const SIDE = 224;

const MEANING = {
  parametric: 'The parametric sets, each in a condition of middling difficulty.',
  cues: 'The sets of cues: images that keep one cue and drop others. "Elephant as cat" and the like: the shape of the one with the texture of the other.',
};

/** Both montages of Relief-16: one picture under twelve filters; four classes in the five sets of cues. */
export async function reliefMontages(): Promise<MontageRecord[]> {
  const command = 'npm run data -- montages';
  const about = (size: number): string => `Relief-16, drawings of the test split, ${size} pixels, seed 0.`;
  const drawn = await relief16({ split: 'test', size: 224, count: 1, seed: 0, classes: ['cat'] });
  const cues = reliefCues({ size: 128, classes: CLASSES });
  return [
    await recordOf(await parametricMontage(await drawn.image(0)), {
      ...PARAMETRIC,
      caption: `${MEANING.parametric} ${about(224)}`,
      dataHash: drawn.hash,
      command,
    }),
    await recordOf(await cueMontageOf(cues, CLASSES), {
      ...CUES,
      caption: `${MEANING.cues} ${about(128)}`,
      dataHash: hashOf(cues),
      command,
    }),
  ];
}

/** The montages that a benchmark's sets allow: none, one or both.
 *  @param about where the stimuli come from, for the captions. */
export async function stimulusMontages(
  sets: readonly StimulusSet[],
  about: string,
): Promise<MontageRecord[]> {
  const ofKind = (kind: 'parametric' | 'cue'): StimulusSet[] =>
    sets.filter(({ dataset }) => dataset.kind === kind);
  const [parametric, cues] = [ofKind('parametric'), ofKind('cue')];
  const facts = (of: readonly StimulusSet[], meaning: string) => ({
    caption: `${meaning} ${about}`,
    dataHash: hashOf(of),
    command: 'npm run benchmark -- --stimuli <folder>',
  });
  const known = cues.flatMap(({ stimuli }) => stimuli.map(({ category }) => category)).sort();
  const preferred = CLASSES.filter((name) => known.includes(name));
  const classes = [...new Set([...preferred, ...known])].slice(0, CLASSES.length);
  const montages: [Montage, Omit<MontageRecord, 'pictures'>][] = [
    [await parametricMontageOf(parametric), { ...PARAMETRIC, ...facts(parametric, MEANING.parametric) }],
    [await cueMontageOf(cues, classes), { ...CUES, columns: cues.length, ...facts(cues, MEANING.cues) }],
  ];
  const shown = montages.filter(([{ images }]) => images.length > 0);
  return Promise.all(shown.map(([montage, rest]) => recordOf(montage, rest)));
}

/** One image of each parametric set, in the condition of `SHOWN` if there is one. */
async function parametricMontageOf(sets: readonly StimulusSet[]): Promise<Montage> {
  const inOrder = PARAMETRIC_SETS.flatMap((name) => {
    const set = sets.find(({ dataset }) => dataset.name === name);
    return set === undefined ? [] : [{ set, shown: SHOWN[name] }];
  });
  const pictures = inOrder.map(async ({ set, shown: [condition, meaning] }) => {
    const wanted = set.stimuli.findIndex((stimulus) => stimulus.condition === condition);
    const index = Math.max(0, wanted);
    const note = wanted >= 0 ? meaning : set.stimuli[index].condition;
    return { image: await set.image(index), label: set.dataset.name, note };
  });
  const found = await Promise.all(pictures);
  return {
    images: found.map(({ image }) => image),
    labels: found.map(({ label }) => label),
    notes: found.map(({ note }) => note),
  };
}

async function recordOf(
  { images, labels, notes }: Montage,
  { id, columns, ...facts }: Omit<MontageRecord, 'pictures'>,
): Promise<MontageRecord> {
  const jpegs = await Promise.all(images.map(jpegOf));
  const pictures = jpegs.map((jpeg, i) => ({ label: labels[i], note: notes?.[i] ?? '', jpeg }));
  return { id, columns, ...facts, pictures };
}

/** Photographs and noise as PNG would be six times as large. */
async function jpegOf({ width, height, channels, data }: ByteImage): Promise<string> {
  const picture = sharp(data, { raw: { width, height, channels } })
    .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 88, chromaSubsampling: '4:4:4', mozjpeg: true });
  return (await picture.toBuffer()).toString('base64');
}

function hashOf(sets: readonly StimulusSet[]): string {
  return sha256(...sets.map(({ dataset, hash }) => `${dataset.name} ${hash}\n`));
}
