// The ways in which the experiment texture-synthesis makes images, and their names in metrics.

/** Which activations count: all, the strongest, or all but these. */
export type Kept = 'all' | 'top' | 'rest';

/** A synthesis by Gram matrices, or a reconstruction by the activations themselves. */
export interface SynthesisMode {
  readonly agreement: 'gram' | 'activations';
  readonly kept: Kept;
  /** What is masked: the target alone, or the image at every evaluation, too. */
  readonly maskOn: 'target' | 'both';
  /** First step that is tried along each direction. */
  readonly rate: number;
}

export const KEPT: readonly Kept[] = ['all', 'top', 'rest'];

/** The mode's part of a metric's name: `gram.top`, `match.all.rate1`, `match.rest.both.rate10`. */
export function modeName({ agreement, kept, maskOn, rate }: SynthesisMode): string {
  if (agreement === 'gram') return `gram.${kept}`;
  return kept === 'all' ? `match.all.rate${rate}` : `match.${kept}.${maskOn}.rate${rate}`;
}

/** Synthesis by Gram matrices with the step 1 and masks on both sides, as the authors'; then reconstructions with each mask, on either side, at each rate.
 *  Without a mask there are no sides. */
export function synthesisModes(rates: readonly number[]): SynthesisMode[] {
  const gram = KEPT.map((kept): SynthesisMode => ({ agreement: 'gram', kept, maskOn: 'both', rate: 1 }));
  const match = KEPT.flatMap((kept) =>
    (['target', 'both'] as const)
      .filter((maskOn) => kept !== 'all' || maskOn === 'target')
      .flatMap((maskOn) =>
        rates.map((rate): SynthesisMode => ({ agreement: 'activations', kept, maskOn, rate })),
      ),
  );
  return [...gram, ...match];
}
