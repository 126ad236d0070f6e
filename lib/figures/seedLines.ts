// Curves of several seeds.

/** Layers over rows of data with a `seed`: a thin line for each run, a thick one for the mean over seeds. `y` is the channel of the values. */
export function seedLines(y: object): object[] {
  return [
    { mark: { type: 'line', strokeWidth: 1, opacity: 0.35 }, encoding: { y, detail: { field: 'seed' } } },
    { mark: { type: 'line', strokeWidth: 2.5 }, encoding: { y: { ...y, aggregate: 'mean' } } },
  ];
}
