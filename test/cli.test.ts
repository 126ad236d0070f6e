import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { before, test } from 'node:test';
import { checkImageFolders, type Finding, formatFindings } from '../lib/doctor';
import { ROOT } from '../lib/files';

interface Answer {
  code: number;
  output: string;
  errors: string;
}

function gestalt(...words: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'lib/cli.ts', ...words],
      { cwd: ROOT },
      (error, output, errors) => {
        resolve({ code: error === null ? 0 : Number(error.code), output, errors });
      },
    );
  });
}

let help: Answer;
before(async () => {
  help = await gestalt('help');
});

test('help lists the commands', () => {
  assert.equal(help.code, 0);
  for (const name of ['doctor', 'reproduce', 'figures', 'notebooks', 'lab', 'data', 'claims', 'cell']) {
    assert.match(help.output, new RegExp(`^ {2}${name}\\b`, 'm'));
  }
});

test('unknown names are answered with the nearest, on one line and with exit code 1', async () => {
  const cases: [string[], RegExp][] = [
    [['reprodcue'], /Unknown command "reprodcue"\. Did you mean "reproduce"/],
    [['constructor'], /Unknown command "constructor"/],
    [['reproduce', 'topk-trainin'], /Unknown experiment "topk-trainin"\. Did you mean "topk-training"/],
    [['reproduce', '--profil', 'tiny'], /Unknown flag of reproduce "--profil"\. Did you mean "--profile"/],
    [['reproduce', '--profile', 'tinny'], /Unknown profile "tinny"\. Did you mean "tiny"/],
    [['reproduce', '--profile'], /--profile needs a value/],
    [['reproduce', '--seeds', '0;1'], /--seeds takes whole numbers/],
    [['reproduce', '--jobs', '0'], /--jobs takes a whole number from 1/],
    [['figures', 'all'], /figures takes no "all"/],
    [['cell', 'topk-training'], /Name the cell as well/],
    [
      ['cell', 'topk-training', 'code-none--s1--seed9'],
      /Unknown cell of topk-training.*"code-none--s1--seed0"/,
    ],
    [['data', 'shet'], /Did you mean "sheet"/],
    [['data'], /Name the kind of data as well: sheet, /],
    [['data', 'humans'], /Name the folder as well/],
    [['help', 'reprodcue'], /Unknown command "reprodcue"\. Did you mean "reproduce"/],
    [['reproduce', '--profil=tiny'], /Unknown flag of reproduce "--profil"\. Did you mean "--profile"/],
    [['reproduce', '--profile', '--fresh'], /--profile needs a value/],
    [['reproduce', '--profile='], /--profile needs a value/],
    [['reproduce', '--fresh=yes'], /--fresh takes no value/],
    [['benchmark', '--share', '2'], /--share takes a number above 0 and at most 1, not "2"/],
    [['completion', 'tsh'], /Unknown shell "tsh"\. Did you mean "zsh"/],
    [['engine:native', '--cuda', '--remove'], /--remove takes no --cuda/],
  ];
  for (const [words, complaint] of cases) {
    const { code, errors } = await gestalt(...words);
    assert.equal(code, 1, words.join(' '));
    assert.match(errors, complaint);
    assert.equal(errors.trim().split('\n').length, 1, errors);
  }
});

test('the doctor marks good, bad and optional findings, and gives a fix for what is not good', () => {
  const finding = (what: string, good: boolean, required: boolean): Finding => ({
    what,
    good,
    found: 'x',
    fix: good ? '' : 'mend it',
    required,
  });
  const text = formatFindings([
    finding('a', true, true),
    finding('bb', false, true),
    finding('c', false, false),
  ]);
  assert.equal(text, '✔ a   x\n✘ bb  x\n      → mend it\n– c   x\n      → mend it');
});

test('the doctor knows the image folders of several experiments, and says what is wrong with one', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-doctor-'));
  test.after(() => fs.rmSync(root, { recursive: true }));
  const folder = (name: string, parts: readonly string[], image?: string): string => {
    for (const part of parts) {
      const inner = path.join(root, name, part, 'class');
      fs.mkdirSync(inner, { recursive: true });
      if (image !== undefined) fs.writeFileSync(path.join(inner, image), '');
    }
    return path.join(root, name);
  };
  const foundIn = (data?: string): string => {
    const { good, required, found } = checkImageFolders(data);
    return `${good ? 'good' : required ? 'bad' : 'optional'}: ${found.replace(root, '')}`;
  };
  const topk = ['train', 'test', 'stylised_test'];
  const locnet = ['images/train', 'images/val', 'depth/train', 'depth/val'];
  assert.equal(foundIn(), 'optional: none given');
  assert.equal(foundIn(path.join(root, 'nowhere')), 'bad: /nowhere does not exist');
  assert.equal(foundIn(folder('topk', topk, 'a.png')), 'good: /topk, as read by topk-training');
  assert.equal(foundIn(path.join(root, 'topk', 'train', 'class', 'a.png')).slice(-12), 'is no folder');
  assert.equal(foundIn(folder('locnet', locnet, 'a.JPEG')), 'good: /locnet, as read by locnet');
  const stimuli = ['edge', 'silhouette', 'cue-conflict'];
  assert.equal(foundIn(folder('stimuli', stimuli, 'a.png')), 'good: /stimuli, as read by stimuli-transfer');
  assert.equal(foundIn(folder('half', locnet.slice(0, 3), 'a.JPEG')), 'bad: /half lacks depth/val/');
  assert.equal(foundIn(folder('empty', topk)), 'bad: /empty has no images in train/, test/, stylised_test/');
  assert.equal(foundIn(folder('other', ['x'], 'a.png')), 'bad: /other is laid out for no experiment');
});
