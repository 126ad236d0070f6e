import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkClaimsFile,
  papersWithClaims,
  readClaimGroup,
  readClaimGroups,
  readClaims,
} from '../../lib/results/papers';

const GROUP = { id: 'coins', title: 'Are coins fair?', meaning: 'If not, a toss decides nothing.' };
const CLAIM = { id: 'C1', group: 'coins', text: 'Heads are more frequent', source: 'page 1', printed: '+30' };
const FILE = { paper: 'coins', provenance: 'made up', groups: [GROUP], claims: [CLAIM] };

test('every claim of every paper is in one group, and no group is empty', () => {
  for (const paper of papersWithClaims()) {
    const groups = readClaimGroups(paper).map(({ id }) => id);
    const used = new Set(readClaims(paper).map(({ group }) => group));
    assert.deepEqual([...groups].sort(), [...used].sort(), paper);
  }
});

test('the two studies come first; a question is found by its id, or the known ones are named', () => {
  assert.deepEqual(papersWithClaims().slice(0, 2), ['locnet', 'topk']);
  assert.equal(readClaimGroup('locnet', 'text-and-code').paper, 'locnet');
  assert.throws(
    () => readClaimGroup('topk', 'text-and-cod'),
    /question of topk "text-and-cod"\. Did you mean "text-and-code"\?/,
  );
});

test('a claim without a known group, an empty group and a name that comes twice are refused by file and field', () => {
  assert.doesNotThrow(() => checkClaimsFile(FILE, 'coins.json'));
  const throws = (change: object, message: RegExp): void =>
    assert.throws(() => checkClaimsFile({ ...FILE, ...change }, 'coins.json'), message);
  throws(
    { claims: [{ ...CLAIM, group: 'coin' }] },
    /^Error: coins\.json: Unknown group "coin"\. Did you mean "coins"\? .*"claims\.0\.group"/,
  );
  const { group: _, ...without } = CLAIM;
  throws({ claims: [without] }, /coins\.json: field "claims\.0\.group" must be .*missing/);
  throws({ claims: [] }, /field "groups\.0" has no claim/);
  throws({ claims: [CLAIM, CLAIM] }, /"claims" names "C1" twice/);
  throws({ groups: [GROUP, GROUP] }, /"groups" names "coins" twice/);
  throws(
    { groups: [{ ...GROUP, id: 'Fair coins' }] },
    /"groups\.0\.id" must be lower-case words with hyphens/,
  );
});
