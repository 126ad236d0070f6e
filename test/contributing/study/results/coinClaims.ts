// Claim C1 of the paper on coins and the rule that judges it.
import type { ClaimRule } from '../../../../lib/results/claimRule';
import { compare, pool } from '../../../../lib/results/comparisons';
import { evidenceInWords, findingOf, verdictOfParts } from '../../../../lib/results/verdicts';

/** What the paper prints, in percentage points. */
const CLAIMED = 30;

export const coinRules: readonly ClaimRule[] = [
  {
    claim: 'C1',
    experiment: 'coin-tossing',
    text: 'Reproduced: the interval of the difference in heads is above 0. Inconclusive: it holds 0 and what the paper prints. Else not reproduced.',
    judge: (records) => {
      const comparisons = compare(records, 'heads', { coin: 'fair' }, { coin: 'loaded' });
      if (comparisons.length === 0)
        return { verdict: 'not run', summary: 'fewer than two seeds of a coin', comparisons, evidence: [] };
      const found = { name: 'heads', ...pool(comparisons), claimed: CLAIMED };
      return {
        verdict: verdictOfParts([findingOf(found.interval, CLAIMED)]),
        summary: evidenceInWords(found),
        comparisons,
        evidence: [found],
      };
    },
  },
];
