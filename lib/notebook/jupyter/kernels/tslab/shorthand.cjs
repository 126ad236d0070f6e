// tslab finds variables of earlier cells by name and misses them in shorthand properties: `{ model }` fails where
// `{ model: model }` works. So shorthands are written out before it sees a cell.
'use strict';

/** The source with `{ name }` as `{ name: name }` in every object literal and destructuring assignment. Lines stay as they are. */
function expandShorthands(typescript, source) {
  const file = typescript.createSourceFile('cell.ts', source, typescript.ScriptTarget.Latest);
  const names = [];
  const visit = (node) => {
    if (typescript.isShorthandPropertyAssignment(node)) names.push(node.name);
    typescript.forEachChild(node, visit);
  };
  visit(file);
  return names.reduceRight((text, name) => {
    const start = name.getStart(file);
    return `${text.slice(0, start)}${name.text}: ${text.slice(start)}`;
  }, source);
}

module.exports = { expandShorthands };
