// A part of a stimulus set, for a quicker look.
import { sha256 } from '../files';
import type { StimulusSet } from './stimuli';

/** Of the images of each category in each condition a share, rounded up, spread over their order: of cue-conflict images over the textures. */
export function shareOf(set: StimulusSet, share: number): StimulusSet {
  const groups = new Map<string, number[]>();
  for (const [index, { category, condition }] of set.stimuli.entries()) {
    const key = `${category} ${condition}`;
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  const kept = [...groups.values()]
    .flatMap((group) => {
      const count = Math.ceil(share * group.length);
      return Array.from({ length: count }, (_, k) => group[Math.floor((k * group.length) / count)]);
    })
    .sort((a, b) => a - b);
  const only = (labels: Int32Array): Int32Array => Int32Array.from(kept, (index) => labels[index]);
  return {
    ...set,
    count: kept.length,
    labels: only(set.labels),
    textureLabels: set.textureLabels && only(set.textureLabels),
    stimuli: kept.map((index) => set.stimuli[index]),
    hash: sha256(set.hash, JSON.stringify(kept)),
    image: (place) => set.image(kept[place]),
  };
}
