// Runs one cell in this process and leaves its record.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sha256, writeFileAtomic } from '../files';
import { hashJson } from '../results/canonical';
import { describeMachine } from '../results/machine';
import { RECORD_SCHEMA, type RunRecord, writeRecord } from '../results/record';
import { holdCell } from './cellLock';
import { CHECKPOINTS, checkpointFolder, removeTemporary, SECONDS_FILE } from './checkpoints';
import type { CellContext } from './experiment';
import { type GridOptions, type PlannedCell, planCell, reasonToRun, recordsFlag } from './plan';
import { requireWritable } from './writable';

export interface RunCellOptions extends GridOptions {
  signal: AbortSignal;
  report?: (line: string) => void;
  /** Run even when a valid record is stored, from the first step. */
  fresh?: boolean;
  /** Names a run afresh of several attempts: the later ones go on from the checkpoint of the first. */
  freshAs?: string;
  /** Where the checkpoints of all cells are kept. */
  checkpointRoot?: string;
}

/** The record of one cell: the stored one when it is valid, else that of a run, which is stored.
 *  A run that was cut off goes on from its checkpoint. While another process has the cell in hand, this one waits, and returns what that
 *  one left. Throws `Interrupted` when the signal is aborted. */
export async function runCell(id: string, options: RunCellOptions): Promise<RunRecord> {
  const { signal, report, fresh = false } = options;
  const planned = await planCell(id, options);
  if (planned.stored.state === 'valid' && !fresh) {
    report?.('has a valid record: nothing to run');
    return planned.stored.record;
  }
  requireWritable(path.dirname(planned.file), 'where the record goes');
  const held = await holdCell(cellPath(planned, options), { signal, report });
  try {
    // Another process may have run it in the meantime, and then it is fresh enough.
    const now = await planCell(id, options);
    if (now.stored.state === 'valid' && !(fresh && isSame(now, planned))) return now.stored.record;
    return await runHeldCell(now, { ...options, signal: eitherOf(signal, held.lost) });
  } finally {
    await held.release();
  }
}

/** Aborted with either, for its reason. */
function eitherOf(...signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
}

function isSame({ stored: a }: PlannedCell, { stored: b }: PlannedCell): boolean {
  return a.state === 'valid' && b.state === 'valid' && hashJson(a.record) === hashJson(b.record);
}

async function runHeldCell(planned: PlannedCell, options: RunCellOptions): Promise<RunRecord> {
  const { experiment, inputs = {}, signal, report = () => undefined, fresh = false } = options;
  const checkpoints = checkpointFolder(cellPath(planned, options), ...runOf(planned));
  removeTemporary(checkpoints);
  if (fresh) startAfresh(checkpoints, options.freshAs);
  report(`starts: ${reasonToRun(planned.stored, fresh)}`);
  const clock = startClock(checkpoints);
  const outcome = await experiment
    .run(planned.config, { inputs, signal, checkpoints, report, artifact: artifactWriter(planned.file) })
    .finally(clock.stop);
  const record: RunRecord = {
    schema: RECORD_SCHEMA,
    experiment: experiment.id,
    paper: experiment.paper,
    profile: options.profile,
    cell: planned.cell,
    config: planned.config,
    configHash: planned.key.configHash,
    codeHash: planned.key.codeHash,
    machine: describeMachine(),
    seconds: Math.round(clock.seconds()),
    date: new Date().toISOString().slice(0, 10),
    artifacts: [],
    command: commandOf(planned, options),
    ...outcome,
  };
  writeRecord(planned.file, record);
  return record;
}

/** Removes the checkpoint of every run but the one of this name. */
function startAfresh(checkpoints: string, name: string | undefined): void {
  const file = path.join(checkpoints, 'fresh.txt');
  if (name !== undefined && fs.existsSync(file) && fs.readFileSync(file, 'utf8') === name) return;
  fs.rmSync(checkpoints, { recursive: true, force: true });
  if (name !== undefined) writeFileAtomic(file, name);
}

/** Artifacts of a cell lie in a folder beside its record, under its name. */
export function artifactWriter(recordFile: string): CellContext['artifact'] {
  const folder = path.dirname(recordFile);
  return (name, content) => {
    const file = path.join('artifacts', `${path.basename(recordFile, '.json')}-${name}`);
    writeFileAtomic(path.join(folder, file), content);
    return { file, sha256: sha256(content), bytes: Buffer.byteLength(content) };
  };
}

/** Its lock, whatever the configuration and engine, since its record is one file; and what its checkpoint folders begin with. */
export function cellPath(
  { cell }: PlannedCell,
  {
    experiment,
    profile,
    checkpointRoot = CHECKPOINTS,
  }: Pick<RunCellOptions, 'experiment' | 'profile' | 'checkpointRoot'>,
): string {
  return path.join(checkpointRoot, profile, experiment.id, cell.id);
}

/** Configuration, code and a demanded engine name a run, so that none resumes from the checkpoint of another one. */
function runOf({ key }: PlannedCell): string[] {
  return [key.configHash, key.codeHash, key.dataHash ?? '', key.engineFamily ?? ''];
}

/** What runs the cell again from the root of the repository; where the images are is everyone's own. */
function commandOf({ cell }: PlannedCell, options: RunCellOptions): string {
  const { experiment, profile, overrides = {}, inputs = {}, folder } = options;
  const flags = [`--profile ${profile}`];
  const [flag, where] = recordsFlag(folder);
  if (flag !== undefined && !path.isAbsolute(where)) flags.push(`${flag} ${where}`);
  if (overrides.seeds !== undefined) flags.push(`--seeds ${cell.seed}`);
  if (inputs.data !== undefined) flags.push('--data <folder>');
  return `npm run cell -- ${experiment.id} ${cell.id} ${flags.join(' ')}`;
}

const MINUTE_MILLISECONDS = 60_000;

/** Seconds that a cell took, all its attempts together; one that was killed counts to its last whole minute. */
function startClock(folder: string): { seconds(): number; stop(): void } {
  const file = path.join(folder, SECONDS_FILE);
  const before = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) || 0 : 0;
  const start = process.hrtime.bigint();
  const seconds = (): number => before + Number(process.hrtime.bigint() - start) / 1e9;
  const save = (): void => writeFileAtomic(file, seconds().toFixed(1));
  const timer = setInterval(() => {
    // Where it cannot be written, the run itself says so.
    try {
      save();
    } catch {}
  }, MINUTE_MILLISECONDS).unref();
  return {
    seconds,
    stop() {
      clearInterval(timer);
      save();
    },
  };
}
