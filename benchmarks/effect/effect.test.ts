/** @file What `./colloid bench effect` shows, on fewer identities of the built-in pair. Minutes, so only with `./colloid test --all`. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openBuiltInPair } from '../built-in-pair.ts';
import type { OpenPair } from '../built-in-pair.ts';
import { galleryEffect } from './gallery.ts';
import { referenceEffect } from './references.ts';
import type { ReferenceRow } from './references.ts';
import { variationEffect } from './variations.ts';

const IDENTITIES = 100;
/** Here `reject` and `repulse` find no room for as many. */
const CROWDED = 1.4;

describe.runIf(process.env['COLLOID_TEST_ALL'] === '1')(
  'the algorithms on the built-in pair',
  () => {
    let pair: OpenPair;
    const common = () => ({ sessions: pair.sessions, seed: 1, note: () => undefined });

    beforeAll(async () => {
      pair = await openBuiltInPair({ batchSize: 8 });
    });
    afterAll(() => pair.close());

    test('langevin places all where the others run out of tries, farther apart than the random draw', async () => {
      const rows = await referenceEffect({
        ...common(),
        identities: IDENTITIES,
        iterations: 8,
        icts: [CROWDED],
        tries: 8,
      });
      const of = (algorithm: string): ReferenceRow => {
        const row = rows.find((candidate) => candidate.algorithm === algorithm);
        if (row === undefined) throw new Error(`there is no row of ${algorithm}`);
        return row;
      };
      for (const algorithm of ['reject', 'repulse']) {
        expect(of(algorithm)).toMatchObject({ isSaturated: true });
        expect(of(algorithm).placed).toBeLessThan(IDENTITIES);
        expect(of(algorithm).thetaMin).toBeGreaterThan(CROWDED - 1e-3);
      }
      const [random, langevin] = [of('random'), of('langevin')];
      expect(langevin).toMatchObject({ placed: IDENTITIES, isSaturated: false });
      expect(langevin.thetaMin).toBeGreaterThan(random.thetaMin);
      expect(langevin.shareAboveIct).toBeGreaterThan(random.shareAboveIct);
    }, 900_000);

    test('with a gallery nobody ends closer than d_c to it, where the random draw had some', async () => {
      const found = await galleryEffect({ ...common(), identities: IDENTITIES, iterations: 15 });
      expect(found.before.closer).toBeGreaterThan(0);
      expect(found.before.leastTheta).toBeLessThan(found.constantDistance);
      expect(found.after.closer).toBe(0);
    }, 900_000);

    test('DisCo spreads pose, light and expression more than Dispersion, and the identity no further', async () => {
      const [dispersion, disco] = await variationEffect({
        ...common(),
        identities: 4,
        iterations: 0,
        variations: 8,
      });
      if (dispersion === undefined || disco === undefined) throw new Error('a row is missing');
      for (const factor of ['pose', 'light', 'expression'] as const) {
        expect(disco[factor], factor).toBeGreaterThan(dispersion[factor]);
      }
      expect(disco.intraThetaMean).toBeLessThan(1.1 * dispersion.intraThetaMean);
    }, 900_000);
  },
);
