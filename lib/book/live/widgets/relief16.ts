/// <reference lib="dom" />
// Relief-16 under its controls.
import { CLASS_NAMES, SPLITS } from '../../../data/relief16/classes';
import { VARIANTS } from '../../../data/relief16/variants';
import { drawingsOfClasses } from '../assets';
import { type ReliefPicture, type ReliefRequest, reliefClasses } from '../tasks/reliefRequest';
import { check, choice, controls, latest, named, slider, statusLine } from './controls';
import { panel, panelRow } from './pictures';
import type { Stage, Widget } from './widget';

const COUNT = 8;
const SIZE = 96;

export const relief16: Widget = {
  title: 'Relief-16, drawn as you move its controls',
  about:
    'Eight pictures of one class. The texture cue says how many of them wear the texture of their class; seed and split change drawings, poses, light and background.',
  worker: 'pictures',
  data: drawingsOfClasses(['cat']),
  mount,
};

function mount({ place, worker, tell }: Stage): void {
  const panels = Array.from({ length: COUNT }, () => panel(SIZE));
  const status = statusLine();
  const onInput = latest(status, draw);
  const className = choice({ label: 'Class', choices: named(CLASS_NAMES), value: 'cat', onInput });
  const variant = choice({ label: 'Variant', choices: named(VARIANTS), value: 'normal', onInput });
  const texture = choice({
    label: 'Texture of (cue-conflict)',
    choices: named(CLASS_NAMES),
    value: 'elephant',
    onInput,
  });
  const textureCue = slider({
    label: 'Texture cue',
    least: 0,
    most: 1,
    step: 1 / COUNT,
    value: 1,
    inWords: (share) => `${Math.round(share * COUNT)} of ${COUNT}`,
    onInput,
  });
  const split = choice({ label: 'Split', choices: named(SPLITS), value: 'test', onInput });
  const seed = slider({ label: 'Seed', least: 0, most: 99, step: 1, value: 3, onInput });
  const depth = check({ label: 'Show depth: near is bright', onInput });
  place.append(
    controls(className, variant, texture, textureCue, split, seed, depth),
    panelRow(panels),
    status,
  );
  onInput();

  async function draw(): Promise<void> {
    texture.enable(variant.value === 'cue-conflict');
    textureCue.enable(variant.value === 'normal' || variant.value === 'greyscale');
    const request: ReliefRequest = {
      split: split.value,
      variant: variant.value,
      className: className.value,
      texture: texture.value,
      textureCue: textureCue.value,
      seed: seed.value,
      size: SIZE,
      count: COUNT,
    };
    const data = drawingsOfClasses(reliefClasses(request));
    const [shape, cover] = reliefClasses(request);
    const shown = cover === undefined ? shape : `${shape}, texture of ${cover}`;
    const pictures = await worker.ask<ReliefPicture[]>('relief', request, { data });
    for (const [i, { picture, depth: map }] of pictures.entries())
      panels[i].show(depth.value ? map : picture, `${i + 1}: ${shown}`);
    status.textContent = `${COUNT} pictures: ${shown}, ${request.variant}, ${request.split} split, seed ${request.seed}.`;
    tell({ request, pictures });
  }
}
