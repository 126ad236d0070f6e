// LocNet's objective and schedules against the authors' own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { afterRest, cyclicSigmoid } from '../../lib/objectives/annealing';
import { jointLoss } from '../../lib/objectives/jointLoss';
import { oneAhead, warmUpCosine } from '../../lib/objectives/schedule';
import { onEngines } from '../onEngines';
import { assertNumbersClose, fixture, type ReferenceArray, toTensor } from '../reference';

const RUN = { epochs: 2, stepsPerEpoch: 2 };

interface LossCase {
  name: string;
  alpha: number;
  beta: number;
  lambda_: number;
  smoothing: number;
  logits: ReferenceArray;
  targets: ReferenceArray | number[];
  predicted_depth: ReferenceArray;
  depth: ReferenceArray;
  expected: Record<string, number | number[]>;
}

for (const reference of fixture<{ cases: LossCase[] }>('locnet/joint_loss.json').cases) {
  onEngines(`joint loss and its gradients equal the reference: ${reference.name}`, () => {
    tf.tidy(() => {
      const { alpha, beta, lambda_, smoothing, expected } = reference;
      // The annealing factor is a matter of the step; here it is given, so it joins alpha.
      const objective = jointLoss({ alpha: alpha * lambda_, beta, smoothing, ...RUN });
      const logits = tf.tensor2d(reference.logits.data, reference.logits.shape as [number, number]);
      const labels = 'data' in reference.targets ? reference.targets.data : reference.targets;
      const [painted, depth] = [reference.predicted_depth, reference.depth].map((map) => toTensor(map));
      const batch = {
        images: tf.zeros<tf.Rank.R4>([1, 1, 1, 3]),
        labels: tf.tensor1d(labels as number[], 'int32'),
        targets: { depth: depth as tf.Tensor4D },
      };
      const termsOf = (l: tf.Tensor, d: tf.Tensor) => objective.terms({ logits: l, depth: d }, batch);
      const weights = objective.weights(0);
      const loss = (l: tf.Tensor, d: tf.Tensor): tf.Tensor => {
        const { crossEntropy, squaredError } = termsOf(l, d);
        return tf.add(tf.mul(crossEntropy, weights.crossEntropy), tf.mul(squaredError, weights.squaredError));
      };
      const terms = termsOf(logits, painted);
      const numbers = (name: string): number[] => [expected[name] as number];
      assertNumbersClose(terms.crossEntropy.dataSync(), numbers('cce'), 'cross-entropy');
      assertNumbersClose(terms.squaredError.dataSync(), numbers('mse'), 'squared error');
      assertNumbersClose(loss(logits, painted).dataSync(), numbers('loss'), 'loss');
      const [ofLogits, ofDepth] = tf.grads(loss)([logits, painted]);
      const array = (name: string): number[] => expected[name] as number[];
      assertNumbersClose(ofLogits.dataSync(), array('grad_logits'), 'gradient of logits', 1e-6);
      // One channel: NCHW and NHWC lie alike.
      assertNumbersClose(ofDepth.dataSync(), array('grad_predicted_depth'), 'gradient of depth', 1e-6);
    });
  });
}

test('the cyclic sigmoid equals the reference, and ignores what lies beyond the series', () => {
  interface Case {
    params: { start: number; stop: number; n_epoch: number; n_cycle: number; ratio: number };
    ok: boolean;
    values?: number[];
  }
  for (const { params, ok, values } of fixture<{ cases: Case[] }>('locnet/annealing_cycle_sigmoid.json')
    .cases) {
    const { start, stop, n_epoch: length, n_cycle: cycles, ratio } = params;
    const series = cyclicSigmoid({ length, cycles, ratio, start, stop });
    assert.equal(series.length, length);
    if (ok) assertNumbersClose(series, values ?? [], JSON.stringify(params), 1e-12);
    else
      assert.ok(
        series.every((value) => value > 0 && value <= 1),
        JSON.stringify(params),
      );
  }
});

