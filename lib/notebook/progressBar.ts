// How far something is: elapsed and remaining time, and speed.
import { escapeHtml } from '../results/tables';
import { type Display, display, RateLimit } from './display';
import { currentKernel } from './kernel';

export interface ProgressBarOptions {
  /** How many there are to do. */
  total: number;
  /** What is counted, in the plural. */
  unit?: string;
  /** What is being done, e.g. `training`. */
  label?: string;
  /** How many were done before this run, when resuming; they do not count for the speed. */
  start?: number;
}

/** A progress bar on screen. */
export interface ProgressBar {
  /** Sets how many are done; drawn at once or with a later call. */
  update(done: number): void;
  /** Shows the final state. Call it also when the work stopped early. */
  finish(): void;
}

const WIDTH = 24;
/** Milliseconds between two drawings: in Jupyter and on a terminal, and in a log file. */
const SCREEN_INTERVAL = 250;
const LOG_INTERVAL = 15_000;

/** Opens a progress bar that updates in place: one output in Jupyter, one line in a terminal, sparse lines in a log file. */
export function progressBar({
  total,
  unit = 'images',
  label = '',
  start = 0,
}: ProgressBarOptions): ProgressBar {
  const began = performance.now();
  const inKernel = currentKernel() !== undefined;
  const onTerminal = !inKernel && process.stdout.isTTY === true;
  const limit = new RateLimit(inKernel || onTerminal ? SCREEN_INTERVAL : LOG_INTERVAL);
  let done = start;
  let output: Display | undefined;

  const draw = (ended: boolean): void => {
    const state = { done, start, total, unit, label, ended };
    const text = progressText({ ...state, seconds: (performance.now() - began) / 1000 });
    if (inKernel) {
      const [shown, kept] = [text, progressText(state)].map((line) => ({
        'text/html': progressHtml(line, done, total),
        'text/plain': line,
      }));
      if (output) output.update(shown, kept);
      else output = display(shown, kept);
    } else if (onTerminal) process.stdout.write(`\r\x1b[K${text}${ended ? '\n' : ''}`);
    else process.stdout.write(`${text}\n`);
  };
  return {
    update(next) {
      done = Math.min(next, total);
      if (limit.ready()) draw(false);
    },
    finish: () => draw(true),
  };
}

/** What a progress bar knows. */
export interface ProgressState {
  done: number;
  start: number;
  total: number;
  unit: string;
  label: string;
  /** Since it began; left out, the text is without times and speed. */
  seconds?: number;
  ended: boolean;
}

/** The bar as one line of text, e.g. `training ████░░░░ 50 %  64 of 128 images, 12 s, 12 s left, 5.3 images/s`. */
export function progressText({ done, start, total, unit, label, seconds, ended }: ProgressState): string {
  const share = total > 0 ? done / total : 1;
  const filled = Math.round(share * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const speed = seconds !== undefined && seconds > 0 ? (done - start) / seconds : 0;
  const facts = [`${done} of ${total} ${unit}`];
  if (seconds !== undefined) facts.push(duration(seconds));
  if (!ended && speed > 0) facts.push(`${duration((total - done) / speed)} left`);
  if (speed > 0) facts.push(`${speed.toPrecision(3)} ${unit}/s`);
  if (ended && done < total) facts.push('stopped');
  return `${label ? `${label} ` : ''}${bar} ${Math.floor(100 * share)} %  ${facts.join(', ')}`;
}

function progressHtml(text: string, done: number, total: number): string {
  const bar = `<progress max="${total}" value="${done}" style="width: 20em; vertical-align: middle"></progress>`;
  const [label, ...facts] = text.split(/ ?[█░]+ /);
  return `<div>${escapeHtml(label)} ${bar} ${escapeHtml(facts.join(' '))}</div>`;
}

/** Seconds in words: `8 s`, `2 min 5 s`, `1 h 4 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
