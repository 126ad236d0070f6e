// L-BFGS on standard functions: the steps are PyTorch's, one by one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lbfgs, type LbfgsOptions, type LbfgsState, type Objective } from '../../lib/synthesis/lbfgs';
import { assertNumbersClose, fixture } from '../reference';

interface Case {
  name: string;
  start: number[];
  settings: Record<string, number>;
  steps: { x: number[]; value: number; evaluations: number }[];
}

const { cases } = fixture<{ cases: Case[] }>('synthesis/lbfgs.json');

type Function = (x: Float64Array) => { value: number; gradient: Float64Array };

function rosenbrock(x: Float64Array): ReturnType<Function> {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [valley, distance] = [x[i + 1] - x[i] ** 2, 1 - x[i]];
    value += 100 * valley ** 2 + distance ** 2;
    gradient[i] += -400 * x[i] * valley - 2 * distance;
    gradient[i + 1] += 200 * valley;
  }
  return { value, gradient };
}

function quadratic(x: Float64Array): ReturnType<Function> {
  const scale = (i: number): number => 10 ** ((4 * i) / (x.length - 1));
  const gradient = x.map((value, i) => scale(i) * (value - 1));
  return { value: x.reduce((sum, value, i) => sum + (scale(i) * (value - 1) ** 2) / 2, 0), gradient };
}

function beale([a, b]: Float64Array): ReturnType<Function> {
  const terms = [1.5, 2.25, 2.625].map((c, i) => ({ rest: c - a + a * b ** (i + 1), power: i + 1 }));
  const sum = (of: (term: { rest: number; power: number }) => number): number =>
    terms.reduce((total, term) => total + of(term), 0);
  return {
    value: sum(({ rest }) => rest ** 2),
    gradient: Float64Array.of(
      sum(({ rest, power }) => 2 * rest * (b ** power - 1)),
      sum(({ rest, power }) => 2 * rest * a * power * b ** (power - 1)),
    ),
  };
}

function himmelblau([a, b]: Float64Array): ReturnType<Function> {
  const [first, second] = [a ** 2 + b - 11, a + b ** 2 - 7];
  return {
    value: first ** 2 + second ** 2,
    gradient: Float64Array.of(4 * a * first + 2 * second, 2 * first + 4 * b * second),
  };
}

function kinked(x: Float64Array): ReturnType<Function> {
  return {
    value: x.reduce((sum, value) => sum + Math.sin(3 * value) + 0.1 * value ** 2, 0),
    gradient: x.map((value) => 3 * Math.cos(3 * value) + 0.2 * value),
  };
}

const FUNCTIONS: Readonly<Record<string, Function>> = { rosenbrock, quadratic, beale, himmelblau, kinked };

const objective =
  (f: Function): Objective =>
  async (x) =>
    f(x);

function optionsOf({
  lr,
  max_iter,
  history_size,
  tolerance_grad,
  tolerance_change,
}: Case['settings']): LbfgsOptions {
  return {
    learningRate: lr,
    iterations: max_iter,
    evaluations: 25,
    history: history_size,
    gradientTolerance: tolerance_grad,
    changeTolerance: tolerance_change,
  };
}

for (const { name, start, settings, steps } of cases) {
  test(`${name}: every step is PyTorch's`, async () => {
    const f = FUNCTIONS[name.split(/[ ,]/)[0]] ?? rosenbrock;
    const lbfgs = new Lbfgs(Float64Array.from(start), optionsOf(settings));
    let evaluations = 0;
    for (const [i, expected] of steps.entries()) {
      const report = await lbfgs.step(objective(f));
      evaluations += report.evaluations;
      assert.equal(evaluations, expected.evaluations, `evaluations after step ${i + 1}`);
      assertNumbersClose(lbfgs.x, expected.x, `x after step ${i + 1}`, 1e-6);
      assertNumbersClose([f(lbfgs.x).value], [expected.value], `value after step ${i + 1}`, 1e-8);
    }
  });
}

test('a run that goes on from its state ends as one that was not interrupted', async () => {
  const start = Float64Array.of(-1.2, 1, -1.2, 1);
  const whole = new Lbfgs(start, { iterations: 5 });
  for (let i = 0; i < 6; i++) await whole.step(objective(rosenbrock));
  let state: LbfgsState | undefined;
  for (let i = 0; i < 6; i++) {
    const part = new Lbfgs(state ?? start, { iterations: 5 });
    await part.step(objective(rosenbrock));
    state = structuredClone(part.snapshot());
  }
  assert.deepEqual(state, whole.snapshot());
});

test('values that are not finite end the run at the lowest value so far', async () => {
  /** Falls to the left, and is nothing below -2. */
  const cliff: Function = ([x]) => ({ value: x < -2 ? Number.NaN : x, gradient: Float64Array.of(1) });
  const lbfgs = new Lbfgs(Float64Array.of(3), { iterations: 20 });
  const report = await lbfgs.step(objective(cliff));
  assert.equal(report.ended, 'diverged');
  assert.ok(report.best <= 3 && report.best >= -2 && lbfgs.x[0] === report.best);
  const nothing: Function = () => ({ value: Number.NaN, gradient: Float64Array.of(1) });
  const lost = new Lbfgs(Float64Array.of(3));
  assert.equal((await lost.step(objective(nothing))).ended, 'diverged');
  assert.deepEqual([...lost.x], [3]);
  const steep: Function = () => ({ value: 1, gradient: Float64Array.of(Number.POSITIVE_INFINITY) });
  assert.equal((await new Lbfgs(Float64Array.of(3)).step(objective(steep))).ended, 'diverged');
});

test('at a minimum there is nothing to do', async () => {
  const report = await new Lbfgs(Float64Array.of(1, 1)).step(objective(rosenbrock));
  assert.deepEqual([report.ended, report.iterations, report.evaluations], ['converged', 0, 1]);
});

test('wrong settings, starts and gradients are errors', async () => {
  const at = Float64Array.of(1);
  assert.throws(() => new Lbfgs(at, { learningRate: 0 }), /a learningRate that is above 0, got 0/);
  assert.throws(() => new Lbfgs(at, { history: Number.NaN }), /a history that is above 0, got NaN/);
  assert.throws(
    () => new Lbfgs(at, { changeTolerance: -1 }),
    /a changeTolerance that is not negative, got -1/,
  );
  assert.throws(() => new Lbfgs(Float64Array.of(Number.NaN)), /starts at values that are not finite/);
  const short: Objective = async () => ({ value: 1, gradient: new Float64Array(2) });
  await assert.rejects(new Lbfgs(at).step(short), /a gradient of 2 values for 1 variables/);
});
