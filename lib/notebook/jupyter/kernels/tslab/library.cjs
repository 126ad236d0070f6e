// Library files for the kernel. tslab would compile each twice, through two programs of TypeScript; types are checked all the
// same, but the code comes from one call of esbuild for all files, as it does under tsx: the first import takes half the time.
'use strict';
const path = require('node:path');

/** Marks code that is a CommonJS module already, so that tslab's second step leaves it alone. */
const COMPILED = '/* compiled by esbuild */\n';

class Library {
  #root;
  #esbuild;
  #positions;
  /** Path -> { version, code }. */
  #compiled = new Map();

  constructor(root, esbuild, positions) {
    this.#root = root;
    this.#esbuild = esbuild;
    this.#positions = positions;
  }

  /** Lets a TypeScript builder program emit the library's files from here. */
  use(builder) {
    const { emit } = builder;
    builder.emit = (file, write, ...rest) => {
      if (!file || !this.#owns(file)) return emit(file, write, ...rest);
      if (!this.#isFresh(file))
        this.#compile(builder.getSourceFiles().filter((each) => this.#owns(each) && !this.#isFresh(each)));
      const { code } = this.#compiled.get(file.fileName);
      write(path.posix.join('outDir', this.#script(file.fileName)), COMPILED + code);
      return { emitSkipped: false, diagnostics: [] };
    };
    return builder;
  }

  static isCompiled(code) {
    return code.startsWith(COMPILED);
  }

  #owns({ fileName, isDeclarationFile }) {
    const inside = fileName.startsWith(`${this.#root}/`) && !fileName.includes('/node_modules/');
    return (
      inside && !isDeclarationFile && fileName.endsWith('.ts') && path.basename(fileName) !== '__tslab__.ts'
    );
  }

  #isFresh({ fileName, version }) {
    return this.#compiled.get(fileName)?.version === version;
  }

  #script(fileName) {
    return path.posix.relative(this.#root, fileName).replace(/\.ts$/, '.js');
  }

  #compile(files) {
    const { outputFiles } = this.#esbuild.buildSync({
      entryPoints: files.map(({ fileName }) => fileName),
      outdir: this.#root,
      outbase: this.#root,
      absWorkingDir: this.#root,
      bundle: false,
      write: false,
      format: 'cjs',
      platform: 'node',
      target: 'es2022',
      // In the kernel, modules of the library exist only for require().
      supported: { 'dynamic-import': false },
      sourcemap: 'external',
      logLevel: 'silent',
    });
    const text = new Map(
      outputFiles.map((output) => [
        path.relative(this.#root, output.path).replaceAll('\\', '/'),
        output.text,
      ]),
    );
    for (const { fileName, version } of files) {
      const script = this.#script(fileName);
      this.#compiled.set(fileName, { version, code: text.get(script) });
      this.#positions.addFile(script, JSON.parse(text.get(`${script}.map`)), COMPILED.split('\n').length - 1);
    }
  }
}

module.exports = { Library };
