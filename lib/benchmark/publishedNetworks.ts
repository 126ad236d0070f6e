// Shape bias of well-known networks, as published.
import * as fs from 'node:fs';
import { fromRoot } from '../files';
import type { BenchmarkResult, CueDecisions, SetResult, ShapeBias } from '../results/benchmark';

interface PublishedNetwork {
  readonly name: string;
  readonly shapeBias: number;
  readonly shapeAccuracy: number;
  readonly byCategory: Readonly<Record<string, number | null>>;
}

/** Networks of Geirhos et al. 2019 on the 1280 cue-conflict images (data/humans/networks.json). */
export function publishedNetworks(): readonly PublishedNetwork[] {
  const file = fromRoot('data', 'humans', 'networks.json');
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { networks: PublishedNetwork[] }).networks;
}

/** A result with the published shape biases of these networks beside its own. Throws on a name that is not published. */
export function withPublishedNetworks(result: BenchmarkResult, names: readonly string[]): BenchmarkResult {
  const chosen = names.map((name) => {
    const found = publishedNetworks().find((network) => network.name === name);
    if (found === undefined) throw new Error(`No published network is called "${name}".`);
    return found;
  });
  const beside = (set: SetResult): SetResult =>
    set.shapeBias === undefined
      ? set
      : {
          ...set,
          observers: [...set.observers, ...names],
          shapeBias: {
            ...set.shapeBias,
            ...Object.fromEntries(chosen.map((network) => [network.name, biasOf(network)])),
          },
        };
  return {
    ...result,
    observers: [...result.observers, ...names.map((name) => ({ name, kind: 'model' as const }))],
    sets: result.sets.map(beside),
  };
}

/** Without counts or intervals: only the shares are published. */
function biasOf({ shapeBias, byCategory }: PublishedNetwork): ShapeBias {
  const decisions = (value: number | null): CueDecisions => ({
    bias: { value, counts: {}, interval: null },
    shapeShare: Number.NaN,
    textureShare: Number.NaN,
  });
  return {
    overall: decisions(shapeBias),
    byCategory: Object.fromEntries(
      Object.entries(byCategory).map(([category, share]) => [category, decisions(share)]),
    ),
  };
}
