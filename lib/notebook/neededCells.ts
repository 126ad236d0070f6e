// Which cells of a notebook a piece of code needs, so that an exercise can be run without the rest.

/** Places in `sources`, code cells in their order, of those that `code` needs: those that declare a name that it uses, and what these
 *  need in turn; where there are any, also the cell that chooses the engine. Names are compared as words, so it may be a cell too many;
 *  a cell that only changes what another one declared is not found. */
export function neededCells(sources: readonly string[], code: string): number[] {
  const declared = sources.map(declaredNames);
  const needed = new Set<number>();
  const take = (text: string, before: number): void => {
    const used = wordsOf(text);
    for (let i = 0; i < before; i++) {
      if (needed.has(i) || !declared[i].some((name) => used.has(name))) continue;
      needed.add(i);
      take(sources[i], i);
    }
  };
  take(code, sources.length);
  const engine = sources.findIndex((source) => source.includes('useEngine('));
  if (needed.size > 0 && engine >= 0) needed.add(engine);
  return [...needed].sort((a, b) => a - b);
}

/** Names that imports, constants and functions of a cell declare. */
function declaredNames(source: string): string[] {
  const bindings = [
    ...source.matchAll(/\bimport\s+(?:type\s+)?([^'"]+?)\s+from\b/g),
    ...source.matchAll(/\b(?:const|let|var)\s+(\{[^=]*\}|\[[^=]*\]|[\w$]+)/g),
    ...source.matchAll(/\b(?:function|class)\s+([\w$]+)/g),
  ];
  const keywords = ['as', 'type'];
  return bindings.flatMap(([, names]) => [...wordsOf(names)]).filter((name) => !keywords.includes(name));
}

/** Names that code uses, but for those of properties and for words in plain strings. */
function wordsOf(code: string): Set<string> {
  const bare = code.replace(/'[\w ./@-]*'/g, '').replace(/(?<!\.)\.[A-Za-z_$][\w$]*/g, '');
  return new Set(bare.match(/[A-Za-z_$][\w$]*/g) ?? []);
}
