// An experiment whose cells count to `steps` and misbehave on demand, for tests of the grid.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Experiment, Interrupted } from '../../lib/experiments/experiment';

export type FakeConfig = {
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly pause: number;
  /** The seed whose cell throws, or -1. */
  readonly failing: number;
  readonly nested: { readonly depth: number };
};

export const fakeExperiment: Experiment<FakeConfig, FakeConfig & { readonly seed: number }> = {
  id: 'fake',
  title: 'Counting',
  paper: 'topk',
  question: 'Does it count?',
  entry: 'test/experiments/fakeExperiment.ts',
  profiles: {
    tiny: {
      budget: { minutes: 1, memory: 0.1, device: 'any' },
      config: { seeds: [0, 1, 2], steps: 3, pause: 0, failing: -1, nested: { depth: 1 } },
    },
  },
  cells: ({ seeds }) => seeds.map((seed) => ({ id: `count--seed${seed}`, seed })),
  cellConfig: (config, { seed }) => ({ ...config, seeds: [], seed }),
  dataHash: async () => 'd'.repeat(64),
  async run({ seed, steps, pause, failing }, { signal, checkpoints, report }) {
    if (seed === failing) throw new Error(`cell ${seed} fails as asked`);
    fs.mkdirSync(checkpoints, { recursive: true });
    const file = path.join(checkpoints, 'step.txt');
    const start = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0;
    for (let step = start; step < steps; step++) {
      if (signal.aborted) throw new Interrupted();
      await new Promise((resolve) => setTimeout(resolve, pause));
      fs.writeFileSync(file, String(step + 1));
      report(`step ${step + 1}/${steps}`);
    }
    return {
      engine: { name: 'none', family: 'none', version: '0' },
      workers: 1,
      dataName: 'nothing',
      dataHash: 'd'.repeat(64),
      seeds: { start },
      curves: { step: [1, 2, 3] },
      metrics: { counted: { value: 1, counts: { steps }, interval: null } },
    };
  },
};
