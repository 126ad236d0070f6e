// One cell of the experiment coin-tossing: one coin, tossed.
import type { CellOutcome } from '../../../../lib/experiments/experiment';
import { sha256 } from '../../../../lib/files';
import { deriveSeed, Random } from '../../../../lib/random';
import type { CoinCellConfig } from './coinConfig';

export function hashCoinData({ chance }: CoinCellConfig): string {
  return sha256(`coin ${chance}`);
}

export async function runCoinCell(config: CoinCellConfig): Promise<CellOutcome> {
  const { chance, tosses, seed } = config;
  const random = new Random(deriveSeed(seed, 'tosses'));
  const heads = Array.from({ length: tosses }, () => random.uniform(0, 1) < chance).filter(Boolean).length;
  return {
    engine: { name: 'none', family: 'none', version: '0' },
    workers: 1,
    dataName: 'coins',
    dataHash: hashCoinData(config),
    seeds: { tosses: deriveSeed(seed, 'tosses') },
    curves: {},
    metrics: { heads: { value: heads / tosses, counts: { heads, tosses }, interval: null } },
  };
}
