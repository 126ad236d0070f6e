/// <reference lib="dom" />
// A network that is trained in the reader's tab.
import { type DataName, drawingsOfClasses } from '../assets';
import {
  type Measured,
  TRAINED_CLASSES,
  type TrainEngine,
  type TrainEvent,
  type TrainOutcome,
  type TrainRequest,
} from '../tasks/trainRequest';
import { lineChart } from './chart';
import { choice, controls, make, slider, statusLine } from './controls';
import { engineChoice, ROUNDING } from './engineChoice';
import type { Stage, Widget } from './widget';

/** As in notebook 00. */
const [TRAIN_PER_CLASS, TEST_PER_CLASS] = [120, 60];

/** What a training on each engine loads. */
const DATA: Readonly<Record<TrainEngine, readonly DataName[]>> = {
  wasm: drawingsOfClasses(TRAINED_CLASSES),
  webgpu: ['webgpu', ...drawingsOfClasses(TRAINED_CLASSES)],
};

/** Instead of what a process is told when a GPU is lost. */
const AFTER_GPU = 'Train again, on wasm or on webgpu: a new worker does it.';

export const train: Widget = {
  title: 'A network trained in this tab',
  about: `A ResNet-18 of width 16 learns four classes (${TRAINED_CLASSES.join(', ')}) at 48 pixels, as in notebook 00 but in one thread; then it is asked about images whose shape and texture agree, and about cue conflicts. Nothing leaves this tab, and nothing is left when it is closed.`,
  worker: 'networks',
  data: DATA.wasm,
  mount,
};

function mount({ place, worker, tell }: Stage): void {
  const epochs = slider({ label: 'Epochs', least: 1, most: 12, step: 1, value: 6 });
  const textureCue = slider({
    label: 'Texture cue in training',
    least: 0,
    most: 100,
    step: 5,
    value: 50,
    inWords: (percent) => `${percent} %`,
  });
  const activation = choice({
    label: 'After the second stage',
    choices: { none: 'nothing more', topk: 'Top-K 20 %', 'topk-mean': 'Top-K 20 %, mean replacement' },
    value: 'none',
  });
  const seed = slider({ label: 'Seed', least: 0, most: 99, step: 1, value: 0 });
  const { engine, note } = engineChoice();
  const all = [epochs, textureCue, activation, seed, engine];
  const start = make('button', { type: 'button', textContent: 'Train' });
  const stop = make('button', { type: 'button', textContent: 'Stop', disabled: true });
  const status = statusLine();
  // Changes with every step: not read out, unlike the status.
  const pace = make('p', { className: 'note' });
  const bar = make('progress', { max: 1, value: 0 });
  bar.setAttribute('aria-label', 'Progress of the training');
  const chart = lineChart('loss');
  const results = make('div');
  place.append(
    controls(...all),
    note,
    make('p', { className: 'buttons' }, [start, stop, bar]),
    status,
    pace,
    chart.element,
    results,
  );
  /** Of the training that runs. */
  let controller: AbortController | undefined;
  start.addEventListener('click', () => void run());
  stop.addEventListener('click', () => {
    controller?.abort();
    status.textContent = 'Stopping after this step …';
  });

  async function run(): Promise<void> {
    const request: TrainRequest = {
      engine: engine.value,
      epochs: epochs.value,
      trainPerClass: TRAIN_PER_CLASS,
      testPerClass: TEST_PER_CLASS,
      textureCue: textureCue.value / 100,
      activation: activation.value,
      seed: seed.value,
    };
    const { name } = engine;
    const own = new AbortController();
    controller = own;
    setRunning(true);
    results.replaceChildren();
    pace.textContent = '';
    status.textContent = 'Rendering the training images …';
    try {
      const data = DATA[request.engine];
      const { signal } = own;
      const onEvent = follow(own);
      const outcome = await worker.ask<TrainOutcome>('train', request, { data, onEvent, signal });
      status.textContent = inWords(outcome);
      results.replaceChildren(...tableOf(outcome, name));
      tell({ request, outcome });
    } catch (error) {
      const { message } = error as Error;
      status.textContent = message;
      if (request.engine === 'webgpu') {
        status.textContent = `${message.replace(' Start the process again.', '')} ${AFTER_GPU}`;
        worker.restart(message);
      }
    } finally {
      controller = undefined;
      pace.textContent = '';
      setRunning(false);
    }
  }

  function setRunning(running: boolean): void {
    const [before, after] = running ? [start, stop] : [stop, start];
    // Elsewhere the reader's focus stays where it is; a button that is disabled would lose it.
    const moves = (place.getRootNode() as Document | ShadowRoot).activeElement === before;
    for (const control of all) control.enable(!running);
    before.disabled = true;
    after.disabled = false;
    if (moves) after.focus();
  }

  /** Shows what a run tells; chart and pace at most once a frame. */
  function follow(own: AbortController): (event: TrainEvent) => void {
    const losses: number[] = [];
    let epoch = 0;
    let due = false;
    return (event) => {
      if (event.kind === 'images') bar.value = event.done / event.total;
      else if (event.kind === 'measuring') status.textContent = 'Asking it about test images …';
      else {
        losses.push(event.loss);
        if (event.epoch !== epoch) status.textContent = `Epoch ${event.epoch} of ${epochs.value} …`;
        epoch = event.epoch;
        if (due) return;
        due = true;
        requestAnimationFrame(() => {
          due = false;
          bar.value = losses.length / event.totalSteps;
          chart.draw(losses, event.totalSteps);
          // This frame may come after the end.
          if (controller !== own) return;
          pace.textContent = `step ${losses.length} of ${event.totalSteps}, loss ${losses.at(-1)?.toFixed(3)}, ${event.imagesPerSecond.toFixed(0)} images a second`;
        });
      }
    };
  }
}

