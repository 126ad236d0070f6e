// The thread behind preparation.ts.
import { parentPort } from 'node:worker_threads';
import { testTransform } from '../data/augment';
import { relief16 } from '../data/relief16/relief16';
import { Random } from '../random';
import { distortPicture } from './distorted';
import type { PreparationResult, PreparationTask } from './preparation';
import type { Answer, Question } from './threads';

/** What `preparation.ts` asks for. */
export async function carryOut(task: PreparationTask): Promise<PreparationResult> {
  if (task.kind === 'render') return (await relief16(task.options)).images;
  const transform = testTransform(task.transform);
  const pixels = transform.size * transform.size * 3;
  const batch = new Float32Array(task.batch);
  const lengths = task.pictures.map(({ width, height, channels }) => width * height * channels);
  const memory = new Float32Array(Math.max(0, ...lengths));
  // The test transform draws nothing.
  const random = new Random(0);
  for (const [i, { distortion, start, place, ...size }] of task.pictures.entries()) {
    const picture = { ...size, data: new Uint8Array(task.bytes, start, lengths[i]) };
    const shown = distortion === null ? picture : await distortPicture(picture, distortion, memory);
    transform.apply(shown, random, batch, place * pixels);
  }
  return undefined;
}

parentPort?.on('message', async ({ id, task }: Question<PreparationTask>) => {
  try {
    const result = await carryOut(task);
    const moved = result === undefined ? [] : [result.buffer as ArrayBuffer];
    parentPort?.postMessage({ id, result } satisfies Answer<PreparationResult>, moved);
  } catch (error) {
    parentPort?.postMessage({ id, error: (error as Error).message } satisfies Answer<PreparationResult>);
  }
});
