// The ledger for a reader: question by question, what is still open, and what hangs by a thread.
import type { Evidence, Verdict } from '../results/claimRule';
import type { LedgerEntry } from '../results/claims';
import { runsOf } from '../results/ledgerFile';
import type { ClaimGroup } from '../results/papers';
import { reasonOf } from '../results/reasons';
import type { RunRecord } from '../results/record';
import { newSeedPlan } from '../results/seedPlan';
import { seedsNeeded } from '../results/seedsNeeded';
import { detectable } from '../results/statistics';
import type { Table, TableValue } from '../results/tables';
import { differenceInWords, liesAbove, liesBelow, sidesOf, signed } from '../results/verdicts';
import { GALLERIES } from './galleries';
import { provenance } from './provenance';

export const VERDICTS: readonly Verdict[] = [
  'reproduced',
  'mixed',
  'inconclusive',
  'not reproduced',
  'not run',
];

/** E.g. `tiny` or `tiny, until decided`. */
export function profileOf({ profile, untilDecided }: LedgerEntry): string {
  return `${profile ?? 'none'}${untilDecided === null ? '' : ', until decided'}`;
}

/** What the evidence is about; nothing where there is only the one difference of the claim. */
export function subjectOf({ name, about = name }: Evidence, { evidence }: LedgerEntry): string {
  return evidence.length === 1 && name === 'pooled' ? '' : about;
}

/** The entries of a group's claims. */
export function entriesOfGroup(entries: readonly LedgerEntry[], { paper, id }: ClaimGroup): LedgerEntry[] {
  return entries.filter(({ claim }) => claim.paper === paper && claim.group === id);
}

/** The last word on each claim and profile: a plan's entry replaces that of the profile's own seeds. What was read instead of run is the same for all profiles, and stands once. */
export function lastWords(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const same = (a: LedgerEntry, b: LedgerEntry): boolean =>
    a.claim.id === b.claim.id &&
    a.claim.paper === b.claim.paper &&
    (a.profile === b.profile || (a.cells.length === 0 && b.cells.length === 0));
  return entries.filter(
    (entry, i) =>
      !entries.some(
        (other, j) =>
          same(entry, other) &&
          (entry.cells.length === 0 ? j < i : other.untilDecided !== null && entry.untilDecided === null),
      ),
  );
}

/** How many claims got which verdict, question by question; a claim with several profiles counts in each. */
export function verdictsTable(entries: readonly LedgerEntry[], groups: readonly ClaimGroup[]): Table {
  const last = lastWords(entries);
  const shown = VERDICTS.filter((verdict) => last.some((entry) => entry.verdict === verdict));
  const cell = (own: readonly LedgerEntry[], verdict: Verdict): string | null => {
    const found = own.filter((entry) => entry.verdict === verdict);
    const names = found.map((entry) => `${entry.claim.id} ${groundsOf(entry)}`);
    return names.length === 0 ? null : names.join('; ');
  };
  return {
    id: 'claims-verdicts',
    title: 'Verdicts by question',
    columns: ['Paper', 'Question', ...shown],
    rows: groups.map((group) => {
      const own = entriesOfGroup(last, group);
      return [group.paper, group.title, ...shown.map((verdict) => cell(own, verdict))];
    }),
    caption: `${last.length} verdicts on ${new Set(last.map(({ claim }) => `${claim.paper} ${claim.id}`)).size} claims: a claim has one for each profile whose runs say something about it. Where seeds were added until it was decided, that verdict counts.`,
  };
}

/** The claims of one question: what the paper prints, ours, and why the verdict is what it is. `runs` are those behind the entries. */
export function groupTable(
  entries: readonly LedgerEntry[],
  runs: readonly RunRecord[],
  group: ClaimGroup,
): Table {
  const own = entriesOfGroup(entries, group);
  const behind = [...new Set(own.flatMap((entry) => runsOf(entry, runs)))];
  const once = own.filter((entry) => entry.cells.length > 0 || lastWords(own).includes(entry));
  return withoutEmptyColumns({
    id: `claims-${group.id}`,
    title: group.title,
    columns: [
      'Claim',
      'The paper says',
      'Its numbers say',
      'Runs',
      'Ours',
      'Weighed against',
      'Unit',
      'Detectable',
      'Verdict',
      'Why',
    ],
    rows: once.map((entry) => [
      entry.claim.id,
      entry.claim.text,
      entry.claim.printed,
      groundsOf(entry),
      measuredBy(entry),
      eachOf(entry, weighedAgainst),
      unitsOf(entry),
      eachOf(entry, ({ contrast, coverage, level = coverage }) => detectable(contrast, { level }).toFixed(1)),
      entry.verdict,
      reasonOf(entry),
    ]),
    caption: `${group.meaning} ${behind.length === 0 ? 'Read, not run.' : provenance(behind)}`,
  });
}

