// The machine that a record names.
import * as os from 'node:os';
import type { RunRecord } from './record';

/** This machine, without anything that tells whose it is. */
export function describeMachine(): RunRecord['machine'] {
  return { cpu: os.cpus()[0]?.model.trim() || 'unknown', cores: os.cpus().length, node: process.version };
}
