// tslab reads no tsconfig.json and keeps no source maps. Here its TypeScript gets the repository's strictness and types, real
// top-level await, and source maps, so that tracebacks name lines of the .ts file or of the cell.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { Library } = require('./library.cjs');
const { expandShorthands } = require('./shorthand.cjs');

function useCompiler(requireTslab, root, positions) {
  const id = requireTslab.resolve('@tslab/typescript-for-tslab');
  const typescript = requireTslab(id);
  const { createWatchCompilerHost, transpileModule } = typescript;
  const { strict, types, noImplicitOverride } = compilerOptions(typescript, root);
  const rebuilds = new Rebuilds();
  const esbuild = createRequire(path.join(root, 'package.json'))('esbuild');
  const library = new Library(root.replaceAll('\\', '/'), esbuild, positions);
  const createProgram = (...parameters) =>
    library.use(typescript.createEmitAndSemanticDiagnosticsBuilderProgram(...parameters));
  require.cache[id].exports = {
    ...typescript, // its exports are read-only getters: replaced in a copy
    createWatchCompilerHost: (files, options, ...rest) => {
      // Without disableTopLevelAwait: false, `await (x)` is parsed as a call of a function named await.
      const ours = { strict, types, noImplicitOverride, disableTopLevelAwait: false, inlineSourceMap: true };
      const [system, , ...reporters] = rest;
      return rebuilds.use(
        createWatchCompilerHost(files, { ...options, ...ours }, system, createProgram, ...reporters),
      );
    },
    // tslab's second step: the ES module that TypeScript emitted becomes a CommonJS one.
    transpileModule: (source, options) => {
      if (Library.isCompiled(source)) return { outputText: source };
      const output = transpileModule(source, {
        ...options,
        compilerOptions: { ...options.compilerOptions, inlineSourceMap: false, sourceMap: true },
      });
      const outputText = withoutMap(output.outputText);
      return { ...output, outputText: positions.add(source, JSON.parse(output.sourceMapText), outputText) };
    },
  };

  const converter = requireTslab('./converter.js');
  const { createConverter } = converter;
  converter.createConverter = (options) => {
    const made = createConverter(options);
    const { convert } = made;
    // Every cell runs as an async function: tslab would look for `await` in diagnostics that no longer come.
    made.convert = (previous, source) => {
      const converted = convert(previous, expandShorthands(typescript, source));
      rebuilds.rethrow();
      return { ...converted, hasToplevelAwait: true };
    };
    return made;
  };
}

/** tslab has room for one timer of the compiler, its rebuild, and jams when another is set (a file appeared in a watched
 *  folder) or a rebuild throws. Other timers become real ones, and an error is kept until the cell can be failed with it. */
class Rebuilds {
  #error;

  use(host) {
    const { setTimeout: setRebuild, clearTimeout: clearRebuild } = host;
    const others = new Set();
    host.setTimeout = (callback, delay, ...rest) => {
      if (rest[0] === 'timerToUpdateProgram') return setRebuild(() => this.#guard(callback), delay, ...rest);
      const timer = setTimeout(callback, delay, ...rest).unref();
      others.add(timer);
      return timer;
    };
    host.clearTimeout = (timer) => (others.delete(timer) ? clearTimeout(timer) : clearRebuild(timer));
    return host;
  }

  #guard(rebuild) {
    try {
      rebuild();
    } catch (error) {
      this.#error = error;
    }
  }

  rethrow() {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
  }
}

function compilerOptions(typescript, root) {
  const file = path.join(root, 'tsconfig.json');
  const { config, error } = typescript.parseConfigFileTextToJson(file, readFileSync(file, 'utf8'));
  if (error)
    throw new Error(
      `Cannot read ${file}: ${typescript.flattenDiagnosticMessageText(error.messageText, '\n')}`,
    );
  return config.compilerOptions;
}

const withoutMap = (code) => code.replace(/\/\/# sourceMappingURL=.*\s*$/, '');

module.exports = { useCompiler };
