// Pictures of Relief-16 as the widgets show them: the library's own renderer, one picture at a time.
import { renderRange } from '../../../data/relief16/renderRange';
import { resolveRelief } from '../../../data/relief16/settings';
import { type ReliefPicture, type ReliefRequest, reliefClasses } from './reliefRequest';

/** `count` pictures of one class; those that `relief16` gives for the same options. In a conflict each wears the texture of the other
 *  class. Throws as `resolveRelief`, and when the drawings are missing. */
export async function reliefPictures(request: ReliefRequest): Promise<ReliefPicture[]> {
  const { split, variant, size, seed, count, textureCue } = request;
  const classes = reliefClasses(request);
  const settings = resolveRelief({ split, variant, size, seed, count, textureCue, classes });
  // A tab's drawings never change, so the settings say all.
  const hash = JSON.stringify(settings);
  const pictures: ReliefPicture[] = [];
  for (let i = 0; i < count; i++) {
    const start = i * classes.length;
    const { images, depths } = await renderRange({ settings, hash, start, end: start + 1 });
    pictures.push({
      picture: { width: size, height: size, channels: 3, data: images },
      depth: { width: size, height: size, channels: 1, data: depths },
    });
  }
  return pictures;
}
