// How fast an engine convolves: what the doctor shows.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { fromRoot, sha256, writeFileAtomic } from '../files';
import { type EngineName, type EngineReport, useEngine } from './engine';

const CACHE = fromRoot('.cache', 'engine-speed.json');
const PROBE_MILLISECONDS = 2000;
const LONGEST_START = 60_000;
const [BATCH, SIDE, CHANNELS, KERNEL] = [8, 32, 64, 3];

/** 10^9 floating-point operations a second of a 3x3 convolution with both gradients, `[8, 32, 32, 64]`, on the current engine; it
 *  takes two seconds. */
export async function convolutionSpeed(milliseconds: number = PROBE_MILLISECONDS): Promise<number> {
  const x = tf.randomNormal<tf.Rank.R4>([BATCH, SIDE, SIDE, CHANNELS], 0, 1, 'float32', 1);
  const kernel = tf.randomNormal<tf.Rank.R4>([KERNEL, KERNEL, CHANNELS, CHANNELS], 0, 1, 'float32', 2);
  const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
    tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'),
  );
  const dy = tf.randomNormal([BATCH, SIDE, SIDE, CHANNELS], 0, 1, 'float32', 3);
  const step = async (): Promise<void> => {
    const results = [tf.conv2d(x, kernel, 1, 'same'), ...gradients([x, kernel], dy)];
    // A GPU is at work until something is read.
    const last = tf.tidy(() => tf.addN(results.map((result) => tf.sum(result))));
    await last.data();
    tf.dispose([last, ...results]);
  };
  await step();
  let steps = 0;
  const start = performance.now();
  for (; performance.now() - start < milliseconds; steps++) await step();
  const seconds = (performance.now() - start) / 1000;
  tf.dispose([x, kernel, dy]);
  // Forward, gradient of the input, gradient of the kernel; `gradients` runs forward once more.
  const operations = 4 * 2 * BATCH * SIDE * SIDE * CHANNELS * CHANNELS * KERNEL * KERNEL;
  return (steps * operations) / seconds / 1e9;
}

/** The speed of an engine that is available, in GFLOP/s: measured in a process of its own, and remembered for this machine and
 *  installation. Undefined when it does not start. */
export async function engineSpeed(
  { name, reason }: EngineReport,
  cache = CACHE,
): Promise<number | undefined> {
  const machine = `${os.cpus()[0]?.model} ${os.availableParallelism()} ${process.version}`;
  const key = sha256(`${name} ${reason} ${machine}`).slice(0, 16);
  const known = readCache(cache);
  if (known[key] !== undefined) return known[key];
  const speed = await probe(name);
  // Read again: another engine may have been measured meanwhile.
  if (speed !== undefined) writeFileAtomic(cache, JSON.stringify({ ...readCache(cache), [key]: speed }));
  return speed;
}

function readCache(file: string): Record<string, number> {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function probe(engine: EngineName): Promise<number | undefined> {
  const script = `require(${JSON.stringify(__filename)}).printSpeed(${JSON.stringify(engine)})`;
  const options = { cwd: fromRoot(), timeout: LONGEST_START };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', '-e', script], options, (error, stdout) => {
      const speed = Number(stdout.trim().split('\n').at(-1));
      resolve(error === null && speed > 0 ? speed : undefined);
    });
  });
}

/** Prints the speed of an engine, as the last line. */
export async function printSpeed(engine: EngineName): Promise<void> {
  await useEngine({ name: engine, quiet: true });
  console.log(await convolutionSpeed());
}
