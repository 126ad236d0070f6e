// All galleries, one an experiment; and the ledger of all papers, by their rules.
import type { ClaimRule } from '../results/claimRule';
import { type LedgerEntry, ledger, ledgerOfPlan } from '../results/claims';
import { papersWithClaims } from '../results/papers';
import { type PlanFolders, readPlanRecords } from '../results/planRecords';
import type { RunRecord } from '../results/record';
import { readSeedPlans, type SeedPlan } from '../results/seedPlan';
import { unknownName } from '../suggest';
import { fewShotGallery } from './fewShotGallery';
import type { Gallery } from './gallery';
import { locNetGallery } from './locnetGallery';
import { locNetReflectionGallery } from './locnetReflectionGallery';
import { stimuliTransferGallery } from './stimuliTransferGallery';
import { synthesisGallery } from './synthesisGallery';
import { topKGallery } from './topkGallery';
import { topKInferenceGallery } from './topkInferenceGallery';

export const GALLERIES: readonly Gallery[] = [
  topKGallery,
  topKInferenceGallery,
  synthesisGallery,
  fewShotGallery,
  stimuliTransferGallery,
  locNetGallery,
  locNetReflectionGallery,
];

/** Every claim of every paper, judged by the galleries' rules for that paper. */
export function wholeLedger(
  records: readonly RunRecord[],
  galleries: readonly Gallery[] = GALLERIES,
): LedgerEntry[] {
  return papersWithClaims().flatMap((paper) => {
    const rules = galleries.filter((gallery) => gallery.paper === paper).flatMap((gallery) => gallery.rules);
    return ledger(records, paper, rules);
  });
}

/** The claims for which seeds were added until they were decided, by plans; default: all that are stored. */
export function untilDecidedLedger(
  folders: PlanFolders = {},
  plans: readonly SeedPlan[] = readSeedPlans(folders.untilDecided),
): LedgerEntry[] {
  return plans.flatMap((plan) => {
    const own = GALLERIES.filter(({ experiment }) => experiment === plan.experiment);
    const runs = readPlanRecords(plan, folders);
    return own.flatMap(({ paper, rules }) => ledgerOfPlan(plan, runs, paper, rules));
  });
}

/** Those of the runs on which entries rest. */
export function runsBehind(entries: readonly LedgerEntry[], runs: readonly RunRecord[]): RunRecord[] {
  const behind = new Set(
    entries.flatMap(({ cells, untilDecided }) => cells.map((id) => `${untilDecided?.plan.experiment} ${id}`)),
  );
  return runs.filter(({ experiment, cell }) => behind.has(`${experiment} ${cell.id}`));
}

/** Rules of an experiment that more seeds can decide; of these claims where some are named. Throws, with the nearest, on one that is none. */
export function rulesDecidedBySeeds(
  experiment: string,
  claims?: readonly string[],
  galleries: readonly Gallery[] = GALLERIES,
): ClaimRule[] {
  const rules = galleries
    .filter((gallery) => gallery.experiment === experiment)
    .flatMap((gallery) => gallery.rules);
  const bySeeds = rules.filter(({ overSeeds }) => overSeeds);
  if (bySeeds.length === 0) throw new Error(`${experiment} has no claim that more seeds can decide.`);
  if (claims === undefined) return bySeeds;
  return [...new Set(claims)].map((claim) => {
    const rule = bySeeds.find((candidate) => candidate.claim === claim);
    if (rule !== undefined) return rule;
    const known = bySeeds.map((candidate) => candidate.claim);
    throw unknownName(`claim of ${experiment} that more seeds can decide`, claim, known);
  });
}
