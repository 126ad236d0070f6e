// Looking things up by their names.
import { unknownName } from './suggest';

/** The one whose name is `name`. Throws with the nearest and the known names: `Unknown experiment "lcnet". Did you mean "locnet"?` */
export function findNamed<Thing>(
  kind: string,
  name: string,
  among: readonly Thing[],
  nameOf: (thing: Thing) => string,
): Thing {
  const found = among.find((thing) => nameOf(thing) === name);
  if (found === undefined) throw unknownName(kind, name, among.map(nameOf));
  return found;
}