test('warm-up and cosine equal the reference', () => {
  interface Case {
    params: Record<string, number>;
    ok: boolean;
    values: number[];
  }
  for (const { params, ok, values } of fixture<{ cases: Case[] }>('locnet/lr_cosine_scheduler.json').cases) {
    if (!ok) continue;
    const { base_value: base, final_value: final, start_warmup_value: start, niter_per_ep: steps } = params;
    const warmUp = params.warmup_steps ?? params.warmup_epochs * steps;
    const total = params.epochs * steps;
    const schedule = warmUpCosine({ base, final, start, warmUp, total });
    assertNumbersClose(
      values.map((_, step) => schedule(step)),
      values,
      JSON.stringify(params),
      1e-12,
    );
    assert.equal(schedule(total + 5), values.at(-1));
  }
  assert.throws(() => warmUpCosine({ base: 1, warmUp: 5, total: 4 }), /warm-up of 5 steps is longer/);
  assert.equal(warmUpCosine({ base: 1, warmUp: 1, total: 4 })(0), 0);
});

interface EffectiveCase {
  params: Record<string, number>;
  annealing_series: number[];
  lambda_used_by_code_per_step: number[];
  lambda_gated_as_in_paper_per_step: number[];
  lr_used_by_code_per_step: (number | null)[];
}

test('weights and rates at each step, as the paper says them and as the code uses them', () => {
  for (const reference of fixture<{ cases: EffectiveCase[] }>('locnet/effective_schedule.json').cases) {
    const {
      epochs,
      steps_per_epoch: stepsPerEpoch,
      rest_cce: restEpochs,
      loss_anneal: annealed,
    } = reference.params;
    const {
      loss_alpha: alpha,
      loss_beta: beta,
      lr: base,
      min_lr: final,
      warmup_epochs: warmUp,
    } = reference.params;
    const annealing = annealed === 1 ? 'cyclic-sigmoid' : 'none';
    for (const [form, expected] of [
      ['paper', reference.lambda_gated_as_in_paper_per_step],
      ['code', reference.lambda_used_by_code_per_step],
    ] as const) {
      const objective = jointLoss({ alpha, beta, annealing, restEpochs, epochs, stepsPerEpoch, form });
      const weights = expected.map((_, step) => objective.weights(step).crossEntropy);
      assertNumbersClose(
        weights,
        expected.map((lambda) => alpha * lambda),
        form,
        1e-12,
      );
      assert.equal(objective.weights(3).squaredError, beta);
    }
    const total = epochs * stepsPerEpoch;
    const paper = warmUpCosine({ base, final, warmUp: warmUp * stepsPerEpoch, total });
    const code = oneAhead(paper, total);
    for (const [step, rate] of reference.lr_used_by_code_per_step.entries()) {
      assertNumbersClose([code(step)], [rate ?? paper(total - 1)], `rate of step ${step}`, 1e-12);
    }
  }
});

test('a series that is over keeps its last value', () => {
  const weight = afterRest([0.1, 0.2, 0.3], { rest: 1, stepsPerEpoch: 2, form: 'paper' });
  assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map(weight), [0, 0, 0.1, 0.2, 0.3, 0.3, 0.3]);
});

test('what the joint loss cannot be told', () => {
  assert.throws(() => jointLoss({ alpha: 0, beta: 0, ...RUN }), /alpha and beta of joint loss are both 0/);
  assert.throws(
    () => jointLoss({ restEpochs: 2, ...RUN }),
    /restEpochs of joint loss must be below the 2 epochs/,
  );
  assert.throws(() => jointLoss({ smothing: 0.1, ...RUN } as never), /Did you mean "smoothing"|smoothing/);
  assert.throws(
    () => jointLoss({ smoothing: 2, ...RUN }),
    /smoothing of joint loss must be a number from 0 up to 1/,
  );
  const batch = { images: undefined as never, labels: undefined as never, targets: {} };
  const painted = { depth: undefined as never };
  assert.throws(() => jointLoss(RUN).terms({}, batch), /no output "depth"/);
  assert.throws(() => jointLoss(RUN).terms({ ...painted, depth: {} as never }, batch), /no target "depth"/);
});
