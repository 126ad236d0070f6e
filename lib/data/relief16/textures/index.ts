// The texture that goes with each class.
import type { ClassName } from '../classes';
import { bricks } from './bricks';
import { brushedSteel } from './brushedSteel';
import { bubbles } from './bubbles';
import { checks } from './checks';
import { chevrons } from './chevrons';
import { concentricRings } from './concentricRings';
import { crackedSkin } from './crackedSkin';
import { dalmatianSpots } from './dalmatianSpots';
import { diagonalStripes } from './diagonalStripes';
import { dotGrid } from './dotGrid';
import { featherScales } from './featherScales';
import { fur } from './fur';
import { rivetedPanels } from './rivetedPanels';
import { tabbyStripes } from './tabbyStripes';
import type { Texture } from './texture';
import { waves } from './waves';
import { woodGrain } from './woodGrain';

export const TEXTURES: Readonly<Record<ClassName, Texture>> = {
  airplane: rivetedPanels,
  bear: fur,
  bicycle: diagonalStripes,
  bird: featherScales,
  boat: waves,
  bottle: bubbles,
  car: checks,
  cat: tabbyStripes,
  chair: woodGrain,
  clock: concentricRings,
  dog: dalmatianSpots,
  elephant: crackedSkin,
  keyboard: dotGrid,
  knife: brushedSteel,
  oven: bricks,
  truck: chevrons,
};
