// Figures 4, 7 and 13 of LocNet: depth as it is and as it was painted, and Grad-CAM maps over sketches.
import { type LocNetPictures, readLocNetPictures } from '../results/locnetPictures';
import { RECORDS, type RunRecord } from '../results/record';
import type { Figure } from './figure';
import { keptRun } from './locnetNames';
import { type PanelRow, panelFigure } from './panels';
import { provenance } from './provenance';

/** Figure 7: the AutoEncoder. */
export function autoEncoderDepth(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  return depthPanels(records, folder, {
    variant: 'joint',
    id: 'locnet-depth-autoencoder',
    figure: 7,
    name: 'joint AutoEncoder',
  });
}

/** Figure 4: the U-Net. */
export function uNetDepth(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  return depthPanels(records, folder, { variant: 'unet', id: 'locnet-depth-unet', figure: 4, name: 'U-Net' });
}

function depthPanels(
  records: readonly RunRecord[],
  folder: string,
  { variant, id, figure, name }: { variant: string; id: string; figure: number; name: string },
): Figure | null {
  const run = keptRun(records, variant);
  const pictures = run === undefined ? null : readLocNetPictures(run, folder);
  if (run === undefined || pictures === null) return null;
  const { images, depth, painted } = pictures;
  const rows: PanelRow[] = [
    { label: 'image', pictures: images },
    { label: 'true depth', pictures: depth },
    { label: 'painted', pictures: painted },
  ];
  return panelFigure({
    id,
    rows,
    runs: [run],
    columns: pictures.classes,
    caption: `Held-out images, their depth, and what the ${name} paints (figure ${figure} of the paper). Near is bright; values are clamped to 0..1. ${provenance([run])}`,
  });
}

const CAM_ROWS: readonly [variant: string, label: string, which: 'camShallow' | 'camDeep'][] = [
  ['baseline', 'baseline, shallow', 'camShallow'],
  ['baseline', 'baseline, deep', 'camDeep'],
  ['joint', 'joint, shallow', 'camShallow'],
  ['joint', 'joint, deep', 'camDeep'],
];

/** Figure 13. */
export function gradCamPanels(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  const runs = ['baseline', 'joint'].flatMap((variant) => keptRun(records, variant) ?? []);
  const [baseline, joint] = runs.map((run) => readLocNetPictures(run, folder));
  if (baseline == null || joint == null) return null;
  const of = (variant: string): LocNetPictures => (variant === 'joint' ? joint : baseline);
  return panelFigure({
    id: 'locnet-grad-cam',
    rows: [
      { label: 'sketch', pictures: joint.sketches },
      ...CAM_ROWS.map(([variant, label, which]) => ({ label, pictures: of(variant)[which] })),
    ],
    runs,
    columns: joint.classes,
    colourBar: { title: 'speaks for the class', low: '0', high: 'max' },
    caption: `Grad-CAM maps of sketches for their class, in the last layer of the first stage (shallow) and of the last (deep); the scale is that of each map (figure 13 of the paper). Uniformly pale: nothing in this layer speaks for the class. ${provenance(runs)}`,
  });
}
