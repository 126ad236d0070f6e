// The thread behind preparation.ts.
import { parentPort } from 'node:worker_threads';
import type { Transform } from '../augment';
import type { ByteImage } from '../imageSource';
import type { TransformRecipe } from '../recipes';
import { renderRange } from '../relief16/renderRange';
import { transformFrom } from '../transforms';
import type { PreparationResult, PreparationTask, SharedPixels } from './preparation';
import { prepareInto, roomIn } from './room';
import type { Answer, Question } from './threads';

/** What `preparation.ts` asks for. */
async function carryOut(asked: PreparationTask): Promise<PreparationResult> {
  if (asked.kind === 'render') return renderRange(asked.task);
  const { pictures, bytes, count, room } = asked;
  const transform = remembered(asked.transform);
  const places = roomIn(room, transform, count);
  const pixels = ({ start, ...size }: SharedPixels): ByteImage => {
    const { width, height, channels } = size;
    return { width, height, channels, data: new Uint8Array(bytes, start, width * height * channels) };
  };
  const distorted = pictures.filter(({ distortion }) => distortion !== null);
  const lent = new Float32Array(
    Math.max(0, ...distorted.map(({ width, height, channels }) => width * height * channels)),
  );
  for (const { distortion, seed, place, maps, ...picture } of pictures) {
    const mapped = Object.entries(maps).map(([name, map]) => [name, pixels(map)] as const);
    const whole = { picture: pixels(picture), distortion, seed, maps: Object.fromEntries(mapped) };
    await prepareInto(places, place, whole, transform, lent);
  }
  return undefined;
}

let last: { recipe: string; transform: Transform } | undefined;

function remembered(recipe: TransformRecipe): Transform {
  const key = JSON.stringify(recipe);
  if (last?.recipe !== key) last = { recipe: key, transform: transformFrom(recipe) };
  return last.transform;
}

parentPort?.on('message', async ({ id, task }: Question<PreparationTask>) => {
  try {
    const result = await carryOut(task);
    const moved =
      result === undefined ? [] : Object.values(result).map(({ buffer }) => buffer as ArrayBuffer);
    parentPort?.postMessage({ id, result } satisfies Answer<PreparationResult>, moved);
  } catch (error) {
    parentPort?.postMessage({ id, error: (error as Error).message } satisfies Answer<PreparationResult>);
  }
});
