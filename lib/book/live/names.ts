// The widgets by the names that pages write: `<gestalt-live widget="relief16">`.

export const WIDGET_NAMES = [
  'relief16',
  'topk',
  'distortions',
  'suppressions',
  'train',
  'own-image',
] as const;

export type WidgetName = (typeof WIDGET_NAMES)[number];
