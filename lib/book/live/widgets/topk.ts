/// <reference lib="dom" />
// What Top-K leaves of a centre-surround response, at any K.
import { drawingsOfClasses } from '../assets';
import { reliefClasses } from '../tasks/reliefRequest';
import type { SparseResponse, TopKRequest } from '../tasks/topk';
import { check, controls, latest, slider, statusLine } from './controls';
import { drawingControls } from './drawing';
import { mapPicture, panel, panelRow } from './pictures';
import type { Stage, Widget } from './widget';

const SIZE = 64;
const SHOWN = 192;

export const topk: Widget = {
  title: 'The Top-K layer on a centre-surround response',
  about:
    'Every position minus the mean of its neighbourhood, like a ganglion cell of the retina; then the layer keeps the K positions of largest magnitude. Blue is below zero, red above.',
  worker: 'networks',
  data: drawingsOfClasses(['elephant']),
  mount,
};

function mount({ place, worker, tell }: Stage): void {
  const status = statusLine();
  const onInput = latest(status, draw);
  const drawing = drawingControls({ className: 'elephant', seed: 5, size: SIZE, onInput });
  const share = slider({
    label: 'K',
    least: 1,
    most: 100,
    step: 1,
    value: 20,
    inWords: (percent) => `${percent} % of the positions`,
    onInput,
  });
  const reverse = check({ label: 'Show what does not pass', onInput });
  const [picture, response, kept] = [panel(SHOWN), panel(SHOWN), panel(SHOWN)];
  place.append(controls(share, ...drawing.all, reverse), panelRow([picture, response, kept]), status);
  status.textContent = 'Starting TensorFlow.js …';
  onInput();

  async function draw(): Promise<void> {
    const request: TopKRequest = {
      picture: drawing.request(),
      fraction: share.value / 100,
      reverse: reverse.value,
    };
    const data = drawingsOfClasses(reliefClasses({ ...request.picture, count: 1 }));
    const answer = await worker.ask<SparseResponse>('topk', request, { data });
    const { size, k } = answer;
    const largest = answer.response.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const total = `${size} x ${size} = ${size * size}`;
    picture.show(
      { width: size, height: size, channels: 3, data: answer.picture },
      `${request.picture.className}, seed ${request.picture.seed}`,
    );
    response.show(mapPicture(answer.response, size, largest), 'the response');
    const caption = request.reverse ? `all but the ${k} strongest` : `the ${k} strongest`;
    kept.show(mapPicture(answer.kept, size, largest), caption);
    status.textContent = `k = ${k} of ${total} positions (${share.value} %); engine ${answer.engine}, nothing is trained.`;
    tell({ request, answer });
  }
}
