// Numbers of README and notebooks are those of the records: change a record, and a test names the sentence.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';
import { matching } from '../../lib/results/comparisons';
import { compareVariants, metric } from '../../lib/results/locnetComparisons';
import { type RunRecord, readRecords } from '../../lib/results/record';
import { mean } from '../../lib/results/statistics';
import { isKnown, knownRanges, passages, rangesIn } from './intervals';

/** Ranges that are no results of ours, or are checked below. */
const ELSEWHERE: readonly RegExp[] = [
  // Settings.
  /the strongest 50 to 5 %/,
  /climb of a sigmoid from 0\.0025 to 0\.9975/,
  // Published by Li et al. 2023 and by the report.
  /from 0\.24 to 0\.72 in AlexNet|from 0\.08 to 0\.58 in VGG-16/,
  /from 181 of 1,200 to 333|from 77 to 303/,
  // Of an earlier grid, which is said there.
  /4\.5 points \(-0\.8 to \+9\.9\)/,
  /from 83 to 9 and 16 %/,
  /the scale is 0\.07 to 0\.18 in 16 of 18 runs/,
  /2\.9 points above the baseline's \(0\.0 to 5\.8\)/,
  /17\.1 points higher \(0\.3 to 33\.9/,
  /would take 17 to 172 seeds a cell/,
];

test('every range in prose is in a record, a table, the ledger or what a notebook printed', () => {
  const known = knownRanges();
  const stale = passages().flatMap(({ where, text }) =>
    rangesIn(text)
      .filter((said) => !isKnown(said, known) && !ELSEWHERE.some((pattern) => pattern.test(said.sentence)))
      .map(({ sentence }) => `${where}: ${sentence}`),
  );
  assert.deepEqual(stale, [], 'these ranges are in no record: write what the records say');
});

const values = (records: readonly RunRecord[], metric: string): number[] =>
  records.flatMap(({ metrics }) => metrics[metric]?.value ?? []);

/** Sentences whose numbers are more than one range, each made from the records. */
const SENTENCES: readonly [about: string, sentence: () => string][] = [
  [
    'accuracy at inference',
    () => {
      const records = readRecords({ experiment: 'topk-inference', profile: 'tiny' });
      const percent = (network: string, condition: string): string =>
        (100 * mean(values(matching(records, { network }), `original.${condition}`))).toFixed(0);
      assert.equal(percent('alexnet', 'all'), percent('vgg16', 'all'));
      return `from ${percent('alexnet', 'all')} to ${percent('alexnet', 'top5')} and ${percent('vgg16', 'top5')} %`;
    },
  ],
  [
    'scales of the noise before Top-K',
    () => {
      const noisy = matching(readRecords({ experiment: 'few-shot-gan', profile: 'tiny' }), { noise: 'on' });
      const scale = 'noise.feat_32.noise2';
      const sparse = noisy.filter(({ cell }) => cell.sparsity !== 'none');
      const most = Math.max(...values(matching(noisy, { sparsity: 'none' }), scale)).toFixed(2);
      const higher = values(sparse, scale).filter((value) => value.toFixed(2) > most);
      const [low, high] = [Math.min(...higher), Math.max(...higher)].map((value) => value.toFixed(2));
      return `${low} to ${high} in ${higher.length} of ${sparse.length} runs with Top-K, at most ${most} without`;
    },
  ],
  [
    'the U-Net and the baseline',
    () =>
      `${shapeBiasOf('unet', 'baseline')[0]} points above the baseline's (${shapeBiasOf('unet', 'baseline')[1]})`,
  ],
  [
    'the AutoEncoder and the U-Net',
    () => `${shapeBiasOf('joint', 'unet')[0]} points higher (${shapeBiasOf('joint', 'unet')[1]}`,
  ],
  [
    'seeds that distances of generators need',
    () => {
      const { claims } = JSON.parse(fs.readFileSync(fromRoot('figures', 'claims.json'), 'utf8')) as Ledger;
      const needed = claims
        .filter(({ id, profile }) => /^D([789]|1[012])$/.test(id) && profile === 'tiny')
        .flatMap(({ evidence }) => evidence.map(({ seedsNeeded }) => seedsNeeded));
      return `would take ${Math.min(...needed)} to ${Math.max(...needed)} seeds a cell`;
    },
  ],
];

interface Ledger {
  readonly claims: readonly {
    readonly id: string;
    readonly profile: string;
    readonly evidence: readonly { readonly seedsNeeded: number }[];
  }[];
}

/** Difference of two variants of LocNet, and its interval in words. */
function shapeBiasOf(variant: string, baseline: string): [difference: string, interval: string] {
  const records = readRecords({ experiment: 'locnet', profile: 'tiny' });
  const found = compareVariants(records, variant, metric('shapeBias'), { variant, baseline });
  assert.ok(found);
  const { difference, interval } = found;
  return [
    difference.toFixed(1),
    interval.map((end) => end.toFixed(1).replace(/^-(0\.0)$/, '$1')).join(' to '),
  ];
}

for (const [about, sentence] of SENTENCES)
  test(`prose says what the records say: ${about}`, () => {
    const expected = sentence();
    assert.ok(
      passages().some(({ text }) => text.replace(/\s+/g, ' ').includes(expected)),
      `no page says "${expected}"`,
    );
  });
