// The repository's Jupyter kernel: its own tslab, started at the repository root with what tslab lacks.
'use strict';
const { existsSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { useCompiler } = require('./compiler.cjs');
const { useCells } = require('./cells.cjs');
const { SourcePositions } = require('./positions.cjs');

function repositoryRoot(folder) {
  if (existsSync(path.join(folder, 'node_modules', 'tslab'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder)
    throw new Error(`No node_modules/tslab above ${__dirname}: run "npm ci" in the repository.`);
  return repositoryRoot(parent);
}

/** A kernel whose Jupyter (or runner) was killed ends itself. */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 1000).unref();
}

const root = repositoryRoot(__dirname);
process.chdir(root); // front ends start kernels in the notebook's folder; cells import './lib/...'
const requireTslab = createRequire(path.join(root, 'node_modules', 'tslab', 'dist', 'main.js'));
const positions = new SourcePositions(root);

useCompiler(requireTslab, root, positions); // before tslab loads its compiler
useCells(requireTslab, positions);
endWithParent();
requireTslab('./main.js').startKernel({ configPath: process.argv[2], enableFindLocal: false });
for (const event of ['uncaughtException', 'unhandledRejection']) {
  const [ours] = process.listeners(event); // tslab's own listener, added after ours, would only print
  process.removeAllListeners(event).on(event, ours);
}
