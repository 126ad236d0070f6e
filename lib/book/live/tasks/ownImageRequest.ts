// What is asked about a reader's image, and what comes back: for the page, which computes nothing itself.
import type { ByteImage } from '../../../data/imageSource';

/** Layers whose maps may be asked for, with their size in positions; the first is nearest to the answer. */
export const CAM_LAYERS = {
  'layer4.1.relu2': 'the last stage (4 x 4)',
  'layer3.1.relu2': 'the third stage (8 x 8)',
  'layer2.1.relu2': 'the second stage (16 x 16)',
  'layer1.1.relu2': 'the first stage (32 x 32)',
} as const;

export interface OwnImageRequest {
  readonly image: ByteImage;
  /** A safetensors file of a ResNet-18, from the root of the repository. */
  readonly network: string;
  readonly layer: keyof typeof CAM_LAYERS;
}

export interface OwnImageAnswer {
  readonly engine: string;
  /** Side of what the network saw. */
  readonly size: number;
  /** `size x size x 3` bytes: what it saw, and the same under the map of its first answer. */
  readonly seen: Uint8Array;
  readonly explained: Uint8Array;
  /** One a class, in the network's order. */
  readonly logits: Float32Array;
  /** All classes, the most probable first. */
  readonly answers: readonly { readonly name: string; readonly probability: number }[];
}
