// A study for the test of CONTRIBUTING.md. Experiment: does a loaded coin show heads more often than a fair one?
import type { Experiment } from '../../../../lib/experiments/experiment';
import type { CoinCellConfig, CoinConfig } from './coinConfig';

export const coinTossing: Experiment<CoinConfig, CoinCellConfig> = {
  id: 'coin-tossing',
  title: 'Tossing coins',
  paper: 'coins',
  question: 'Does a loaded coin show heads more often than a fair one?',
  entry: 'lib/experiments/coinTossingCell.ts',
  profiles: {
    tiny: {
      budget: { minutes: 1, memory: 0.1, device: 'any' },
      config: { coins: { fair: 0.5, loaded: 0.8 }, seeds: [0, 1], tosses: 500 },
    },
  },
  cells: ({ coins, seeds }) =>
    Object.keys(coins).flatMap((coin) =>
      seeds.map((seed) => ({ id: `${coin}--seed${seed}`, seed, coin, subset: 'tosses' })),
    ),
  cellConfig: ({ coins, tosses }, { coin, seed }) => ({ chance: coins[coin], tosses, seed }),
  async dataHash(config) {
    return (await import('./coinTossingCell')).hashCoinData(config);
  },
  async run(config) {
    return (await import('./coinTossingCell')).runCoinCell(config);
  },
};
