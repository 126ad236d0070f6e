// Shape, texture or colour taken from one drawing, by filters and by what Relief-16 knows.
import { type ExactSuppression, exactSuppressions } from '../../../data/relief16/exactSuppressions';
import { type Relief16Set, relief16 } from '../../../data/relief16/relief16';
import type { Variant } from '../../../data/relief16/variants';
import { suppress } from '../../../distortions/suppressions';
import { reliefPictures } from './relief';
import type { ChangedPicture } from './reliefRequest';
import { type SuppressedRequest, suppressedClasses } from './suppressionsRequest';

/** The drawing before and after. Throws as `suppress` and `relief16`. */
export async function suppressedPicture(request: SuppressedRequest): Promise<ChangedPicture> {
  const { picture, taken } = request;
  if ('exact' in taken) return renderedWithout(taken.exact, request);
  const [{ picture: original }] = await reliefPictures({ ...picture, count: 1 });
  return { original, changed: suppress(original, taken) };
}

async function renderedWithout(name: ExactSuppression, request: SuppressedRequest): Promise<ChangedPicture> {
  const { split, size, seed, textureCue } = request.picture;
  const classes = suppressedClasses(request);
  const render = (variant: Variant): Promise<Relief16Set> =>
    relief16({ split, size, seed, textureCue, classes, count: 1, variant });
  const [original, texture, outline] = [
    await render('normal'),
    await render('texture-only'),
    await render('edges'),
  ];
  const changed = exactSuppressions({ original, texture, outline })[name];
  return { original: await original.image(0), changed: await changed.image(0) };
}