function withoutEmptyColumns({ columns, rows, ...table }: Table): Table {
  const isFilled = (_: unknown, i: number): boolean => rows.some((row) => row[i] !== null);
  return { ...table, columns: columns.filter(isFilled), rows: rows.map((row) => row.filter(isFilled)) };
}

/** Seeds of each group, e.g. 5; those of the group with the most. */
export function seedsOf({ evidence, comparisons }: LedgerEntry): number {
  const counts = [...evidence, ...comparisons].flatMap(({ contrast }) =>
    contrast.groups.map(({ group }) => group.count),
  );
  return Math.max(0, ...counts);
}

/** E.g. `tiny`, or `read` where nothing had to run. */
function groundsOf(entry: LedgerEntry): string {
  if (entry.verdict === 'not run') return 'none';
  if (entry.cells.length === 0) return 'read';
  return profileOf(entry);
}

function eachOf(entry: LedgerEntry, shown: (found: Evidence) => string): string | null {
  if (entry.evidence.length === 0) return null;
  return entry.evidence.map((found) => `${subjectOf(found, entry)} ${shown(found)}`.trim()).join('; ');
}

/** E.g. `+5.0`, or `+5.0 (set by the rule)` where the paper prints none. */
function weighedAgainst({ claimed, claimedBy }: Evidence): string {
  return `${signed(claimed)}${claimedBy === 'rule' ? ' (set by the rule)' : ''}`;
}

/** Nothing where the verdict rests on no difference: the reason says on what. */
function measuredBy(entry: LedgerEntry): string | null {
  const bySubset = entry.comparisons.map((found) => `${found.subset} ${differenceInWords(found)}`);
  return eachOf(entry, differenceInWords) ?? (bySubset.length > 0 ? bySubset.join('; ') : null);
}

/** Of the differences that a verdict rests on; null where it rests on none. */
export function unitsOf({ evidence, comparisons }: LedgerEntry): string | null {
  const those = evidence.length > 0 ? evidence : comparisons;
  const units = [...new Set(those.map(({ unit = 'percentage points' }) => unit))];
  return units.length === 0 ? null : units.join('; ');
}

/** What is inconclusive, and what it would take: for each difference the seeds that would tell what is claimed from 0 at the spread seen, whether a plan of seeds goes so far, and the hours of computing.
 *  `runs` are those behind the entries. */
export function openTable(entries: readonly LedgerEntry[], runs: readonly RunRecord[]): Table {
  const open = lastWords(entries).filter(({ verdict }) => verdict === 'inconclusive');
  return {
    id: 'claims-open',
    title: 'What is open',
    columns: [
      'Claim',
      'Runs',
      'Seeds a group',
      'Difference',
      'Weighed against',
      'Detectable',
      'Seeds needed',
      "A plan's last look",
      'Hours for the seeds needed',
    ],
    rows: open.flatMap((entry): TableValue[][] => {
      const grounds = [entry.claim.id, profileOf(entry)];
      if (entry.evidence.length === 0) {
        const { level } = sidesOf(entry.comparisons);
        const sizes = entry.comparisons
          .map(({ contrast }) => detectable(contrast, { level }))
          .sort((a, b) => a - b);
        const least = sizes.length === 0 ? null : `${sizes[0].toFixed(1)} to ${sizes.at(-1)?.toFixed(1)}`;
        const seeds = sizes.length === 0 ? null : seedsOf(entry);
        return [[...grounds, seeds, 'several', null, least, null, lastLookOf(entry), null]];
      }
      return entry.evidence.map((found) => {
        const { contrast, coverage, level = coverage } = found;
        const needed = seedsNeeded(found, entry.untilDecided?.plan);
        return [
          ...grounds,
          seedsOf(entry),
          `${subjectOf(found, entry)} ${differenceInWords(found)}`.trim(),
          weighedAgainst(found),
          detectable(contrast, { level }).toFixed(1),
          needed ?? 'over 10,000',
          lastLookOf(entry),
          needed === null ? null : hoursFor(entry, runs, needed).toFixed(1),
        ];
      });
    }),
    caption:
      "Seeds needed: of each group, for a power of 0.8 to tell from 0 what the difference is weighed against, if the spread stays as seen; under a plan by the intervals of its last look. A plan's last look: the most seeds that --until-decided goes to, four times the profile's own; none where seeds do not decide the claim by a plan. Hours: of one process, at the mean time of the runs so far. Several: the rule counts the sides of several differences or intervals, and no single effect is weighed; detectable is then by intervals that hold together; where it counts them beside their mean, the mean may be told from 0 long before each of them is.",
  };
}

