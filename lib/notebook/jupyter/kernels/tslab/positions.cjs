// Positions in what tslab compiled, traced back to the line of the cell or of the .ts file.
'use strict';
const { SourceMap } = require('node:module');
const path = require('node:path');

const CELL_SOURCE = '__tslab__.ts';
const CELL_FRAME = /cell\[(\d+)\]/;

class SourcePositions {
  /** Script name in a stack frame -> the maps from it back to its source, innermost last. */
  #scripts = new Map();
  #root;
  cell = 0;

  constructor(root) {
    this.#root = root + path.sep;
  }

  /** Remembers how `code` came from `emitted`, whose inline source map leads to the TypeScript; returns `code`, named if a cell. */
  add(emitted, map, code) {
    const inline = /\/\/# sourceMappingURL=data:application\/json;(?:charset=[^;]*;)?base64,(\S+)/.exec(
      emitted,
    );
    if (!inline) return code;
    const toTypeScript = JSON.parse(Buffer.from(inline[1], 'base64').toString());
    const source = toTypeScript.sources[0].replace(/^(\.\.\/)+/, '');
    const isCell = source === CELL_SOURCE;
    const script = isCell ? `cell[${this.cell}]` : source.replace(/\.tsx?$/, '.js');
    const lines = code.split('\n').length;
    this.#scripts.set(script, {
      source,
      isCell,
      lines,
      maps: [new SourceMap(map), new SourceMap(toTypeScript)],
    });
    return isCell ? `${code}//# sourceURL=${script}\n` : code;
  }

  /** Remembers the one map of a library file; `offset` lines precede the mapped code. */
  addFile(script, map, offset) {
    map.mappings = ';'.repeat(offset) + map.mappings;
    const source = script.replace(/\.js$/, '.ts');
    this.#scripts.set(script, {
      source,
      isCell: false,
      lines: Number.POSITIVE_INFINITY,
      maps: [new SourceMap(map)],
    });
  }

  /** An error's stack, readable: its own frames in .ts lines and relative paths; no frames of tslab, the compiler or Node. */
  traceback(error) {
    const [head, frames] = splitStack(error);
    const own = frames
      .map((frame) => frame.replaceAll('file://', '').replaceAll(this.#root, ''))
      .filter(
        (frame) =>
          !/node_modules\/(@?tslab|tsx)\/|node:|launch\.cjs|cells\.cjs|\(native\)|eval at/.test(frame),
      )
      .map((frame) => this.#readable(frame))
      .filter((frame) => frame !== undefined);
    const lines = [...head, ...own];
    return error?.cause === undefined ? lines : [...lines, 'caused by:', ...this.traceback(error.cause)];
  }

  /** The frame with its place in the source; undefined for tslab's call of a whole cell. */
  #readable(frame) {
    const [place, script, line, column] = /([^\s()]+):(\d+):(\d+)/.exec(frame) ?? [];
    const known = this.#scripts.get(script);
    if (!known) return frame;
    if (known.isCell && Number(line) > known.lines) return undefined;
    const traced = this.#trace(script, known, Number(line), Number(column));
    return traced === undefined ? frame : frame.replace(place, traced);
  }

  #trace(script, known, line, column) {
    let position = { line: line - 1, column: column - 1 };
    for (const map of known.maps) {
      const entry = map.findEntry(position.line, position.column);
      if (entry.originalLine === undefined) return undefined;
      position = { line: entry.originalLine, column: entry.originalColumn };
    }
    // tslab puts one line before a cell's own first line.
    if (known.isCell) return `cell [${CELL_FRAME.exec(script)[1]}], line ${position.line}`;
    return `${known.source}:${position.line + 1}:${position.column + 1}`;
  }
}

/** [message lines, frame lines]; anything may be thrown, so anything is described. */
function splitStack(error) {
  if (!(error instanceof Error)) return [[`Thrown: ${require('node:util').inspect(error)}`], []];
  const lines = String(error.stack ?? error).split('\n');
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  if (first < 0) return [lines, []];
  return [lines.slice(0, first), lines.slice(first).filter((line) => /^\s+at /.test(line))];
}

module.exports = { SourcePositions };