function inWords({ stopped, losses, seconds, engine }: TrainOutcome): string {
  const what = stopped === 'finished' ? 'Trained' : 'Stopped';
  const pace = `${losses.length} steps in ${seconds.toFixed(0)} seconds on ${engine}`;
  if (losses.length === 0) return `${what}: ${pace}.`;
  const rounding = engine === 'wasm' ? '' : ` (${ROUNDING})`;
  return `${what}: ${pace}, last loss ${losses.at(-1)?.toFixed(4)}${rounding}.`;
}

/** What was measured, and on which engine. */
function tableOf({ accuracy, shapeBias }: TrainOutcome, engine: string): HTMLElement[] {
  if (accuracy === null || shapeBias === null) return [];
  const { shape = 0, texture = 0, conflictImages = 0 } = shapeBias.counts ?? {};
  const rows = [
    [
      'accuracy where shape and texture agree',
      shareOf(accuracy),
      `${accuracy.counts?.correct} of ${accuracy.counts?.images}`,
    ],
    [
      'shape bias on cue conflicts',
      shareOf(shapeBias),
      `${shape} by shape, ${texture} by texture, of ${conflictImages}`,
    ],
  ];
  const heads = ['measured', 'share (95 % interval)', 'counts'].map((textContent) => {
    return make('th', { textContent, scope: 'col' });
  });
  const body = rows.map(([name, share, counts]) =>
    make('tr', {}, [
      make('th', { textContent: name, scope: 'row' }),
      make('td', { textContent: share }),
      make('td', { textContent: counts }),
    ]),
  );
  const caption = make('caption', { textContent: `Trained and asked on ${engine}` });
  return [make('table', {}, [caption, make('thead', {}, [make('tr', {}, heads)]), make('tbody', {}, body)])];
}

function shareOf({ value, interval }: Measured): string {
  if (value === null) return 'no answer named either cue';
  const range = interval == null ? '' : ` (${interval.map((end) => end.toFixed(2)).join(' to ')})`;
  return `${value.toFixed(2)}${range}`;
}
