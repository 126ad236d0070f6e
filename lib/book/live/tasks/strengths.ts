// What the sliders of the distortions move: from none of it to the papers' strongest.
import type { ParametricSetName } from '../../../distortions/levels';

export interface Strength {
  readonly label: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** Where the slider stands first. */
  readonly start: number;
}

const REACH: Strength = { label: 'Reach', unit: 'pixels', least: 1, most: 128, step: 1, start: 8 };

/** Names for readers, and the slider; none where a distortion is all or nothing. */
export const STRENGTHS: Readonly<Record<ParametricSetName, { title: string; strength?: Strength }>> = {
  colour: { title: 'without colour' },
  'false-colour': { title: 'false colour' },
  contrast: {
    title: 'contrast',
    strength: { label: 'Contrast', unit: '', least: 0.01, most: 1, step: 0.01, start: 0.3 },
  },
  'low-pass': {
    title: 'low-pass',
    strength: { label: 'Blur', unit: 'pixels', least: 0, most: 40, step: 0.5, start: 5 },
  },
  'high-pass': {
    title: 'high-pass',
    strength: { label: 'Subtracted blur', unit: 'pixels', least: 0.4, most: 10, step: 0.05, start: 1.5 },
  },
  'phase-scrambling': {
    title: 'phase noise',
    strength: { label: 'Phase noise', unit: 'degrees', least: 0, most: 180, step: 1, start: 60 },
  },
  'power-equalisation': { title: 'power equalisation' },
  rotation: {
    title: 'rotation',
    strength: { label: 'Angle', unit: 'degrees', least: 0, most: 270, step: 90, start: 90 },
  },
  'uniform-noise': {
    title: 'uniform noise',
    strength: { label: 'Width of the noise', unit: '', least: 0, most: 0.9, step: 0.01, start: 0.2 },
  },
  eidolonI: { title: 'eidolon I (coherence 1)', strength: REACH },
  eidolonII: { title: 'eidolon II (coherence 0.3)', strength: REACH },
  eidolonIII: { title: 'eidolon III (coherence 0)', strength: REACH },
};
