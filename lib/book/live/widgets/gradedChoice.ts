/// <reference lib="dom" />
// A choice among things of which some can be more or less: beside it the slider of what is chosen.
import { type ChoiceOptions, type Control, choice, make, type SliderOptions, slider } from './controls';

export interface GradedChoiceOptions<Value extends string> extends ChoiceOptions<Value> {
  /** The slider of a choice; none where it is all or nothing. */
  sliderOf: (value: Value) => Omit<SliderOptions, 'onInput'> | undefined;
  onInput: () => void;
}

export interface GradedChoice<Value extends string> {
  readonly chosen: Control<Value>;
  /** Undefined where the choice is all or nothing. */
  readonly amount: Control<number | undefined>;
}

export function gradedChoice<Value extends string>(options: GradedChoiceOptions<Value>): GradedChoice<Value> {
  const { sliderOf, onInput } = options;
  const field = make('div');
  let own: Control<number> | undefined;
  const replaceSlider = (): void => {
    const range = sliderOf(chosen.value);
    own = range && slider({ ...range, onInput });
    field.replaceChildren(...(own === undefined ? [] : [own.field]));
  };
  const chosen = choice<Value>({
    ...options,
    onInput() {
      replaceSlider();
      onInput();
    },
  });
  replaceSlider();
  const amount: Control<number | undefined> = {
    field,
    get value() {
      return own?.value;
    },
    enable: (usable) => own?.enable(usable),
  };
  return { chosen, amount };
}
