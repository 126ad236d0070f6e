// The validator of ro-crate, the specification's own JavaScript library, and beside it the MUSTs that it does not look at:
// a flattened graph (each entity once, each reference resolved), terms of the context alone, parts linked from the root.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { ROCrate } from 'ro-crate';
import { Validator } from 'ro-crate/dist/lib/validator';
import { fromRoot, sha256 } from '../../lib/files';
import { nameOf, readCitation } from '../../lib/results/citation';
import { crateMetadata, type Entity } from '../../lib/results/crateMetadata';
import { readRecords } from '../../lib/results/record';
import { writeResearchObject } from '../../lib/results/researchObject';

const COMMIT = 'c'.repeat(40);
let temporary: string;
let folder: string;
let graph: Entity[];

before(() => {
  temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-crate-'));
  folder = path.join(temporary, 'crate');
  writeResearchObject(folder, { commit: COMMIT });
  graph = metadataIn(folder)['@graph'];
});
after(() => fs.rmSync(temporary, { recursive: true, force: true }));

function metadataIn(crate: string): { '@context': string; '@graph': Entity[] } {
  return JSON.parse(fs.readFileSync(path.join(crate, 'ro-crate-metadata.json'), 'utf8'));
}

function filesIn(crate: string): string[] {
  return fs
    .readdirSync(crate, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.statSync(path.join(crate, name)).isFile());
}

/** A small repository: licences, papers, and what `add` puts into it. */
function smallRoot(name: string, add: (root: string) => void = () => undefined): string {
  const root = path.join(temporary, name);
  const parts = [
    'LICENSE',
    'NOTICE',
    'CITATION.cff',
    'data/README.md',
    'data/drawings/NOTICE.md',
    'data/papers',
  ];
  for (const part of [...parts, 'figures/claims.json', 'data/records/tiny/stimuli-transfer'])
    fs.cpSync(fromRoot(part), path.join(root, part), { recursive: true });
  fs.mkdirSync(path.join(root, 'data/until-decided'));
  add(root);
  return root;
}

/** What the validator says against the metadata of the crate in `folder`. Its look at the context is left out: it asks the network. */
function complaintsAbout(metadata: unknown): { id: string; entity?: string }[] {
  const validator = new Validator(undefined);
  validator.parseJSON(JSON.stringify(metadata));
  validator.rootDataEntity();
  const files = filesIn(folder).filter((name) => name !== 'ro-crate-metadata.json');
  const folders = graph.filter((entity) => entity['@type'] === 'Dataset').map((entity) => entity['@id']);
  const there = files.map((name) => [name, { exists: true, inCrate: false, isDir: false }]);
  const dirs = folders.map((name) => [name, { exists: fs.existsSync(path.join(folder, name)), isDir: true }]);
  validator.checkFiles(Object.fromEntries([...there, ...dirs]), undefined);
  const all = validator.results as { id: string; status: string; entity?: string }[];
  return all.filter(({ status }) => status !== 'success');
}

test('the validator of ro-crate has nothing to say, and every file in the folder is described', () => {
  const metadata = metadataIn(folder);
  assert.deepEqual(complaintsAbout(metadata), []);
  const without = (id: string) => ({ ...metadata, '@graph': graph.filter((entity) => entity['@id'] !== id) });
  assert.deepEqual(
    complaintsAbout(without('LICENSE')).map(({ entity }) => entity),
    ['LICENSE'],
  );
  const { license: _, ...root } = graph.find((entity) => entity['@id'] === './')!;
  const unlicensed = { ...metadata, '@graph': [...without('./')['@graph'], root] };
  assert.deepEqual(
    complaintsAbout(unlicensed).map(({ id }) => id),
    ['licenseRequired'],
  );
  assert.ok(filesIn(folder).length > 400);
});

test('each entity stands once, and each reference leads to one', () => {
  const ids = graph.map((entity) => entity['@id']);
  assert.equal(new Set(ids).size, ids.length);
  const references = graph.flatMap((entity) =>
    Object.values(entity)
      .flat()
      .flatMap((value) => (value instanceof Object && '@id' in value ? [String(value['@id'])] : [])),
  );
  const outside = [...new Set(references)].filter((id) => !ids.includes(id));
  assert.deepEqual(outside, ['https://w3id.org/ro/crate/1.2']);
  const nested = graph
    .flatMap((entity) => Object.values(entity).flat())
    .filter((value) => value instanceof Object);
  assert.ok(nested.every((value) => Object.keys(value as object).join() === '@id'));
});

test('every type and every property is a term of the context', () => {
  const crate = new ROCrate(metadataIn(folder));
  const terms = new Set(graph.flatMap((entity) => [entity['@type'], ...Object.keys(entity)]));
  const unknown = [...terms].filter((term) => !term.startsWith('@') && crate.resolveTerm(term) === undefined);
  assert.deepEqual(unknown, []);
});

