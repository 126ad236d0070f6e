// `sharp` in a tab: raw pixels pass unchanged. Resizing and drawing SVG are libvips' own; there is no second implementation of them here.

interface Raw {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

interface RawPixels {
  raw(): RawPixels;
  resize(): never;
  toBuffer(): Promise<{ data: Uint8Array; info: Raw }>;
}

/** Throws on all but raw pixels: drawings come prepared. */
export default function sharp(data: Uint8Array, options: { raw?: Raw } = {}): RawPixels {
  const { raw } = options;
  if (raw === undefined) throw new Error('A tab has the prepared drawings only: it draws no SVG.');
  const pixels: RawPixels = {
    raw: () => pixels,
    resize() {
      throw new Error('A tab does not resize as libvips does: ask for the size that the picture has.');
    },
    toBuffer: async () => ({ data, info: raw }),
  };
  return pixels;
}
