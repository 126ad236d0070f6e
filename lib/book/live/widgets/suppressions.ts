/// <reference lib="dom" />
// A cue taken from one drawing, more and more of it under a slider.
import type { ExactSuppression } from '../../../data/relief16/exactSuppressions';
import type { Cue, Suppression, SuppressionName } from '../../../distortions/suppressions';
import { drawingsOfClasses } from '../assets';
import type { ChangedPicture } from '../tasks/reliefRequest';
import { type SuppressedRequest, suppressedClasses } from '../tasks/suppressionsRequest';
import { EXACT_WORDS, SUPPRESSION_WORDS } from '../tasks/suppressionWords';
import { controls, latest, type SliderOptions, slider, statusLine } from './controls';
import { drawingControls } from './drawing';
import { gradedChoice } from './gradedChoice';
import { beforeAndAfter } from './pictures';
import type { Stage, Widget } from './widget';

/** Those of the library; the bundler knows them. */
declare const SUPPRESSIONS: readonly Suppression[];
declare const EXACT_SUPPRESSIONS: Readonly<Record<ExactSuppression, readonly Cue[]>>;

/** The source's side: levels are in its pixels. */
const SIZE = 224;

type Taken = SuppressedRequest['taken'];

const BY_NAME = new Map<string, Suppression>(SUPPRESSIONS.map((each) => [each.name, each]));
const EXACT = Object.entries(EXACT_SUPPRESSIONS) as [ExactSuppression, readonly Cue[]][];

/** E.g. `texture and colour: bilateral filter, then grey`. */
const CHOICES = Object.fromEntries([
  ...SUPPRESSIONS.map(({ name, cues }) => [name, `${cues.join(' and ')}: ${SUPPRESSION_WORDS[name].title}`]),
  ...EXACT.map(([name, cues]) => [name, `${cues.join(' and ')}, exactly: ${EXACT_WORDS[name]}`]),
]) as Record<SuppressionName | ExactSuppression, string>;

export const suppressions: Widget = {
  title: 'A cue taken away, step by step',
  about:
    'Ten suppressions of Burgert et al. 2025 at the levels of the paper, and seven that only Relief-16 can make: it knows which pixels are object. Look at what else each of them takes.',
  worker: 'pictures',
  data: drawingsOfClasses(['elephant']),
  mount,
};

function mount({ place, worker, tell }: Stage): void {
  const status = statusLine();
  const onInput = latest(status, draw);
  const { chosen, amount } = gradedChoice({
    label: 'Taken away',
    choices: CHOICES,
    value: 'patch-shuffle',
    sliderOf,
    onInput,
  });
  const drawing = drawingControls({ className: 'elephant', seed: 5, size: SIZE, onInput });
  const seed = slider({ label: 'Seed of places and turns', least: 0, most: 99, step: 1, value: 0, onInput });
  const pictures = beforeAndAfter(SIZE);
  place.append(controls(chosen, amount, ...drawing.all, seed), pictures.row, status);
  onInput();

  async function draw(): Promise<void> {
    const request: SuppressedRequest = { picture: drawing.request(), taken: taken() };
    const shown = inWords(request.taken);
    seed.enable(isRandom(request.taken));
    const data = drawingsOfClasses(suppressedClasses(request));
    const answer = await worker.ask<ChangedPicture>('suppressions', request, { data });
    pictures.show(answer, request.picture, shown);
    status.textContent = `Without ${shown}.`;
    tell({ request, answer });
  }

  function taken(): Taken {
    const suppression = BY_NAME.get(chosen.value);
    if (suppression === undefined) return { exact: chosen.value as ExactSuppression };
    const { name, levels } = suppression;
    return { suppression: name, level: levels[(amount.value ?? 1) - 1], seed: seed.value };
  }
}

/** Through the levels, where there is more than one. */
function sliderOf(name: SuppressionName | ExactSuppression): Omit<SliderOptions, 'onInput'> | undefined {
  const count = BY_NAME.get(name)?.levels.length ?? 1;
  if (count === 1) return undefined;
  const inWords = (level: number): string => `${level} of ${count}`;
  return { label: 'Level', least: 1, most: count, step: 1, value: Math.ceil(count / 2), inWords };
}

function isRandom(taken: Taken): boolean {
  return 'suppression' in taken && SUPPRESSION_WORDS[taken.suppression].isRandom === true;
}

/** E.g. `shape: patches shuffled, 8 x 8 cells, seed 0`. */
function inWords(taken: Taken): string {
  if ('exact' in taken) return CHOICES[taken.exact];
  const { level } = SUPPRESSION_WORDS[taken.suppression];
  const parts = [CHOICES[taken.suppression]];
  if (level !== undefined) parts.push(level(taken.level));
  if (isRandom(taken)) parts.push(`seed ${taken.seed}`);
  return parts.join(', ');
}
