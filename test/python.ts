// Where tests and benches find Python: GESTALT_PYTHON, else the repository's .venv, else python3 from the PATH.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { fromRoot } from '../lib/files';

/** A Python with a package (or several: `scipy, PIL`); undefined when there is none. */
export function pythonWith(packageName: string): string | undefined {
  const own = fromRoot('.venv', 'bin', 'python');
  const python = process.env.GESTALT_PYTHON || (fs.existsSync(own) ? own : 'python3');
  return spawnSync(python, ['-c', `import ${packageName}`]).status === 0 ? python : undefined;
}
