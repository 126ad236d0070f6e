// A synthesis that writes its picture as it goes, and goes on where it was cut off.
import * as fs from 'node:fs';
import { sha256, writeFileAtomic } from '../files';
import type { ImageModel } from '../models/model';
import { type RunKey, readRun, type StoredRun, writeRun } from './stateFile';
import { type Synthesis, type SynthesisOptions, type SynthesisProgress, synthesise } from './synthesise';
import { pictureOf, pngOf, type TargetImage } from './targetImage';

export interface ResumableOptions extends Omit<SynthesisOptions, 'from' | 'onStep'> {
  /** The picture, a PNG file. The state lies beside it (`stateFileOf`) until the run is done. */
  out: string;
  /** What the run depends on, by the names that errors have for it. Target, network and seed are added here. */
  key?: RunKey;
  /** Picture and state are written after so many steps, or as soon as so many seconds are over. Defaults 5 and 30. */
  everySteps?: number;
  everySeconds?: number;
  onStep?: (progress: ResumableProgress) => void | Promise<void>;
}

export interface ResumableProgress extends SynthesisProgress {
  /** Steps of all calls. */
  readonly step: number;
  /** Loss of the image that the first call started from. */
  readonly first: number;
}

/** Of all calls: `first` is the loss before the first of them, `steps` counts all. */
export interface ResumableSynthesis extends Synthesis {
  /** Steps of earlier calls. */
  readonly resumed: number;
}

/** `synthesise` with its picture in a file. Interrupted by the signal it keeps its state, and the same call goes on from there: it ends with the same image, bit
 *  for bit, as one that was not interrupted. `steps` counts those of earlier calls too, and may be another from call to call.
 *
 *  Throws as `synthesise`; on a state of another run, naming what differs; and when the loss is no longer finite, with the best picture before in the file. */
export async function resumableSynthesis(
  model: ImageModel,
  target: TargetImage,
  given: ResumableOptions,
): Promise<ResumableSynthesis> {
  const { out, key = {}, everySteps = 5, everySeconds = 30, steps = 100, onStep, ...options } = given;
  const file = stateFileOf(out);
  const identity = { ...key, seed: options.seed ?? 0, ...(await hashesOf(model, target)) };
  const stored = readRun(file, identity) ?? (await startOf(model, target, options));
  const { first } = stored;
  let last = { step: stored.steps, time: performance.now() };
  const keep = async (image: Float32Array, run: StoredRun): Promise<void> => {
    await writePicture(out, image, target);
    writeRun(file, identity, run);
    last = { step: run.steps, time: performance.now() };
  };
  const run = await synthesise(model, target.values, {
    ...options,
    steps: Math.max(0, steps - stored.steps),
    from: stored.state,
    async onStep(progress) {
      const step = stored.steps + progress.step;
      const isDue = step - last.step >= everySteps || performance.now() - last.time >= 1000 * everySeconds;
      if (isDue && progress.report.ended === 'limit')
        await keep(progress.image(), { state: progress.state, steps: step, first });
      await onStep?.({ ...progress, step, first });
    },
  });
  const result = { ...run, first, steps: stored.steps + run.steps, resumed: stored.steps };
  if (run.ended === 'limit' && result.steps < steps) await keep(run.image, result);
  else {
    await writePicture(out, run.image, target);
    fs.rmSync(file, { force: true });
  }
  if (run.ended === 'diverged')
    throw new Error(
      `The loss is no longer finite after step ${result.steps}. ${out} is the best picture before, its loss ${(first / run.best).toPrecision(3)} times smaller than at the start.`,
    );
  return result;
}

/** Where an interrupted run keeps its state. */
export function stateFileOf(out: string): string {
  return `${out.replace(/\.png$/i, '')}.state.safetensors`;
}

/** Of a run that has not begun. Throws on a loss that is not finite at once. */
async function startOf(
  model: ImageModel,
  { values }: TargetImage,
  options: SynthesisOptions,
): Promise<StoredRun> {
  const { state, first } = await synthesise(model, values, { ...options, steps: 0 });
  if (!Number.isFinite(first)) {
    throw new Error(
      `The loss of the first image is ${first}: the network's weights are not finite, or far too large. Nothing is written.`,
    );
  }
  return { state, steps: 0, first };
}

async function writePicture(out: string, image: Float32Array, target: TargetImage): Promise<void> {
  writeFileAtomic(out, await pngOf(pictureOf(image, target)));
}

async function hashesOf(model: ImageModel, { values }: TargetImage): Promise<RunKey> {
  const weights = await Promise.all(model.parameters().map(({ variable }) => variable.data()));
  return {
    target: sha256(bytesOf(values)),
    weights: sha256(JSON.stringify(model.spec), ...weights.map((each) => bytesOf(each as Float32Array))),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
