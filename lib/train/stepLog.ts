// Every step of a run in a CSV file: terms of the loss, their weights, the learning rate.
import * as fs from 'node:fs';
import { writeFileAtomic } from '../files';
import type { Callback, StepEvent } from './callbacks';

/** A callback that writes a line for each step: step, epoch, learning rate, loss, then each term and each term's weight, to six digits.
 *
 *  Written with every checkpoint and at the end, whole or not at all. A resumed run keeps the lines of the steps before it and goes on behind
 *  them, so that the file ends as that of a run that was never interrupted. */
export function stepLog(file: string): Callback {
  let header = '';
  let lines: string[] = [];
  const write = (): void => {
    if (lines.length > 0) writeFileAtomic(file, `${[header, ...lines].join('\n')}\n`);
  };
  return {
    onStart({ step }) {
      [header = '', ...lines] =
        step > 0 && fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n') : [];
      lines = lines.slice(0, step);
    },
    onStep(event) {
      header = columnsOf(event).join(',');
      lines.push(valuesOf(event).join(','));
    },
    onCheckpoint: write,
    onStop: write,
  };
}

function columnsOf({ terms, weights }: StepEvent): string[] {
  const weightNames = Object.keys(weights).map((name) => `${name}Weight`);
  return ['step', 'epoch', 'learningRate', 'loss', ...Object.keys(terms), ...weightNames];
}

function valuesOf({ step, epoch, learningRate, loss, terms, weights }: StepEvent): (string | number)[] {
  const numbers = [learningRate, loss, ...Object.values(terms), ...Object.values(weights)];
  return [step, epoch, ...numbers.map((value) => String(Number(value.toPrecision(6))))];
}
