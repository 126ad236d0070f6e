// What the controls of Relief-16 say: for the page, which draws nothing itself.
import type { ByteImage } from '../../../data/imageSource';
import { CLASS_NAMES, type ClassName, type Split } from '../../../data/relief16/classes';
import type { Variant } from '../../../data/relief16/variants';

export interface ReliefRequest {
  readonly split: Split;
  readonly variant: Variant;
  readonly className: ClassName;
  /** Cue-conflict only: the class of the texture; another one is taken where it is the shape's. */
  readonly texture: ClassName;
  /** Share in 0..1 of the pictures that wear their class's texture. */
  readonly textureCue: number;
  readonly seed: number;
  /** Side in pixels. */
  readonly size: number;
  readonly count: number;
}

export interface ReliefPicture {
  readonly picture: ByteImage;
  /** 0 far .. 255 near. */
  readonly depth: ByteImage;
}

/** A drawing before and after something is done to it. */
export interface ChangedPicture {
  readonly original: ByteImage;
  readonly changed: ByteImage;
}

/** The classes whose drawings a request needs. */
export function reliefClasses({ variant, className, texture }: ReliefRequest): ClassName[] {
  if (variant !== 'cue-conflict') return [className];
  const other = texture === className ? CLASS_NAMES.find((name) => name !== className)! : texture;
  return [className, other];
}
