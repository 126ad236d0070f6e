// All galleries, one an experiment; and the ledger of all papers, by their rules.
import type { ClaimRule } from '../results/claimRule';
import { type LedgerEntry, ledger, ledgerOfPlan } from '../results/claims';
import { papersWithClaims } from '../results/papers';
import { type PlanFolders, readPlanRecords } from '../results/planRecords';
import { type RunRecord, readRecords } from '../results/record';
import { isFurther, readSeedPlans, type SeedPlan } from '../results/seedPlan';
import { unknownName } from '../suggest';
import { biasClaimsGallery, biasMeasuresGallery } from './biasMeasuresGallery';
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
  biasMeasuresGallery,
  biasClaimsGallery,
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

/** The ledger as it is printed. */
export interface StoredLedger {
  /** Every claim of every paper; what a plan of seeds says of it follows its profile's own entry. */
  readonly entries: readonly LedgerEntry[];
  /** All runs of experiments that have rules, and the seeds that plans added. */
  readonly runs: readonly RunRecord[];
}

/** Judges every claim by the stored records. */
export function readLedger(folders: PlanFolders = {}): StoredLedger {
  const records = readRecords({ folder: folders.records });
  const planned = readSeedPlans(folders.untilDecided).map((plan) => readPlannedClaims(plan, folders));
  const further = planned.flatMap(({ entries }) => entries);
  const entries = wholeLedger(records).flatMap((entry) => [entry, ...further.filter(follows(entry))]);
  const added = planned.flatMap(({ plan, runs }) => runs.filter(({ cell }) => isFurther(plan, cell)));
  return { entries, runs: [...records.filter(isJudged), ...added] };
}

/** Of the same claim and profile. */
function follows({ claim, profile }: LedgerEntry): (further: LedgerEntry) => boolean {
  return (further) =>
    further.claim.id === claim.id && further.claim.paper === claim.paper && further.profile === profile;
}

/** Whether a run is of an experiment that has rules. */
function isJudged({ experiment }: RunRecord): boolean {
  return GALLERIES.some((gallery) => gallery.experiment === experiment && gallery.rules.length > 0);
}

/** Rules of an experiment that more seeds can decide; of these claims where some are named. Throws on one that is none: with the
 *  nearest, or, where it is a claim that seeds do not decide, with those that they do. */
export function rulesDecidedBySeeds(
  experiment: string,
  claims?: readonly string[],
  galleries: readonly Gallery[] = GALLERIES,
): ClaimRule[] {
  const rules = galleries
    .filter((gallery) => gallery.experiment === experiment)
    .flatMap((gallery) => gallery.rules);
  const bySeeds = rules.filter(({ overSeeds }) => overSeeds);
  if (bySeeds.length === 0) throw new Error(`${experiment} has no claim that seeds decide by a plan.`);
  if (claims === undefined) return bySeeds;
  return [...new Set(claims)].map((claim) => {
    const rule = bySeeds.find((candidate) => candidate.claim === claim);
    if (rule !== undefined) return rule;
    const known = bySeeds.map((candidate) => candidate.claim);
    if (rules.some((candidate) => candidate.claim === claim)) {
      throw new Error(
        `${claim} is no claim that seeds decide by a plan: more seeds may overturn its verdict, or its rule does not go by intervals over seeds. Of ${experiment} they decide ${known.join(', ')}.`,
      );
    }
    throw unknownName(`claim of ${experiment} that more seeds can decide`, claim, known);
  });
}
