// What a worker thread is started with.
import { createRequire } from 'node:module';
import { fromRoot } from './files';

/** A worker starts without the loaders of TypeScript, in the notebook's kernel as on the command line: both kinds of import
 *  are taught to it before it loads the module.
 *  @param module from the root of the repository. */
export function workerScript(module: string): string {
  const { resolve } = createRequire(fromRoot('package.json'));
  const load = (file: string): string => `require(${JSON.stringify(file)})`;
  return [
    load(resolve('tsx/cjs')),
    `${load(resolve('tsx/esm/api'))}.register()`,
    load(fromRoot(module)),
  ].join(';');
}
