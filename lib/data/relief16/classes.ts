// The classes of Relief-16 and its splits.
import { CATEGORIES, type Category } from '../../categories';

/** The 16 categories of the benchmark. */
export const CLASS_NAMES = CATEGORIES;

export type ClassName = Category;

/** `train` and `test` share neither drawings nor texture seeds. */
export type Split = 'train' | 'test';

export const SPLITS: readonly Split[] = ['train', 'test'];
