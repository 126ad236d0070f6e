/// <reference lib="dom" />
// The twelve parametric distortions on one drawing, under a slider.
import type { ParametricSetName } from '../../../distortions/levels';
import { type DataName, drawingsOfClasses } from '../assets';
import type { DistortionRequest } from '../tasks/distortions';
import { type ChangedPicture, reliefClasses } from '../tasks/reliefRequest';
import { STRENGTHS } from '../tasks/strengths';
import { controls, latest, type SliderOptions, statusLine } from './controls';
import { drawingControls } from './drawing';
import { gradedChoice } from './gradedChoice';
import { beforeAndAfter } from './pictures';
import type { Stage, Widget } from './widget';

/** The papers' side: the spectrum of their photographs is for this size. */
const SIZE = 224;

const SETS = Object.keys(STRENGTHS) as ParametricSetName[];
const TITLES = Object.fromEntries(SETS.map((set) => [set, STRENGTHS[set].title])) as Record<
  ParametricSetName,
  string
>;

export const distortions: Widget = {
  title: 'The parametric distortions at any strength',
  about:
    'Twelve of the 17 test sets distort an image, most of them by a strength. The papers use a few steps of it; the slider has all between. Eidolons are made at 224 pixels, where the papers resize to 256.',
  worker: 'pictures',
  data: drawingsOfClasses(['elephant']),
  mount,
};

function mount({ place, worker, tell }: Stage): void {
  const status = statusLine();
  const onInput = latest(status, draw);
  const { chosen, amount } = gradedChoice({
    label: 'Distortion',
    choices: TITLES,
    value: 'low-pass',
    sliderOf,
    onInput,
  });
  const drawing = drawingControls({ className: 'elephant', seed: 5, size: SIZE, onInput });
  const pictures = beforeAndAfter(SIZE);
  place.append(controls(chosen, amount, ...drawing.all), pictures.row, status);
  onInput();

  async function draw(): Promise<void> {
    const request: DistortionRequest = {
      picture: drawing.request(),
      set: chosen.value,
      strength: amount.value ?? 0,
      seed: 0,
    };
    const answer = await worker.ask<ChangedPicture>('distortions', request, { data: dataOf(request) });
    const shown = TITLES[request.set] + inWords(request);
    pictures.show(answer, request.picture, shown);
    status.textContent = `${shown}; noise and shifts of seed ${request.seed}.`;
    tell({ request, answer });
  }
}

/** Each distortion has its own range. */
function sliderOf(set: ParametricSetName): Omit<SliderOptions, 'onInput'> | undefined {
  const { strength } = STRENGTHS[set];
  if (strength === undefined) return undefined;
  const { start: value, unit, ...limits } = strength;
  return { ...limits, value, inWords: (amount) => `${amount} ${unit}`.trim() };
}

/** E.g. `, blur 5 pixels`; nothing where a distortion is all or nothing. */
function inWords({ set, strength: amount }: DistortionRequest): string {
  const { strength } = STRENGTHS[set];
  return strength === undefined
    ? ''
    : `, ${strength.label.toLowerCase()} ${amount} ${strength.unit}`.trimEnd();
}

function dataOf({ set, picture }: DistortionRequest): DataName[] {
  const drawings = drawingsOfClasses(reliefClasses({ ...picture, count: 1 }));
  return set === 'power-equalisation' ? ['spectrum', ...drawings] : drawings;
}
