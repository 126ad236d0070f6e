import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { ownNetworkOr } from '../../lib/benchmark/ownNetwork';
import { fromRoot } from '../../lib/files';

test("GESTALT_OWN_NETWORK=0 passes over the reader's network", (t) => {
  t.mock.method(fs, 'existsSync', () => true);
  const { GESTALT_OWN_NETWORK: before } = process.env;
  try {
    delete process.env.GESTALT_OWN_NETWORK;
    assert.equal(ownNetworkOr('data/other.safetensors').name, 'your network');
    process.env.GESTALT_OWN_NETWORK = '0';
    assert.equal(ownNetworkOr('data/other.safetensors').file, fromRoot('data', 'other.safetensors'));
  } finally {
    if (before === undefined) delete process.env.GESTALT_OWN_NETWORK;
    else process.env.GESTALT_OWN_NETWORK = before;
  }
});
