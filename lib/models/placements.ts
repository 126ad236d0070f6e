// Where Top-K goes in networks that were trained without it.

/** The layers that Top-K follows, as the authors put it. Source: spec of Top-K, section 1. */
export const PLACEMENTS: Readonly<Record<'alexnet' | 'vgg16', readonly string[]>> = {
  alexnet: ['features.2', 'features.5', 'features.7', 'features.9', 'features.12'],
  vgg16: ['features.4', 'features.9', 'features.16', 'features.23', 'features.30'],
};
