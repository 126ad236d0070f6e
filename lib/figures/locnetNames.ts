// What the figures of LocNet call its networks and data sets.
import { readLocNetTable } from '../results/locnetPaper';
import type { RunRecord } from '../results/record';

/** The networks, in their order. */
export const NETWORK_NAMES: Readonly<Record<string, string>> = {
  baseline: 'baseline (class alone)',
  joint: 'joint AutoEncoder',
  unet: 'joint U-Net',
};

/** The 17 sets in the order of Table 1: five of shape cues, then twelve parametric ones. */
export const SET_NAMES: readonly string[] = readLocNetTable().map(({ set }) => set);

/** The networks of the paper's last section, in their order. */
export const IDEA_NAMES: Readonly<Record<string, string>> = {
  baseline: 'baseline (class alone)',
  joint: 'joint AutoEncoder',
  unannealed: 'joint, no annealing',
  image: 'joint, paints the image',
  dropout: 'joint, encoder dropout',
  'hgru-class': 'hGRU, class alone',
  hgru: 'hGRU, joint',
  'transformer-class': 'transformer, class alone',
  transformer: 'transformer, joint',
};

/** The networks that have runs, with their names. */
export function networksOf(
  records: readonly RunRecord[],
  names: Readonly<Record<string, string>> = NETWORK_NAMES,
): Readonly<Record<string, string>> {
  const present = Object.entries(names).filter(([id]) => records.some(({ cell }) => cell.variant === id));
  return Object.fromEntries(present);
}

/** The run of a network that keeps pictures and steps; undefined without one. */
export function keptRun(records: readonly RunRecord[], variant: string): RunRecord | undefined {
  return records.find(({ cell, artifacts }) => cell.variant === variant && artifacts.length > 1);
}
