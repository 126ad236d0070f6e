// Seeds until a claim is decided: the plan of a grid, written down before the first seed is added. Looks only at the sample sizes that stand in it.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, writeFileAtomic } from '../files';
import { check, integer, list, number, object, readJson, text } from './check';
import { readableJson } from './record';
import { levelsOfLooks } from './sequentialLevels';

/** When and at which level the claims of a grid are looked at. */
export interface SeedPlan {
  readonly experiment: string;
  readonly profile: string;
  /** Chance that one of the intervals of a difference, over all its looks, leaves out the truth. */
  readonly level: number;
  /** In the order in which they are added; the first are the profile's own. */
  readonly seeds: readonly number[];
  /** Seeds of each group at each look, increasing; the last is all of them. */
  readonly looks: readonly number[];
  readonly claims: readonly PlannedClaim[];
}

export interface PlannedClaim {
  readonly id: string;
  /** Day on which it was chosen, YYYY-MM-DD. */
  readonly since: string;
}

const day = text(/^\d{4}-\d\d-\d\d$/, 'a day as YYYY-MM-DD');
const word = text(/^\S+$/, 'a name');
const PLAN = object<SeedPlan>({
  experiment: word,
  profile: word,
  level: number,
  seeds: list(integer),
  looks: list(integer),
  claims: list(object<PlannedClaim>({ id: word, since: day })),
});

/** The folder of plans, and of the records of the seeds that were added: laid out as that of all records. */
export const UNTIL_DECIDED = fromRoot('data', 'until-decided');

const LEVEL = 0.05;
/** The profile's own seeds, twice and four times as many. */
const MULTIPLES = [1, 2, 4];

/** The plan of every grid: looks at the profile's seeds and at twice and four times as many, of which the further ones follow the greatest. */
export function newSeedPlan(experiment: string, profile: string, ownSeeds: readonly number[]): SeedPlan {
  const own = [...new Set(ownSeeds)];
  if (own.length < 2)
    throw new Error(
      `${experiment} (${profile}) has ${own.length} seed: without two there is no spread to plan by.`,
    );
  const looks = MULTIPLES.map((times) => times * own.length);
  const next = Math.max(...own) + 1;
  const further = Array.from({ length: looks[looks.length - 1] - own.length }, (_, i) => next + i);
  return { experiment, profile, level: LEVEL, seeds: [...own, ...further], looks, claims: [] };
}

/** Day on which one of the plan's claims was chosen, YYYY-MM-DD. */
export function sinceOf({ claims }: SeedPlan, claim: string): string {
  return claims.find(({ id }) => id === claim)!.since;
}

/** Whether a cell's seed is one of those that were added. */
export function isFurther({ seeds, looks }: SeedPlan, { seed }: { readonly seed: number }): boolean {
  return seeds.indexOf(seed) >= looks[0];
}

/** Coverage of the intervals at each look, e.g. 0.9969. */
export function coverages({ looks, level }: SeedPlan): number[] {
  return levelsOfLooks(looks, level).map((each) => 1 - each);
}

/** Where the plan of a grid lies: beside the folder of its further records. */
export function seedPlanFile(profile: string, experiment: string, folder: string = UNTIL_DECIDED): string {
  return path.join(folder, profile, `${experiment}.plan.json`);
}

/** A stored plan; null where there is none. Throws with file and field when it is damaged. */
export function readSeedPlan(file: string): SeedPlan | null {
  if (!fs.existsSync(file)) return null;
  const content = readJson(file, 'Fetch it again (git checkout).') as SeedPlan;
  check(PLAN, content, file);
  const { seeds, looks, level, claims, profile, experiment } = content;
  const folder = path.dirname(path.dirname(file));
  if (path.resolve(seedPlanFile(profile, experiment, folder)) !== path.resolve(file))
    throw new Error(`${file} is the plan of ${experiment}, profile ${profile}: it lies in the wrong place.`);
  if (new Set(claims.map(({ id }) => id)).size !== claims.length)
    throw new Error(`${file}: "claims" names a claim twice.`);
  const rises = looks.every((count, i) => count > (i === 0 ? 1 : looks[i - 1]));
  if (!rises || looks[looks.length - 1] !== seeds.length || new Set(seeds).size !== seeds.length)
    throw new Error(
      `${file}: "looks" must rise from 2 or more to the number of "seeds", of which none comes twice.`,
    );
  if (!(level > 0 && level < 1))
    throw new Error(`${file}: "level" must lie between 0 and 1, but is ${level}.`);
  return content;
}

/** All stored plans, ordered by profile and experiment. */
export function readSeedPlans(folder: string = UNTIL_DECIDED): SeedPlan[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      fs.readdirSync(path.join(folder, name)).map((file) => path.join(folder, name, file)),
    )
    .filter((file) => file.endsWith('.plan.json'))
    .sort()
    .flatMap((file) => readSeedPlan(file) ?? []);
}

/** Writes the plan, or leaves the former as it was. */
export function writeSeedPlan(plan: SeedPlan, folder?: string): void {
  writeFileAtomic(seedPlanFile(plan.profile, plan.experiment, folder), `${readableJson(plan)}\n`);
}

/** The plan with these claims too. Those that it has keep their day. */
export function withClaims(plan: SeedPlan, ids: readonly string[], today: string): SeedPlan {
  const further = [...new Set(ids)].filter((id) => !plan.claims.some((claim) => claim.id === id));
  return { ...plan, claims: [...plan.claims, ...further.map((id) => ({ id, since: today }))] };
}
