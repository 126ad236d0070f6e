import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileNameOf } from '../lib/fileName';
import { Random } from '../lib/random';

test('what is a file name already stays; anything else keeps what it can and gets its hash', () => {
  for (const name of ['resnet50', 'vit-b-16', '7', 'a-1234567']) assert.equal(fileNameOf(name), name);
  assert.match(fileNameOf('ViT-B/16'), /^vit-b-16-[0-9a-f]{8}$/);
  assert.match(fileNameOf('ResNet50 (v2)'), /^resnet50-v2-[0-9a-f]{8}$/);
  assert.match(fileNameOf('網絡'), /^name-[0-9a-f]{8}$/);
  assert.match(fileNameOf(''), /^name-[0-9a-f]{8}$/);
  assert.equal(fileNameOf('ViT-B/16'), fileNameOf('ViT-B/16'));
});

test('names that look alike, or that a system keeps for itself, differ', () => {
  const texts = [
    'ViT-B/16',
    'ViT-B-16',
    'vit-b-16',
    'vit_b_16',
    'VIT-B-16',
    'vit-b-16 ',
    ' vit-b-16',
    '-vit-b-16',
    'vit--b-16',
    'é',
    'e\u0301',
    '..',
    '.',
    '/',
    '\\',
    '.hidden',
    'con',
    'CON',
    'nul',
    'a'.repeat(60),
    'a'.repeat(61),
    'a'.repeat(300),
    '🐶',
    '🐱',
    'שלום',
    'سلام',
    '<script>',
    '|',
    'a|b',
    'a\nb',
    '__proto__',
    'constructor',
  ];
  // A text that is another one's file name.
  texts.push(...texts.map(fileNameOf).filter((name) => !texts.includes(name)));
  const names = texts.map(fileNameOf);
  assert.equal(new Set(names).size, texts.length);
  for (const name of names) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(name.length <= 70 && name !== 'con' && name !== 'nul', name);
  }
});

test('random texts never meet', () => {
  const random = new Random(1);
  const letters = [...'aAbB1-_ ./é網'];
  const texts = new Set(
    Array.from({ length: 3000 }, () =>
      Array.from({ length: 1 + random.integer(6) }, () => random.pick(letters)).join(''),
    ),
  );
  assert.equal(new Set([...texts].map(fileNameOf)).size, texts.size);
});
