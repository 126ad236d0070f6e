// An exercise as a percent script, for tests that break it.
import { digestOf } from '../../lib/notebook/exercise';

export interface ExerciseParts {
  name?: string;
  statement?: string;
  answer?: string;
  check?: string;
  hint?: string;
  solution?: string;
}

/** An exercise in order, but for the parts that are given; '' leaves a cell out. */
export function exerciseScript({ name = 'Exercise 07.1', ...parts }: ExerciseParts = {}): string {
  const {
    statement = `**${name}.** What is twice four?`,
    answer = 'const twice: number | undefined = undefined;',
    check = `import { checkAnswer } from './lib/notebook/exercise';\ncheckAnswer('${name}', twice, { digest: '${digestOf(name, 8)}' });`,
    hint = folded('Hint', 'Add four to four.'),
    solution = folded('Solution', '```ts\nconst twice = 4 + 4;\n```\n\nFour and four.'),
  } = parts;
  return [
    prose('exercise', statement),
    code('answer', answer),
    code('check', check),
    prose('hint', hint),
    prose('solution', solution),
  ].join('');
}

export function folded(title: string, text: string): string {
  return `<details>\n<summary>${title}</summary>\n\n${text}\n\n</details>`;
}

export function prose(tag: string, text: string): string {
  return text === '' ? '' : `// %% [markdown] tag=${tag}\n${text.replace(/^/gm, '// ')}\n`;
}

function code(tag: string, text: string): string {
  return text === '' ? '' : `// %% tag=${tag}\n${text}\n`;
}
