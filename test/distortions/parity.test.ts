// Distortions against the numbers of the papers' own code (test/fixtures/distortions).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrast } from '../../lib/distortions/contrast';
import { disarray } from '../../lib/distortions/eidolon';
import { falseColour } from '../../lib/distortions/falseColour';
import { greyscale } from '../../lib/distortions/greyscale';
import { type FloatImage, fromBytes } from '../../lib/distortions/image';
import { lowPass } from '../../lib/distortions/lowPass';
import { phaseScrambling } from '../../lib/distortions/phaseScrambling';
import { type RotationAngle, rotation } from '../../lib/distortions/rotation';
import { saltAndPepper } from '../../lib/distortions/saltAndPepper';
import { uniformNoise } from '../../lib/distortions/uniformNoise';
import { fixture } from '../reference';

interface Case {
  image: string;
  output: number[];
  outputU8: number[];
  contrastLevel: number;
  width: number;
  p: number;
  std: number;
  widthDegrees: number;
  angle: RotationAngle;
}
interface Fixture {
  cases: Case[];
  unitDraws?: Record<string, number[]>;
}

const { images } = fixture<{
  images: Record<string, { height: number; width: number; channels: 3; u8: number[] }>;
}>('distortions/images.json');
const imageOf = (name: string): FloatImage =>
  fromBytes({ ...images[name], data: Uint8Array.from(images[name].u8) });

function parity(
  name: string,
  distort: (image: FloatImage, given: Case, draws: number[]) => FloatImage,
): void {
  test(`${name} equals the papers' code`, () => {
    const { cases, unitDraws } = fixture<Fixture>(`distortions/${name}.json`);
    assert.ok(cases.length > 0);
    for (const given of cases) {
      const { output: _, outputU8: __, ...shown } = given;
      const actual = distort(imageOf(given.image), given, unitDraws?.[given.image] ?? []).data;
      const expected = given.output ?? given.outputU8.map((value) => value / 255);
      assert.equal(actual.length, expected.length, JSON.stringify(shown));
      const tolerance = given.output === undefined ? 1e-7 : 1e-5;
      actual.forEach((value, i) => {
        assert.ok(
          Math.abs(value - expected[i]) <= tolerance,
          `${JSON.stringify(shown)} at ${i}: ${value} instead of ${expected[i]}`,
        );
      });
    }
  });
}

parity('greyscale', greyscale);
parity('contrast', (image, { contrastLevel }) => contrast(greyscale(image), { level: contrastLevel }));
parity('contrast-rgb', (image, { contrastLevel }) => contrast(image, { level: contrastLevel }));
parity('uniform-noise', (image, { width }, draws) => uniformNoise(image, { width, draws }));
parity('salt-and-pepper', (image, { p }, draws) => saltAndPepper(image, { share: p, draws }));
parity('low-pass', (image, { std }) => lowPass(image, { deviation: std }));
parity('phase-scrambling', (image, { widthDegrees }, draws) =>
  phaseScrambling(image, { width: widthDegrees, draws }),
);
parity('rotation', (image, { angle }) => rotation(image, { angle }));
parity('false-colour', falseColour);

interface EidolonFixture {
  SZ: number;
  inputU8_grey: number[];
  noise: Record<'cohX' | 'cohY' | 'incX' | 'incY', number[][]>;
  cases: {
    coherence: number;
    reach: number;
    grain: number;
    outputU8_flatConvolution: number[];
    outputU8_2dConvolution: number[];
  }[];
}

test('eidolons equal the reference, over line ends and in the plane', () => {
  const {
    SZ: size,
    inputU8_grey: values,
    noise,
    cases,
  } = fixture<EidolonFixture>('distortions/eidolon.json');
  for (const { coherence, reach, grain, outputU8_flatConvolution, outputU8_2dConvolution } of cases) {
    const planes = [
      ...(coherence > 0 ? [...noise.cohX, ...noise.cohY] : []),
      ...(coherence < 1 ? noise.incX.flatMap((plane, k) => [plane, noise.incY[k]]) : []),
    ];
    for (const [overLineEnds, expected] of [
      [true, outputU8_flatConvolution],
      [false, outputU8_2dConvolution],
    ] as const) {
      let next = 0;
      const normals = (): Float64Array => Float64Array.from(planes[next++]);
      const actual = disarray(
        { width: size, height: size, values },
        { reach, coherence, grain, normals, overLineEnds },
      );
      // A value next to a whole number may fall on either side of it.
      const different = expected.filter((value, i) => value !== actual[i]).length;
      const shown = `coherence ${coherence}, reach ${reach}, over line ends ${overLineEnds}`;
      assert.equal(different, 0, `${shown}: ${different} of ${expected.length} pixels differ`);
      assert.equal(next, planes.length, shown);
    }
  }
});
