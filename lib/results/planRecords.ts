// The runs of a plan: the profile's own seeds, and those that were added.
import { type RunRecord, readRecords } from './record';
import { type SeedPlan, UNTIL_DECIDED } from './seedPlan';

export interface PlanFolders {
  /** Where the records of all profiles are. */
  records?: string;
  /** Where plans are, and the records of further seeds. */
  untilDecided?: string;
}

/** Each seed from its own folder only: what a person ran besides is not in the plan. */
export function readPlanRecords(
  { experiment, profile, seeds, looks }: SeedPlan,
  { records, untilDecided = UNTIL_DECIDED }: PlanFolders = {},
): RunRecord[] {
  const own = seeds.slice(0, looks[0]);
  const further = seeds.slice(looks[0]);
  const of = (folder: string | undefined, among: readonly number[]): RunRecord[] =>
    readRecords({ experiment, profile, folder }).filter(({ cell }) => among.includes(cell.seed));
  return [...of(records, own), ...of(untilDecided, further)];
}
