// Where tests find Jupyter: GESTALT_PYTHON (a python with it), the repository's .venv, the PATH.
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { fromRoot } from '../../lib/files';

/** A `jupyter` program that has a subcommand such as `nbconvert`; undefined when none has. */
export function jupyterProgram(subcommand: string): string | undefined {
  const python = process.env.GESTALT_PYTHON;
  const beside = python ? [path.join(path.dirname(python), 'jupyter')] : [];
  const programs = [...beside, fromRoot('.venv', 'bin', 'jupyter'), 'jupyter'];
  return programs.find(
    (program) => spawnSync(program, [subcommand, '--version'], { stdio: 'ignore' }).status === 0,
  );
}
