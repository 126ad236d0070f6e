// What the experiment coin-tossing is told: of its grid, and of one cell.

export type CoinConfig = {
  readonly coins: Readonly<Record<string, number>>;
  readonly seeds: readonly number[];
  readonly tosses: number;
};
export type CoinCellConfig = { readonly chance: number; readonly tosses: number; readonly seed: number };