test('every file is a part of the crate, with its size and digest', () => {
  const parts = graph
    .filter(({ hasPart }) => hasPart)
    .flatMap(({ hasPart }) => hasPart as { '@id': string }[]);
  const named = new Set(parts.map(({ '@id': id }) => id));
  for (const entity of graph.filter((each) => each['@type'] === 'File')) {
    assert.ok(named.has(entity['@id']), entity['@id']);
    const content = fs.readFileSync(path.join(folder, decodeURI(entity['@id'])));
    assert.equal(entity.contentSize, String(content.length), entity['@id']);
    assert.equal(entity.sha256, sha256(content), entity['@id']);
  }
});

test('every record is named, with the action and the engine that made it', () => {
  const results = graph
    .filter((entity) => entity['@type'] === 'CreateAction')
    .flatMap(({ result }) => (result as { '@id': string }[]).map(({ '@id': id }) => id));
  const stored = ['records', 'until-decided'].flatMap((name) =>
    readRecords({ folder: fromRoot('data', name) }).map(
      ({ profile, experiment, cell }) => `data/${name}/${profile}/${experiment}/${cell.id}.json`,
    ),
  );
  assert.deepEqual([...results].sort(), [...stored].sort());
  assert.ok(graph.some((entity) => entity['@id'] === '#engine-wasm-4.22.0'));
});

test('code, authors, licences and the ledger with its schema are described', () => {
  const of = (id: string): Entity => graph.find((entity) => entity['@id'] === id)!;
  const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  assert.equal(readCitation().version, version);
  assert.deepEqual([of('#code').version, of('#code').identifier], [version, COMMIT]);
  assert.deepEqual(of('figures/claims.json').conformsTo, { '@id': 'data/papers/ledger.schema.json' });
  const root = of('./');
  assert.deepEqual(root.license, [
    { '@id': 'https://spdx.org/licenses/MIT' },
    { '@id': 'data/drawings/NOTICE.md' },
  ]);
  assert.deepEqual(root.author, [{ '@id': '#the-gestalt-developers' }]);
  assert.equal(of('#the-gestalt-developers').name, 'The Gestalt developers');
  assert.match(String(root.datePublished), /^\d{4}-\d\d-\d\d$/);
});

test('the same content gives the same bytes, without a commit where there is none', () => {
  const root = smallRoot('same');
  const [a, b] = ['a', 'b'].map((name) => path.join(temporary, name));
  for (const crate of [a, b]) writeResearchObject(crate, { root });
  const [first, second] = [a, b].map((crate) =>
    fs.readFileSync(path.join(crate, 'ro-crate-metadata.json'), 'utf8'),
  );
  assert.equal(first, second);
  assert.doesNotMatch(first, /"identifier"/);
});

test('a folder that is not empty, a missing file and a crate without records are refused', () => {
  assert.throws(() => writeResearchObject(folder), /crate is not empty: name a folder that is/);
  assert.throws(() => writeResearchObject(__filename), /researchObject\.test\.ts is a file: name a folder/);
  const target = path.join(temporary, 'refused');
  const without = smallRoot('without', (root) => fs.rmSync(path.join(root, 'LICENSE')));
  assert.throws(() => writeResearchObject(target, { root: without }), /LICENSE is missing: fetch it again/);
  const empty = smallRoot('empty', (root) =>
    fs.rmSync(path.join(root, 'data/records/tiny'), { recursive: true }),
  );
  assert.throws(() => writeResearchObject(target, { root: empty }), /There are no records/);
  assert.ok(!fs.existsSync(target));
  const [run] = readRecords({ experiment: 'stimuli-transfer' });
  assert.throws(
    () => crateMetadata({ citation: readCitation(), files: [], runs: [{ run, file: 'data/lost.json' }] }),
    /The record data\/lost\.json is not among the files/,
  );
});

test('a citation file without a title or with an author without a name is refused by field', () => {
  const write = (text: string): string => {
    const file = path.join(temporary, 'CITATION.cff');
    fs.writeFileSync(file, text);
    return file;
  };
  const rest = 'license: MIT\nversion: 0.1.0\nreferences: []\n';
  assert.throws(
    () => readCitation(write(`authors: []\n${rest}`)),
    /CITATION\.cff: field "title" must be text that is not empty, but is missing/,
  );
  assert.throws(
    () => readCitation(write(`title: T\nauthors:\n  - alias: x\n${rest}`)),
    /an author has neither "name" nor "family-names": \{"alias":"x"\}/,
  );
  assert.equal(nameOf({ 'given-names': 'Ada', 'family-names': 'Lovelace' }), 'Ada Lovelace');
});
