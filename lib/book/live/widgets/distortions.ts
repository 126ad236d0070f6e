/// <reference lib="dom" />
// The twelve parametric distortions on one drawing, under a slider.
import type { ParametricSetName } from '../../../distortions/levels';
import { type DataName, drawingsOfClasses } from '../assets';
import type { DistortedPicture, DistortionRequest } from '../tasks/distortions';
import { reliefClasses } from '../tasks/reliefRequest';
import { STRENGTHS } from '../tasks/strengths';
import { type Control, choice, controls, latest, make, slider, statusLine } from './controls';
import { drawingControls } from './drawing';
import { panel, panelRow } from './pictures';
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
  const set = choice({ label: 'Distortion', choices: TITLES, value: 'low-pass', onInput: replaceSlider });
  const drawing = drawingControls({ className: 'elephant', seed: 5, size: SIZE, onInput });
  const strengthPlace = make('div');
  let strength: Control<number> | undefined;
  const [before, after] = [panel(SIZE), panel(SIZE)];
  const row = controls(set, ...drawing.all);
  row.firstElementChild?.after(strengthPlace);
  place.append(row, panelRow([before, after]), status);
  replaceSlider();

  /** Each distortion has its own range. */
  function replaceSlider(): void {
    const range = STRENGTHS[set.value].strength;
    if (range === undefined) {
      strength = undefined;
      strengthPlace.replaceChildren();
    } else {
      const { start: value, unit, ...limits } = range;
      const withUnit = (amount: number): string => `${amount} ${unit}`.trim();
      strength = slider({ ...limits, value, inWords: withUnit, onInput });
      strengthPlace.replaceChildren(strength.field);
    }
    onInput();
  }

  async function draw(): Promise<void> {
    const request: DistortionRequest = {
      picture: drawing.request(),
      set: set.value,
      strength: strength?.value ?? 0,
      seed: 0,
    };
    const answer = await worker.ask<DistortedPicture>('distortions', request, { data: dataOf(request) });
    const shown = TITLES[request.set] + inWords(request);
    before.show(answer.original, `${request.picture.className}, seed ${request.picture.seed}`);
    after.show(answer.distorted, shown);
    status.textContent = `${shown}; noise and shifts of seed ${request.seed}.`;
    tell({ request, answer });
  }
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
