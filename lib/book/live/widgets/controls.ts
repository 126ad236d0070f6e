/// <reference lib="dom" />
// Native controls with their labels: what a keyboard and a screen reader know already.

/** A new element with properties and children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** A control: its label with it, and its value. */
export interface Control<Value> {
  readonly field: HTMLElement;
  readonly value: Value;
  /** Makes it usable or not. */
  enable(usable: boolean): void;
}

export interface SliderOptions {
  label: string;
  least: number;
  most: number;
  step: number;
  value: number;
  /** The value in words; default: the number. */
  inWords?: (value: number) => string;
  onInput?: () => void;
}

/** A slider that shows its value. */
export function slider(options: SliderOptions): Control<number> {
  const { label, least, most, step, value, inWords = String, onInput } = options;
  const input = make('input', {
    type: 'range',
    min: `${least}`,
    max: `${most}`,
    step: `${step}`,
    value: `${value}`,
  });
  // Not an output: a label would belong to it rather than to the slider.
  const shown = make('span', { className: 'shown' });
  const show = (): void => {
    shown.textContent = inWords(input.valueAsNumber);
    input.setAttribute('aria-valuetext', shown.textContent);
  };
  input.addEventListener('input', () => {
    show();
    onInput?.();
  });
  show();
  const field = make('label', { className: 'field' }, [make('span', {}, [label, shown]), input]);
  // What it shows changes with every move: the slider itself says it.
  shown.setAttribute('aria-hidden', 'true');
  return {
    field,
    get value() {
      return input.valueAsNumber;
    },
    enable(usable) {
      input.disabled = !usable;
    },
  };
}

export interface ChoiceOptions<Value extends string> {
  label: string;
  /** Values with their names for readers. */
  choices: Readonly<Record<Value, string>>;
  value: NoInfer<Value>;
  /** What cannot be chosen, until it is allowed. */
  barred?: readonly NoInfer<Value>[];
  onInput?: () => void;
}

export interface Choice<Value extends string> extends Control<Value> {
  /** Of the value, for readers. */
  readonly name: string;
  /** Lets what was barred be chosen, under another name. */
  allow(value: Value, name: string): void;
}

/** TypeScript infers a choice's values from its choices alone. */
type NoInfer<Type> = [Type][Type extends unknown ? 0 : never];

/** A choice among a few. */
export function choice<Value extends string>(options: ChoiceOptions<Value>): Choice<Value> {
  const { label, choices, value, barred = [], onInput } = options;
  const entries = Object.entries(choices) as [Value, string][];
  const offered = new Map(
    entries.map(([each, name]) => {
      const properties = { textContent: name, selected: each === value, disabled: barred.includes(each) };
      return [each, make('option', { value: each, ...properties })] as const;
    }),
  );
  const select = make('select', {}, [...offered.values()]);
  select.addEventListener('change', () => onInput?.());
  const field = make('label', { className: 'field' }, [make('span', {}, [label]), select]);
  return {
    field,
    get value() {
      return select.value as Value;
    },
    get name() {
      return select.selectedOptions[0].label;
    },
    enable(usable) {
      select.disabled = !usable;
    },
    allow(each, textContent) {
      Object.assign(offered.get(each) as HTMLOptionElement, { textContent, disabled: false });
    },
  };
}

/** Choices whose names are their values. */
export function named<Value extends string>(values: readonly Value[]): Record<Value, string> {
  const pairs = values.map((value) => [value, value]);
  return Object.fromEntries(pairs) as Readonly<Record<string, string>> as Record<Value, string>;
}

export interface CheckOptions {
  label: string;
  value?: boolean;
  onInput?: () => void;
}

/** Yes or no. */
export function check({ label, value = false, onInput }: CheckOptions): Control<boolean> {
  const input = make('input', { type: 'checkbox', checked: value });
  input.addEventListener('change', () => onInput?.());
  const field = make('label', { className: 'field check' }, [input, label]);
  return {
    field,
    get value() {
      return input.checked;
    },
    enable(usable) {
      input.disabled = !usable;
    },
  };
}

/** A row of controls. */
export function controls(...all: readonly Control<unknown>[]): HTMLElement {
  return make(
    'div',
    { className: 'controls' },
    all.map(({ field }) => field),
  );
}

/** A line that screen readers read out when it changes. */
export function statusLine(): HTMLElement {
  const line = make('p', { className: 'note' });
  line.setAttribute('role', 'status');
  return line;
}

/** Runs `work` now, or when what runs has ended; of several calls meanwhile only the last counts. So a picture follows a slider without
 *  falling behind. What goes wrong is said in `status`. */
export function latest(status: HTMLElement, work: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        await work().catch((error: Error) => {
          status.textContent = error.message;
        });
      } while (again);
    } finally {
      running = false;
    }
  };
  return () => void run();
}
