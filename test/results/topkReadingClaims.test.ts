import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildResNet18 } from '../../lib/models/resnet';
import { summary } from '../../lib/models/summary';
import { readTopKCode, topKReadingRules } from '../../lib/results/topkReadingClaims';

const RESNET = { architecture: 'resnet18', variant: 'code', width: 64, inputSize: 224, classes: 10 } as const;

test('the counts that R4 and R5 use are those of our own ResNet-18', () => {
  const { multiplications, parameters } = readTopKCode();
  for (const stemStride of [1, 2] as const) {
    const model = buildResNet18({ ...RESNET, stemStride }, 1);
    const total = summary(model).at(-1)!;
    model.dispose();
    assert.equal(total.macs, multiplications[`stride${stemStride}`]);
    assert.equal(total.parameters, parameters);
  }
});

test('R4 is mixed, R5 reproduced, R6 mixed; each says its numbers', () => {
  const judged = topKReadingRules.map((rule) => ({ claim: rule.claim, ...rule.judge([]) }));
  assert.deepEqual(
    judged.map(({ claim, verdict }) => `${claim} ${verdict}`),
    ['R4 mixed', 'R5 reproduced', 'R6 mixed'],
  );
  assert.match(judged[0].summary, /75 minutes, printed 74.*12\.7 times.*4\.0 times/);
  assert.match(judged[1].summary, /25,088.*11,419,722/);
});
