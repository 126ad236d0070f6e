// JupyterLab on the repository's notebooks. Python is needed for this interface only.
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, ROOT } from '../files';
import { JUPYTER_FOLDER } from './jupyterClient';

const ENVIRONMENT = fromRoot('.venv');
const REQUIREMENTS = fromRoot('requirements.txt');
const SCRIPTS = process.platform === 'win32' ? 'Scripts' : 'bin';

export interface OpenLabOptions {
  /** Further arguments for `jupyter lab`, e.g. `--no-browser`. */
  args?: readonly string[];
  log?: (line: string) => void;
}

/** Opens JupyterLab in notebooks/ and waits until it ends; returns its exit code.
 *  Jupyter comes from the PATH, else from the repository's .venv, which is made from requirements.txt when missing.
 *  Throws with the remedy when python3 is missing or the packages cannot be installed. */
export async function openLab({ args = [], log = console.log }: OpenLabOptions = {}): Promise<number> {
  const jupyter = findJupyterLab()?.program ?? makeEnvironment(log);
  const root = [`--ServerApp.root_dir=${ROOT}`, '--LabApp.default_url=/lab/tree/notebooks'];
  const env = { ...process.env, JUPYTER_PATH: jupyterPath(process.env.JUPYTER_PATH) };
  const lab = spawn(jupyter, ['lab', ...root, ...args], { stdio: 'inherit', env });
  const ignore = (): void => {}; // Ctrl-C reaches Jupyter too, which asks and then ends
  process.on('SIGINT', ignore);
  try {
    return await new Promise<number>((resolve, reject) => {
      lab.once('error', reject);
      lab.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    process.off('SIGINT', ignore);
  }
}

/** JUPYTER_PATH with the repository's kernel in front. */
export function jupyterPath(existing?: string): string {
  return existing ? `${JUPYTER_FOLDER}${path.delimiter}${existing}` : JUPYTER_FOLDER;
}

/** The `jupyter` program that has JupyterLab, and its version: from the PATH, else from .venv; undefined when there is none. */
export function findJupyterLab(): { program: string; version: string } | undefined {
  for (const program of ['jupyter', path.join(ENVIRONMENT, SCRIPTS, 'jupyter')]) {
    const { status, stdout } = spawnSync(program, ['lab', '--version'], {
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (status === 0) return { program, version: stdout.trim() };
  }
  return undefined;
}

function makeEnvironment(log: (line: string) => void): string {
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-c', 'import venv'], { stdio: 'ignore' }).status === 0,
  );
  if (!python) {
    throw new Error(
      'JupyterLab needs Python 3.9 or newer with venv, and none was found. Install it ("apt install python3-venv" on Debian and Ubuntu, ' +
        'else python.org), or run the notebooks without it: npm run notebooks.',
    );
  }
  log('Installing JupyterLab into .venv, once; this takes a minute or two.');
  const steps: [string, string[]][] = [
    [python, ['-m', 'venv', ENVIRONMENT]],
    [
      path.join(ENVIRONMENT, SCRIPTS, 'python'),
      ['-m', 'pip', 'install', '--disable-pip-version-check', '-q', '-r', REQUIREMENTS],
    ],
  ];
  for (const [program, parameters] of steps) {
    const { status } = spawnSync(program, parameters, { stdio: 'inherit' });
    if (status !== 0) {
      fs.rmSync(ENVIRONMENT, { recursive: true, force: true }); // a half-made one would be taken for whole
      throw new Error(
        `JupyterLab could not be installed: "${path.basename(program)} ${parameters.join(' ')}" failed, see above.`,
      );
    }
  }
  return path.join(ENVIRONMENT, SCRIPTS, 'jupyter');
}
