// Computes all cases on the engine that is named and writes the numbers to a file; every case must leave no tensor behind.
import * as fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { AGREEMENT_CASES } from './agreementCases';

async function run(engine: string, file: string): Promise<void> {
  const { name } = await useEngine({ name: engine as EngineName, quiet: true });
  // Small tensors too are to be computed on the GPU.
  if (name === 'webgpu') tf.env().set('WEBGPU_CPU_FORWARD', false);
  const results: Record<string, { values: number[]; left: number }> = {};
  for (const { name: title, compute } of AGREEMENT_CASES) {
    const before = tf.memory().numTensors;
    const values = await compute();
    results[title] = { values, left: tf.memory().numTensors - before };
  }
  fs.writeFileSync(file, JSON.stringify(results));
}

run(process.argv[2], process.argv[3]).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