/** Null where more seeds cannot decide the claim. */
function lastLookOf(entry: LedgerEntry): number | null {
  const { untilDecided, experiment, profile, claim } = entry;
  const rules = GALLERIES.filter((gallery) => gallery.experiment === experiment).flatMap(
    (each) => each.rules,
  );
  if (!rules.some((rule) => rule.claim === claim.id && rule.overSeeds)) return null;
  const own = seedsOf(entry);
  const plan = untilDecided?.plan ?? newSeedPlan(experiment ?? '', profile ?? '', [...Array(own).keys()]);
  return plan.seeds.length;
}

function hoursFor(entry: LedgerEntry, runs: readonly RunRecord[], seeds: number): number {
  const behind = runsOf(entry, runs);
  const groups = behind.length / seedsOf(entry);
  const seconds = behind.reduce((sum, run) => sum + run.seconds, 0) / behind.length;
  return (Math.max(0, seeds - seedsOf(entry)) * groups * seconds) / 3600;
}

/** Differences that are told from 0 by little: the interval's nearer end is less than a quarter of its half width away. */
export function thinTable(entries: readonly LedgerEntry[]): Table {
  const shown = lastWords(entries).flatMap((entry) =>
    entry.evidence
      .filter(({ interval }) => liesAbove(interval, 0) || liesBelow(interval, 0))
      .map((found) => ({ entry, found, margin: marginOf(found) })),
  );
  const thin = shown.filter(({ margin }) => margin < THIN).sort((a, b) => a.margin - b.margin);
  return {
    id: 'claims-thin',
    title: 'What hangs by a thread',
    columns: ['Claim', 'Runs', 'Difference', 'Seeds a group', 'Verdict'],
    rows: thin.map(({ entry, found }) => [
      entry.claim.id,
      profileOf(entry),
      `${subjectOf(found, entry)} ${differenceInWords(found)}`.trim(),
      seedsOf(entry),
      entry.verdict,
    ]),
    caption: `${thin.length} of ${shown.length} differences whose intervals leave out 0 do so by less than a quarter of the interval's half width.`,
  };
}

const THIN = 0.25;

function marginOf({ interval: [low, high] }: Evidence): number {
  return Math.min(Math.abs(low), Math.abs(high)) / ((high - low) / 2);
}

/** In one sentence: how many claims that need runs have some of a profile. */
export function coverageInWords(entries: readonly LedgerEntry[], profile: string): string {
  const name = ({ claim }: LedgerEntry): string => `${claim.paper} ${claim.id}`;
  const needing = entries.filter(({ cells, verdict }) => cells.length > 0 || verdict === 'not run');
  const all = new Set(needing.map(name));
  const having = new Set(
    needing.filter((entry) => entry.profile === profile && entry.cells.length > 0).map(name),
  );
  return `Of ${all.size} claims that need runs, ${having.size} have runs of profile ${profile}.`;
}

/** How many intervals of independent differences would leave out the truth by chance alone. */
export function expectedMisses(entries: readonly LedgerEntry[]): { intervals: number; misses: number } {
  const evidence = lastWords(entries).flatMap((entry) => entry.evidence);
  return {
    intervals: evidence.length,
    misses: evidence.reduce((sum, { coverage }) => sum + 1 - coverage, 0),
  };
}
