// All galleries, one an experiment; and the ledger of all papers, by their rules.
import type { ClaimRule } from '../results/claimRule';
import { type LedgerEntry, ledger, ledgerOfPlan } from '../results/claims';
import { papersWithClaims } from '../results/papers';
import { type PlanFolders, readPlanRecords } from '../results/planRecords';
import type { RunRecord } from '../results/record';
import type { SeedPlan } from '../results/seedPlan';
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

/** The claims of a plan, for which seeds were added until they were decided, and the runs on which they rest. */
export interface PlannedClaims {
  readonly plan: SeedPlan;
  readonly entries: readonly LedgerEntry[];
  readonly runs: readonly RunRecord[];
}

/** Judges the claims of a plan by the stored runs. */
export function readPlannedClaims(plan: SeedPlan, folders: PlanFolders = {}): PlannedClaims {
  const runs = readPlanRecords(plan, folders);
  const entries = GALLERIES.filter(({ experiment }) => experiment === plan.experiment).flatMap(
    ({ paper, rules }) => ledgerOfPlan(plan, runs, paper, rules),
  );
  const behind = new Set(entries.flatMap(({ cells }) => cells));
  return { plan, entries, runs: runs.filter(({ cell }) => behind.has(cell.id)) };
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
